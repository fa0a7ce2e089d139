import Foundation

/// The demo's file of what would have been sent, for people to read along. Whole entries, appended.
final class Outbox: Sendable {
    private let descriptor: Int32

    /// Throws `StartFailure` where the file cannot be opened.
    init(path: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StartFailure(.stateDirectory, "cannot open \(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    func append(_ entry: String) {
        // Lost where the disk is full: the deliveries themselves are in the database.
        _ = entry.withCString { write(descriptor, $0, strlen($0)) }
    }
}
