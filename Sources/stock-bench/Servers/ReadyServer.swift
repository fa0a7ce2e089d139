import Foundation

/// A server that says when it is ready, as a service of systemd does: stockd, our floors, Redis and PostgreSQL all do.
final class ReadyServer {
    let child: Child
    /// From the start of its process.
    let secondsToReady: Double
    /// MiB when it was ready.
    let memoryWhenReady: Double

    init(_ bench: Bench, _ arguments: [String], familyOfProcesses: Bool = false) throws {
        let name = arguments[0].split(separator: "/").last.map(String.init) ?? "server"
        let notify = try NotifySocket(path: bench.newPath("notify"))
        let start = ContinuousClock.now
        let child = try Child(arguments, environment: ["NOTIFY_SOCKET": notify.path], log: bench.newPath("\(name).log"))
        while !(try notify.hasHeardReady()) {
            if child.hasFailed { throw BenchError("\(name) did not start: \(child.lastWords)") }
            if ContinuousClock.now - start > .seconds(120) { throw BenchError("\(name) does not get ready: \(child.lastWords)") }
        }
        secondsToReady = (ContinuousClock.now - start) / .seconds(1)
        memoryWhenReady = child.memory(children: familyOfProcesses)
        self.child = child
    }
}

/// What systemd would listen on.
private final class NotifySocket {
    let path: String
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let outcome = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard outcome == 0 else { throw BenchError("cannot bind \(path): \(String(cString: strerror(errno)))") }
        // A server may run as another user.
        chmod(path, 0o666)
        var limit = timeval(tv_sec: 0, tv_usec: 200_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Waits a moment for the next message.
    func hasHeardReady() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno != EAGAIN, errno != EINTR { throw BenchError("cannot read \(path)") }
        return count > 0 && String(decoding: buffer[..<count], as: UTF8.self).contains("READY=1")
    }
}
