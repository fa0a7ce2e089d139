import ArgumentParser
import Logging

/// `--log-level`.
package enum LogLevel: String, CaseIterable, Sendable, ExpressibleByArgument {
    case debug, info, notice, warning, error

    static let names = allCases.map(\.rawValue).joined(separator: ", ")

    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
