import Foundation
import Testing

/// The real `stockd` on a database of its own, and the real `stockctl` to talk to it.
final class RunningDaemon {
    struct Answer {
        var status: Int32
        var output: String
        var errors: String

        /// The reply's result, as `--json` prints it.
        func object() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }
    }

    let directory: String
    private var process: Process?
    private var errors: FileHandle?
    /// Read already, beyond what was last waited for.
    private var pending = ""

    private static let binaries = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "stockd-\(UUID().uuidString.prefix(8))")
            .path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit {
        if let process, process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(atPath: directory)
    }

    var socket: String { directory + "/control.sock" }
    private var configurationPath: String { directory + "/stockd.yaml" }

    /// Writes the configuration: `text`, and where everything lives.
    func configure(_ text: String) throws {
        let all = "database: \(directory)/stock.db\ncontrol: {socket: \(socket)}\n" + text
        try all.write(toFile: configurationPath, atomically: true, encoding: .utf8)
    }

    /// Returns when it answers.
    func start() throws {
        let process = Process(), pipe = Pipe()
        process.executableURL = Self.binaries.appending(path: "stockd")
        process.arguments = ["--config", configurationPath]
        process.environment = ["PATH": "/usr/bin:/bin"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = pipe
        try process.run()
        self.process = process
        errors = pipe.fileHandleForReading
        pending = ""
        try waitForLog("daemon.ready")
    }

    /// Returns with the log line that holds `text`; fails if the daemon ends first.
    @discardableResult
    func waitForLog(_ text: String) throws -> String {
        while true {
            while let end = pending.firstIndex(of: "\n") {
                let line = String(pending[..<end])
                pending = String(pending[pending.index(after: end)...])
                if line.contains(text) { return line }
            }
            let data = errors?.availableData ?? Data()
            try #require(!data.isEmpty, "stockd ended before it logged \(text)")
            pending += String(decoding: data, as: UTF8.self)
        }
    }

    func signal(_ number: Int32) { if let process { kill(process.processIdentifier, number) } }

    /// Returns the exit status.
    @discardableResult
    func stop(_ number: Int32 = SIGTERM) -> Int32 {
        signal(number)
        process?.waitUntilExit()
        defer { process = nil }
        return process?.terminationStatus ?? -1
    }

    @discardableResult
    func stockctl(_ arguments: [String]) throws -> Answer {
        let process = Process(), output = Pipe(), errors = Pipe()
        process.executableURL = Self.binaries.appending(path: "stockctl")
        process.arguments = arguments
        process.environment = ["STOCKD_SOCKET": socket]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Complaints are a line or two, far below what a pipe holds.
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaints = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Answer(status: process.terminationStatus, output: text, errors: complaints)
    }

    /// Must succeed; the reply's result.
    @discardableResult
    func done(_ arguments: String..., at place: SourceLocation = #_sourceLocation) throws -> [String: Any] {
        let answer = try stockctl(arguments + ["--json"])
        #expect(answer.status == 0, "\(arguments): \(answer.errors)", sourceLocation: place)
        return try answer.object()
    }
}
