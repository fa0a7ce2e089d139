import Glibc

/// A connected stream socket, blocking. Closed when it goes.
final class UnixSocket {
    let descriptor: Int32

    /// Throws `ClientError`.
    init(path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        let bytes = Array(path.utf8)
        // The last byte must stay 0. A path with a NUL inside would silently name another socket.
        guard bytes.count < room else { throw ClientError.pathTooLong(path: path, limit: room - 1) }
        guard !bytes.isEmpty, !bytes.contains(0) else {
            throw ClientError.noDaemon(path: path, detail: UnixSocket.text(ENOENT))
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }

        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ClientError.noDaemon(path: path, detail: UnixSocket.text(errno)) }
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard outcome == 0 else {
            let code = errno
            close(descriptor)
            throw code == EACCES || code == EPERM
                ? ClientError.notPermitted(path: path)
                : ClientError.noDaemon(path: path, detail: UnixSocket.text(code))
        }
    }

    deinit { close(descriptor) }

    /// All of `bytes`. MSG_NOSIGNAL: a daemon that has gone is an error here, not the end of the process.
    func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
            } else if errno != EINTR {
                throw ClientError.closed(detail: UnixSocket.text(errno))
            }
        }
    }

    /// Some bytes, into `buffer`; 0 at the end of the stream, nil if none came in time.
    func read(into buffer: inout [UInt8], within limit: Duration?) throws -> Int? {
        if let limit {
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let (seconds, attoseconds) = limit.components
            let milliseconds = max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
            let ready = poll(&request, 1, Int32(clamping: milliseconds))
            if ready == 0 || (ready < 0 && errno == EINTR) { return nil }
        }
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count >= 0 { return count }
            if errno == ECONNRESET { return 0 }
            guard errno == EINTR else { throw ClientError.closed(detail: UnixSocket.text(errno)) }
        }
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
