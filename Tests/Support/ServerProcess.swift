import Foundation

/// A server of `Tests/Support/servers` in a process of its own on a port of its own, stopped when this is released. It
/// also ends by itself when the tests do, however they end.
package final class ServerProcess: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(description: String) { self.description = description }
    }

    /// A line that the server recorded.
    package struct Record: Sendable {
        private let json: Data
        package let event: String

        fileprivate init?(_ line: Data) {
            guard let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any],
                let event = object["event"] as? String
            else { return nil }
            json = line
            self.event = event
        }

        package func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
            try JSONDecoder().decode(type, from: json)
        }
    }

    package let port: Int
    private let child: ChildProcess
    private let lines: LineReader

    /// The interpreter of `packaging/test-venv`.
    package static let python: String = {
        if let given = ProcessInfo.processInfo.environment["STOCKD_TEST_PYTHON"] { return given }
        return root.appending(path: ".build-venv/bin/python").path(percentEncoded: false)
    }()

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    package static func script(_ name: String) -> String {
        root.appending(path: "Tests/Support/servers/\(name)").path(percentEncoded: false)
    }

    /// Returns when the server listens.
    package static func start(_ script: String, _ arguments: [String] = []) async throws -> ServerProcess {
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Failure(description: "there is no \(python): run packaging/test-venv first, or set STOCKD_TEST_PYTHON")
        }
        let child = try ChildProcess([python, self.script(script)] + arguments)
        let lines = LineReader(child.output)
        guard let first = await lines.next().map({ String(decoding: $0, as: UTF8.self) }), first.hasPrefix("ready "),
            let port = Int(first.dropFirst(6))
        else { throw Failure(description: "\(script) did not start") }
        return ServerProcess(port: port, child: child, lines: lines)
    }

    private init(port: Int, child: ChildProcess, lines: LineReader) {
        self.port = port
        self.child = child
        self.lines = lines
    }

    /// Returns when nobody listens at the port any more.
    package func stop() { child.kill() }

    /// Waits for the next record, or the next of that event, passing over others. Throws when the server has ended.
    package func next(_ event: String? = nil) async throws -> Record {
        while let line = await lines.next() {
            guard let record = Record(line) else { throw Failure(description: "no record: \(String(decoding: line, as: UTF8.self))") }
            if event == nil || record.event == event { return record }
        }
        throw Failure(description: "the server has ended")
    }
}
