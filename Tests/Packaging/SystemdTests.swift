import Foundation
import Testing

/// The real units with the real stockd in a real systemd.
@Suite struct SystemdTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let binaries = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    private static let isPossible = geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/lib/systemd/systemd")

    private static func path(_ url: URL) -> String { url.path(percentEncoded: false) }

    @Test(.enabled(if: isPossible, "needs root and systemd"), .timeLimit(.minutes(10)))
    func theUnitsWorkAsInstalled() throws {
        let process = Process(), output = Pipe()
        process.executableURL = Self.root.appending(path: "packaging/with-systemd")
        process.arguments = [
            "--bind", Self.path(Self.root) + ":/source",
            "--bind", Self.path(Self.binaries.appending(path: "stockd")) + ":/usr/bin/stockd",
            "--bind", Self.path(Self.binaries.appending(path: "stockctl")) + ":/usr/bin/stockctl",
            "--bind", try Self.runtime() + ":/usr/lib/stockd-runtime",
            "--timeout", "500", "--", "/source/Tests/Packaging/installed-units.sh",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let lines = text.split(separator: "\n")
        for line in lines where !line.hasPrefix("ok ") && line != "done" { Issue.record("\(line)") }
        #expect(process.terminationStatus == 0)
        #expect(lines.last == "done", "\(text)")
    }

    /// Where the Swift libraries are that a build for tests loads.
    private static func runtime() throws -> String {
        // Read as a stream: the kernel doesn't say how long it is.
        let maps = try #require(try FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd())
        let path = try #require(String(decoding: maps, as: UTF8.self).firstMatch(of: /(?m)(\/.*)\/libswiftCore\.so$/))
        return String(path.1)
    }
}
