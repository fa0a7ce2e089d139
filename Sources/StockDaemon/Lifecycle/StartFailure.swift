import Foundation

/// Why stockd could not start, with the exit code that tells service managers (sysexits.h).
package struct StartFailure: Error, CustomStringConvertible, Sendable {
    package enum Cause: Sendable { case configuration, database, socket, stateDirectory }

    package var cause: Cause
    /// For operators: what is wrong and where.
    package var description: String

    package init(_ cause: Cause, _ description: String) {
        self.cause = cause
        self.description = description
    }

    package var exitCode: Int32 {
        switch cause {
        case .configuration: EX_CONFIG
        case .database: EX_IOERR
        case .socket, .stateDirectory: EX_CANTCREAT
        }
    }
}
