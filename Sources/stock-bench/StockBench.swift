import ArgumentParser
import Foundation

/// Measures stockd against floors, and against others who do such work, in the same run.
@main
struct StockBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock-bench",
        abstract: "Measures stockd against floors in the same run.",
        discussion: """
            Each figure stands beside what the same work costs without stockd: in C over SQLite's interface, or a bare \
            echo. Build all of it with -c release --static-swift-stdlib, as it is to be \
            installed, and let the machine be quiet.

            EXAMPLES
              stock-bench --peer redis --only hold
              stock-bench --json --rounds 9 > figures.json
            """)

    @OptionGroup var options: BenchOptions

    func run() throws {
        let bench = try Bench(options)
        defer { bench.cleanUp() }
        let report = Report(json: options.json)
        report.begin()
        let workloads = Workload.all + (options.growth ? [Workload.growing] : [])
        let wanted = workloads.filter { workload in options.only.isEmpty || options.only.contains { workload.name.contains($0) } }
        guard !wanted.isEmpty else {
            throw ValidationError("--only matches none of: \(workloads.map(\.name).joined(separator: ", "))")
        }
        for workload in wanted {
            let quiet = Quiet.wait(atMost: options.quietWait)
            for var measurement in try workload.run(bench) {
                measurement.quiet = quiet
                try report.add(measurement)
            }
            bench.forgetFiles()
        }
    }
}

struct BenchOptions: ParsableArguments {
    @Option(help: "Levels in the large database.")
    var levels = 1_000_000

    @Option(help: "How often each contender has its turn; figures are medians.")
    var rounds = 5

    @Option(help: "How long a turn lasts where it is a matter of time.")
    var seconds = 3.0

    @Option(help: "Only workloads whose name contains this. May be given several times.")
    var only: [String] = []

    @Option(help: "Also measure a local redis or postgres. May be given several times.")
    var peer: [Peer] = []

    @Flag(help: "One JSON object a line instead of a table.")
    var json = false

    @Flag(help: "Also compare a small database with a huge one, which takes long.")
    var growth = false

    @Option(help: ArgumentHelp("Levels in the two that --growth compares.", valueName: "small,huge"))
    var growthLevels = "10000,10000000"

    @Option(help: "Seconds to wait for a quiet machine before each workload; 0: don't.")
    var quietWait = 60.0

    @Option(help: "The daemon to measure; by default the one beside this program.")
    var stockd: String?

    enum Peer: String, ExpressibleByArgument, CaseIterable { case redis, postgres }

    /// The two sizes of `growthLevels`.
    var growthSizes: (small: Int, huge: Int)? {
        let sizes = growthLevels.split(separator: ",").compactMap { Int($0) }
        return sizes.count == 2 && sizes[0] >= 100 && sizes[0] < sizes[1] ? (sizes[0], sizes[1]) : nil
    }

    func validate() throws {
        guard levels >= 1000 else { throw ValidationError("--levels must be at least 1000") }
        guard rounds >= 1 else { throw ValidationError("--rounds must be at least 1") }
        guard seconds > 0, seconds <= 600 else { throw ValidationError("--seconds must be more than 0 and at most 600") }
        guard quietWait >= 0, quietWait <= 3600 else { throw ValidationError("--quiet-wait must be from 0 to 3600") }
        guard growthSizes != nil else { throw ValidationError("--growth-levels must be two numbers, the smaller (from 100) first") }
    }
}
