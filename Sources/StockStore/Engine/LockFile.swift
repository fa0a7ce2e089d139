import Foundation

/// Keeps a second daemon from the same database: an exclusive lock on a file beside it, which the kernel releases with
/// the process, however that ends.
final class LockFile: Sendable {
    private let descriptor: Int32

    /// Throws when another process holds it, naming that process.
    init(beside database: String) throws {
        let path = database + ".lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(.unavailable, "cannot open the lock file \(path): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let cause = errno
            var buffer = [UInt8](repeating: 0, count: 32)
            let count = max(0, read(descriptor, &buffer, buffer.count))
            let holder = String(decoding: buffer[..<count].prefix { $0 >= 48 && $0 <= 57 }, as: UTF8.self)
            // Closed by deinit, which runs although this throws: everything is initialized. Closing it twice would close
            // whatever another thread has opened under the same number meanwhile.
            guard cause == EWOULDBLOCK else {
                throw StoreError(.unavailable, "cannot lock \(path): \(String(cString: strerror(cause)))")
            }
            let who = holder.isEmpty ? "another process" : "process \(holder)"
            throw StoreError(
                .unavailable, "\(database) is in use by \(who): only one stockd may own a database (lock file \(path))")
        }
        let pid = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = pid.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    /// Lets the next one in, also where something still keeps this object.
    func release() { flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }
}
