import Foundation

/// Why the control socket cannot be had.
package struct SocketError: Error, CustomStringConvertible, Sendable {
    package var description: String
}

/// The control socket's file: made with mode 0660 from the first instant, taken over where a dead daemon left it,
/// left alone where a live one answers, and removed only while it is still ours.
package struct SocketFile: Sendable {
    package let path: String
    package let descriptor: Int32
    private let identity: Identity

    private struct Identity: Equatable, Sendable {
        var device: UInt64
        var inode: UInt64
        /// File systems give the number of a removed file to the next one.
        var seconds: Int
        var nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    /// Binds, without listening yet.
    package init(path: String) throws {
        self.path = path
        var address = try SocketFile.address(path)
        try SocketFile.clear(path, &address)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SocketFile.failure("cannot make a socket", path) }
        // The mode must never be wider, not even between bind and chmod.
        let before = umask(0o117)
        let bound = SocketFile.call(&address) { bind(descriptor, $0, $1) }
        let cause = errno
        umask(before)
        guard bound == 0, let identity = Identity(path) else {
            close(descriptor)
            errno = cause
            throw SocketFile.failure("cannot bind the control socket", path)
        }
        self.descriptor = descriptor
        self.identity = identity
    }

    /// Removes the file, unless another daemon's stands there by now.
    package func remove() {
        if Identity(path) == identity { unlink(path) }
    }

    private static func clear(_ path: String, _ address: inout sockaddr_un) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw SocketError(description: "\(path) exists and is no socket: remove it, or set control.socket to another path")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        defer { close(probe) }
        let connected = call(&address) { connect(probe, $0, $1) }
        // EAGAIN: somebody listens, with a full backlog.
        if connected == 0 || errno == EAGAIN {
            throw SocketError(
                description: "\(path) answers already: another stockd runs there; stop it, or set control.socket to another path")
        }
        guard errno == ECONNREFUSED else { throw failure("cannot tell whether the control socket is alive", path) }
        guard unlink(path) == 0 else { throw failure("cannot remove the stale control socket", path) }
    }

    private static func address(_ path: String) throws -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let limit = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard !path.isEmpty, path.utf8.count <= limit, !path.utf8.contains(0) else {
            throw SocketError(description: "control.socket: \(path) must be a path of at most \(limit) bytes")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return address
    }

    private static func call(_ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    private static func failure(_ what: String, _ path: String) -> SocketError {
        SocketError(description: "\(what) \(path): \(String(cString: strerror(errno)))")
    }
}
