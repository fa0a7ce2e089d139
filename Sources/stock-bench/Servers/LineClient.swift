import CLoad
import Foundation

/// A blocking client for what is asked once: lines out, bytes in.
final class LineClient {
    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 20)

    init(_ socket: String) throws {
        descriptor = cload_connect(socket)
        guard descriptor >= 0 else { throw BenchError("cannot connect to \(socket): \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw BenchError("the other end closed the connection") }
            sent += count
        }
    }

    /// Reads until `lines` line ends have come. Returns all of it.
    @discardableResult
    func receive(lines: Int) throws -> Data {
        var found = Data(), missing = lines
        while missing > 0 {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { throw BenchError("the other end closed the connection") }
            for byte in buffer[..<count] where byte == 10 { missing -= 1 }
            found.append(contentsOf: buffer[..<count])
        }
        return found
    }

    /// The result of a method.
    @discardableResult
    func ask(_ method: String, _ params: [String: Any] = [:]) throws -> [String: Any] {
        let request: [String: Any] = ["jsonrpc": "2.0", "id": 1, "method": method, "params": params]
        try send(String(decoding: try JSONSerialization.data(withJSONObject: request), as: UTF8.self) + "\n")
        let line = try receive(lines: 1)
        let reply = try JSONSerialization.jsonObject(with: line) as? [String: Any]
        guard let result = reply?["result"] as? [String: Any] else {
            throw BenchError("\(method) was refused: \(String(decoding: line.prefix(400), as: UTF8.self))")
        }
        return result
    }
}
