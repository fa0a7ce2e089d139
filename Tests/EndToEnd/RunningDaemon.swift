import Foundation
import StockTestSupport
import Testing

/// The real `stockd` on a database of its own, and the real `stockctl` to talk to it.
final class RunningDaemon {
    struct Answer: Sendable {
        var status: Int32
        var output: String
        var errors: String

        /// The reply's result, as `--json` prints it.
        func object() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }
    }

    let directory: String
    /// Beside what it cannot do without.
    var environment: [String: String] = [:]
    private var process: ChildProcess?
    private var lines: LineReader?
    private var earlierLog = ""

    private static let binaries = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "stockd-\(UUID().uuidString.prefix(8))")
            .path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit {
        process?.kill()
        try? FileManager.default.removeItem(atPath: directory)
    }

    var socket: String { directory + "/control.sock" }
    var pid: pid_t? { process?.pid }
    private var configurationPath: String { directory + "/stockd.yaml" }

    /// Everything it has logged since the first start.
    var log: String { earlierLog + String(decoding: lines?.everything ?? Data(), as: UTF8.self) }

    /// Writes the configuration: `text`, and where everything lives.
    func configure(_ text: String) throws {
        let all = "database: \(directory)/stock.db\ncontrol: {socket: \(socket)}\n" + text
        try all.write(toFile: configurationPath, atomically: true, encoding: .utf8)
    }

    /// Writes a secret, and returns how the configuration names it.
    func secret(_ name: String, _ value: String) throws -> String {
        let path = directory + "/" + name
        try value.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return "{file: \(path)}"
    }

    /// Returns when it answers.
    func start() async throws {
        let process = try ChildProcess(
            [Self.path("stockd"), "--config", configurationPath],
            environment: environment.merging(["PATH": "/usr/bin:/bin"]) { given, _ in given }, catchesErrors: true)
        self.process = process
        earlierLog = log
        lines = process.errors.map { LineReader($0) }
        try await waitForLog("daemon.ready")
    }

    /// Returns with the log line that holds all of `texts`; fails if the daemon ends first.
    @discardableResult
    func waitForLog(_ texts: String...) async throws -> String {
        while let data = await lines?.next() {
            let line = String(decoding: data, as: UTF8.self)
            if texts.allSatisfy(line.contains) { return line }
        }
        throw ServerProcess.Failure(description: "stockd ended before it logged \(texts): \(log.suffix(2000))")
    }

    func signal(_ number: Int32) { if let process { kill(process.pid, number) } }

    /// Returns the exit status; a signal that it died of counts from 128, as in shells.
    @discardableResult
    func stop(_ number: Int32 = SIGTERM) async throws -> Int32 {
        guard let process else { return -1 }
        signal(number)
        let status = try await onThread { process.wait() }
        self.process = nil
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    @discardableResult
    func stockctl(_ arguments: [String]) async throws -> Answer {
        let process = try ChildProcess(
            [Self.path("stockctl")] + arguments, environment: ["STOCKD_SOCKET": socket], catchesErrors: true)
        return try await onThread {
            // Complaints are a line or two, far below what a socket holds.
            let output = process.output.readDataToEndOfFile()
            let errors = process.errors?.readDataToEndOfFile() ?? Data()
            return Answer(
                status: process.wait() >> 8 & 0xFF, output: String(decoding: output, as: UTF8.self),
                errors: String(decoding: errors, as: UTF8.self))
        }
    }

    /// Must succeed; the reply's result.
    @discardableResult
    func done(_ arguments: String..., at place: SourceLocation = #_sourceLocation) async throws -> [String: Any] {
        let answer = try await stockctl(arguments + ["--json"])
        #expect(answer.status == 0, "\(arguments): \(answer.errors)", sourceLocation: place)
        return try answer.object()
    }

    /// The list that a command prints.
    func list(_ arguments: String..., at place: SourceLocation = #_sourceLocation) async throws -> [[String: Any]] {
        let answer = try await stockctl(arguments + ["--json"])
        #expect(answer.status == 0, "\(arguments): \(answer.errors)", sourceLocation: place)
        let lists = try answer.object().values.compactMap { $0 as? [[String: Any]] }
        return try #require(lists.first, "\(arguments): \(answer.output)", sourceLocation: place)
    }

    /// What happens and has happened, since the database was made.
    func watch() throws -> EventStream {
        EventStream(
            try ChildProcess(
                [Self.path("stockctl"), "watch", "--json", "--since", "0"], environment: ["STOCKD_SOCKET": socket]))
    }

    static func path(_ binary: String) -> String { binaries.appending(path: binary).path(percentEncoded: false) }
}

/// What `stockctl watch --json` prints; goes on over restarts of the daemon.
final class EventStream {
    private let process: ChildProcess
    private let lines: LineReader

    init(_ process: ChildProcess) {
        self.process = process
        lines = LineReader(process.output)
    }

    /// Returns with the next event of that kind that `matches`, passing over others.
    @discardableResult
    func next(_ kind: String, where matches: ([String: Any]) -> Bool = { _ in true }) async throws -> [String: Any] {
        while let line = await lines.next() {
            let object = try JSONSerialization.jsonObject(with: line) as? [String: Any]
            let event = try #require(object?["event"] as? [String: Any])
            if event["kind"] as? String == kind, matches(event) { return event }
        }
        throw ServerProcess.Failure(description: "the watch has ended before \(kind)")
    }
}

/// Runs what blocks on a thread of its own, so that it keeps no other test from going on.
func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result(catching: body)) }.start()
    }
}
