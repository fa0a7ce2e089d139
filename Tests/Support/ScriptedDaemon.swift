import Foundation

/// A daemon for clients to talk to: listens on a Unix socket of its own and answers every line by the script. Serves one
/// connection after the other, on a thread of its own.
package final class ScriptedDaemon: @unchecked Sendable {
    package enum Answer: Sendable {
        /// Each is sent with a line's end.
        case lines([String])
        /// As they are, then the connection is closed.
        case thenClose([UInt8])
        case nothing
    }

    package let path: String
    private let listener: Int32
    private let lock = NSLock()
    private var received: [String] = []

    /// All lines that came so far.
    package var lines: [String] { lock.withLock { received } }

    package init(script: @escaping @Sendable (String) -> Answer) {
        path = "/tmp/stockd-test-\(UUID().uuidString.prefix(13)).sock"
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(bound == 0 && listen(listener, 8) == 0, "cannot listen at \(path)")
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                ScriptedDaemon.serve(connection, script) { line in
                    self.lock.withLock { self.received.append(line) }
                }
                close(connection)
            }
            // Only here: a number that is free again could already name somebody else's socket.
            close(listener)
        }
    }

    /// Ends the thread; it keeps the daemon alive until then.
    package func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        unlink(path)
    }

    private static func serve(
        _ connection: Int32, _ script: (String) -> Answer, _ note: (String) -> Void
    ) {
        var pending: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            pending += buffer[..<count]
            while let end = pending.firstIndex(of: 10) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeSubrange(...end)
                note(line)
                switch script(line) {
                case .nothing: break
                case .lines(let lines): write(connection, Array(lines.map { $0 + "\n" }.joined().utf8))
                case .thenClose(let bytes):
                    write(connection, bytes)
                    return
                }
            }
        }
    }

    private static func write(_ connection: Int32, _ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(connection, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}
