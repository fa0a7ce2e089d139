import Foundation
import Testing

/// The real binary, as a service manager or a person starts it.
@Suite final class StockdProcessTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "stockd-\(UUID().uuidString.prefix(8))")
        .path(percentEncoded: false)

    init() throws { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// The build puts the tests beside the binaries.
    private static let binary = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "stockd")

    private struct Finished {
        var status: Int32
        var output: String
        var errors: String
    }

    private func start(_ arguments: [String], of binary: URL = binary) throws -> (process: Process, output: FileHandle, errors: FileHandle) {
        let process = Process(), output = Pipe(), errors = Pipe()
        process.executableURL = binary
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "TMPDIR": directory]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        return (process, output.fileHandleForReading, errors.fileHandleForReading)
    }

    private func run(_ arguments: String...) throws -> Finished {
        // A daemon that starts where it should refuse to must fail a test, not hold it up.
        let limited = ["60", Self.binary.path(percentEncoded: false)] + arguments
        let (process, output, errors) = try start(limited, of: URL(filePath: "/usr/bin/timeout"))
        // Both are short, far below what a pipe holds.
        let text = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
        let complaints = String(decoding: errors.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Finished(status: process.terminationStatus, output: text, errors: complaints)
    }

    private func write(_ text: String) throws -> String {
        let path = directory + "/stockd.yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// The lines up to and with `last`, as they come.
    private func lines(of handle: FileHandle, until last: String) -> [String] {
        var text = ""
        while !text.contains(last + "\n") {
            let data = handle.availableData
            if data.isEmpty { break }
            text += String(decoding: data, as: UTF8.self)
        }
        return text.split(separator: "\n").map(String.init)
    }

    @Test func checksAGoodConfigurationInSilence() throws {
        let finished = try run("--config", try write("alerts: {low: 5}\n"), "--check-config")
        #expect(finished.status == 0)
        #expect(finished.output.isEmpty && finished.errors.isEmpty)
    }

    @Test(arguments: [["--check-config"], []])
    func printsEveryProblemAndExitsWithTheCodeForConfiguration(arguments: [String]) throws {
        let path = try write("alerts:\n  low: few\nsorces: []\n")
        let (process, output, errors) = try start(["--config", path] + arguments)
        let complaints = String(decoding: errors.readDataToEndOfFile(), as: UTF8.self)
        #expect(output.readDataToEndOfFile().isEmpty)
        process.waitUntilExit()
        #expect(process.terminationStatus == 78)
        #expect(
            complaints == """
                \(path):2: alerts.low: must be a threshold such as 5, 20% (of the par level) or 7d (days of cover), not "few"
                \(path):3: sorces: unknown key (did you mean sources?)

                """)
    }

    @Test(arguments: [["--nonsense"], ["--state-dir", "/x"], ["--demo", "--check-config"], ["--demo", "--demo-speed", "0"]])
    func refusesWrongUsage(arguments: [String]) throws {
        let (process, _, errors) = try start(arguments)
        let complaints = String(decoding: errors.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 64)
        #expect(complaints.hasPrefix("Error: "))
    }

    @Test func saysItsVersion() throws {
        let finished = try run("--version")
        #expect(finished.status == 0)
        #expect(finished.output.wholeMatch(of: /stockd \d+\.\d+\.\d+\n/) != nil)
    }

    @Test func saysWhenTheDatabaseCannotBeOpened() throws {
        let database = directory + "/missing/stock.db"
        let path = try write("database: \(database)\ncontrol: {socket: \(directory)/control.sock}\n")
        let finished = try run("--config", path)
        #expect(finished.status == 74)
        #expect(finished.errors.contains(database))
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func theDemoSaysItsSocketAndStopsWhenAsked(signal: Int32) throws {
        let (process, output, _) = try start(["--demo", "--log-level", "error"])
        let lines = lines(of: output, until: "ready")
        let socket = try #require(lines.first { $0.hasPrefix("socket ") }?.dropFirst("socket ".count))
        let state = URL(filePath: String(socket)).deletingLastPathComponent().path(percentEncoded: false)
        #expect(state.hasPrefix(directory))
        #expect(FileManager.default.fileExists(atPath: state + "/stock.db"))
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 0)
        #expect(!FileManager.default.fileExists(atPath: state))
    }

    @Test func aSecondDaemonIsRefusedTheDatabase() throws {
        let state = directory + "/state"
        let (process, output, _) = try start(["--demo", "--state-dir", state, "--log-level", "error"])
        #expect(lines(of: output, until: "ready").last == "ready")
        let second = try run("--demo", "--state-dir", state)
        #expect(second.status == 74)
        #expect(second.errors.contains("in use"))
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func keepsTheOldConfigurationAtSIGHUPIfTheNewOneIsBad() throws {
        let path = try write("database: \(directory)/stock.db\ncontrol: {socket: \(directory)/control.sock}\n")
        let (process, _, errors) = try start(["--config", path, "--log-level", "notice"])
        _ = text(of: errors, until: "daemon.ready")
        _ = try write("alerts: {suppress: soon}\n")
        kill(process.processIdentifier, SIGHUP)
        let complaint = text(of: errors, until: "config.refused")
        #expect(complaint.contains("\(path):1: alerts.suppress: must be a duration"))
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private func text(of handle: FileHandle, until last: String) -> String {
        var text = ""
        while !text.contains(last) {
            let data = handle.availableData
            if data.isEmpty { break }
            text += String(decoding: data, as: UTF8.self)
        }
        return text
    }
}
