import ArgumentParser
import Foundation

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
              0 stopped as asked; 64 wrong usage; 74 database; 78 configuration.
            """,
        version: "stockd \(StockDaemonVersion.text)")

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
        if checkConfig {
            _ = try Self.readConfiguration(config)
            return
        }
    }

    /// Ends the process with 78 (EX_CONFIG) after printing what is wrong.
    private static func readConfiguration(_ path: String) throws -> Configuration {
        do {
            return try ConfigurationReader().read(path)
        } catch {
            FileHandle.standardError.write(Data((error.description + "\n").utf8))
            throw ExitCode(EX_CONFIG)
        }
    }
}
