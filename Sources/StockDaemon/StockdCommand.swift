import ArgumentParser
import Foundation
import Logging
import StockEngine
import StockSystemd
import StockWire

/// `stockd`: what the command line says, checked and handed on.
package struct StockdCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "stockd",
        abstract: "Watches a retailer's stock, tells people what runs low, and answers stockctl.",
        discussion: """
            Reads its configuration, opens its database and serves its control socket until it is told to stop.

            EXAMPLES
              stockd --config /etc/stockd/stockd.yaml --check-config
              stockd --demo

            EXIT STATUS
              0 stopped as asked; 64 wrong usage; 73 socket or state directory; 74 database; 78 configuration.
            """,
        version: "stockd \(Release.version)")

    @Option(help: ArgumentHelp("Configuration file.", valueName: "file"))
    var config = "/etc/stockd/stockd.yaml"

    @Flag(help: "Check the configuration, print every problem as FILE:LINE: KEY: PROBLEM, and exit with 0 or 78.")
    var checkConfig = false

    @Flag(help: "Run a simulated shop, without any configuration; nothing is sent.")
    var demo = false

    @Option(help: ArgumentHelp("Where the demo keeps its database and socket (default: a new temporary directory).", valueName: "dir"))
    var stateDir: String?

    @Option(help: ArgumentHelp("How many times faster than real time the demo runs.", valueName: "n"))
    var demoSpeed: Double?

    @Option(help: ArgumentHelp("Least severe log level: \(LogLevel.names).", valueName: "level"))
    var logLevel: LogLevel = .info

    package init() {}

    package func validate() throws {
        if !demo, stateDir != nil { throw ValidationError("--state-dir goes with --demo only.") }
        if !demo, demoSpeed != nil { throw ValidationError("--demo-speed goes with --demo only.") }
        if demo, checkConfig { throw ValidationError("--demo has no configuration to check.") }
        if let demoSpeed, !(0.01...100_000).contains(demoSpeed) {
            throw ValidationError("--demo-speed must be between 0.01 and 100000.")
        }
    }

    package func run() async throws {
        // What stockd writes holds a company's figures and customers' addresses; the socket is opened up by its server.
        umask(0o077)
        do {
            if demo { try await runDemo() } else { try await runConfigured() }
        } catch let error as ConfigurationError {
            try fail(error.description, EX_CONFIG)
        } catch let error as StartFailure {
            try fail("stockd: \(error.description)", error.exitCode)
        }
    }

    private func runConfigured() async throws {
        let reader = ConfigurationReader()
        let configuration = try reader.read(config)
        if checkConfig { return }
        try await Daemon(configuration, reader: reader, logger: logger, ready: {}).run()
    }

    private func runDemo() async throws {
        let options = try DemoOptions(directory: stateDir, speed: demoSpeed)
        try await Daemon(demo: options, logger: logger) {
            Self.print("a simulated shop, \(options.speed.formatted()) times as fast as the world; nothing is sent")
            Self.print("socket \(options.socket)")
            Self.print("ready")
        }.run()
    }

    private var logger: Logger {
        let output = LogOutput.detect(journalStream: ProcessInfo.processInfo.environment["JOURNAL_STREAM"])
        return Logger(label: "stockd") { _ in
            JournalLogHandler(output: output, level: logLevel.level, messageIDs: LogEvent.messageIDs)
        }
    }

    /// Whole lines at once: whoever reads them through a pipe gets them now, and all of them.
    private static func print(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    private func fail(_ text: String, _ code: Int32) throws -> Never {
        FileHandle.standardError.write(Data((text + "\n").utf8))
        throw ExitCode(code)
    }
}
