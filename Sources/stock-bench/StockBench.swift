import ArgumentParser
import Foundation

/// Measures stockd against floors in the same run: what the same work costs with nothing of ours around it.
@main
struct StockBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock-bench",
        abstract: "Measures stockd against floors in the same run.",
        discussion: """
            Each figure stands beside what the same work costs without stockd: a plain loop over SQLite's C interface, a \
            bare echo. Build with -c release, and let the machine be quiet.

            Example: stock-bench --levels 1000000 --only status
            """)

    @Option(help: "Levels in the large database.")
    var levels = 1_000_000

    @Option(help: "Only workloads whose name contains this.")
    var only: String?

    @Flag(help: "One JSON object a line instead of a table.")
    var json = false

    @Option(help: "The daemon to measure; by default the one beside this program.")
    var stockd: String?

    func validate() throws {
        guard levels >= 1000 else { throw ValidationError("--levels must be at least 1000") }
    }

    /// At once, also into a pipe: a workload may take minutes.
    private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    func run() async throws {
        let daemon = stockd ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("stockd").path
        guard FileManager.default.isExecutableFile(atPath: daemon) else {
            throw ValidationError("there is no \(daemon): build it first, or name it with --stockd")
        }
        let bench = Bench(levels: levels, daemon: daemon)
        defer { bench.cleanUp() }
        if !json { Self.say(Measurement.heading) }
        for workload in Workload.all where only.map(workload.name.contains) ?? true {
            for measurement in try await workload.run(bench) {
                Self.say(json ? try measurement.json() : measurement.row)
            }
        }
    }
}

/// A figure beside its floor.
struct Measurement: Encodable {
    var workload: String
    var unit: String
    var stockd: Double
    var floor: Double
    /// stockd's figure over the floor's.
    var ratio: Double { floor == 0 ? 0 : stockd / floor }

    private enum Keys: String, CodingKey { case workload, unit, stockd, floor, ratio }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(workload, forKey: .workload)
        try container.encode(unit, forKey: .unit)
        try container.encode(stockd, forKey: .stockd)
        try container.encode(floor, forKey: .floor)
        try container.encode(ratio, forKey: .ratio)
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    static let heading = line("workload", "stockd", "floor", "ratio", "unit")
    var row: String { Self.line(workload, Self.short(stockd), Self.short(floor), floor == 0 ? "" : String(format: "%.2f", ratio), unit) }

    private static func line(_ name: String, _ a: String, _ b: String, _ c: String, _ unit: String) -> String {
        name.padding(toLength: 44, withPad: " ", startingAt: 0) + [a, b, c].map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
            + "  " + unit
    }

    private static func short(_ value: Double) -> String {
        value >= 1000 ? String(format: "%.0f", value) : value >= 10 ? String(format: "%.1f", value) : String(format: "%.3f", value)
    }
}

struct Workload: Sendable {
    let name: String
    let run: @Sendable (Bench) async throws -> [Measurement]

    static let all = [durableWrites, roundTrips, sync, check, startUp]
}
