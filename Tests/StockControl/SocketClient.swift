import Foundation
import StockWire

/// A client that says and hears exactly what a test wants: blocking calls on a thread of its own.
final class SocketClient: Sendable {
    /// A reply or an event, as a test looks at it.
    struct Line: Decodable, Sendable {
        var id: RequestID?
        var result: JSONValue?
        var error: ErrorObject?
        var method: String?
        var params: JSONValue?

        private enum Keys: String, CodingKey { case id, result, error, method, params }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            // Null is an id, too.
            id = container.contains(.id) ? try RequestID(from: container.superDecoder(forKey: .id)) : nil
            result = try container.decodeIfPresent(JSONValue.self, forKey: .result)
            error = try container.decodeIfPresent(ErrorObject.self, forKey: .error)
            method = try container.decodeIfPresent(String.self, forKey: .method)
            params = try container.decodeIfPresent(JSONValue.self, forKey: .params)
        }
    }

    struct Failure: Error, Equatable {
        var errno: Int32
    }

    private let descriptor: Int32
    private let sending = DispatchQueue(label: "client.send")
    private let receiving = DispatchQueue(label: "client.receive")
    /// Belongs to `receiving`.
    private nonisolated(unsafe) var buffer = Data()

    init(_ path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // All properties are set: `deinit` closes it.
        guard connected == 0 else { throw Failure(errno: errno) }
        // A test that waits for what never comes fails instead of hanging.
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends raw bytes.
    func send(_ bytes: some Sequence<UInt8> & Sendable) async throws {
        let descriptor = descriptor
        try await onQueue(sending) {
            let bytes = Array(bytes)
            var at = 0
            while at < bytes.count {
                let count = bytes[at...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                // Other tests' children end, and their signals interrupt.
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw Failure(errno: errno) }
                at += count
            }
        }
    }

    func send(line: String) async throws { try await send((line + "\n").utf8) }

    /// Says that no more will come.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next line; nil at the end.
    func text() async throws -> String? {
        try await onQueue(receiving) { [self] in
            while true {
                if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { buffer.removeSubrange(...end) }
                    return String(decoding: buffer[..<end], as: UTF8.self)
                }
                var chunk = [UInt8](repeating: 0, count: 1 << 16)
                let count = recv(descriptor, &chunk, chunk.count, 0)
                if count > 0 { buffer.append(contentsOf: chunk[..<count]) }
                if count == 0 { return nil }
                if count < 0, errno != EINTR { throw Failure(errno: errno) }
            }
        }
    }

    func line() async throws -> Line? { try await text().map { try JSON.decode(Line.self, from: $0.utf8) } }

    /// One request and its reply.
    func call(_ method: String, _ params: String = "{}", id: Int = 1) async throws -> Line {
        try await send(line: #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#)
        guard let reply = try await line() else { throw Failure(errno: 0) }
        return reply
    }

    private func onQueue<T: Sendable>(_ queue: DispatchQueue, _ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }
    subscript(_ index: Int) -> JSONValue? {
        if case .array(let items) = self, items.indices.contains(index) { items[index] } else { nil }
    }
    var text: String? { if case .string(let text) = self { text } else { nil } }
}
