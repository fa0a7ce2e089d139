import Foundation
import StockTestSupport
import Testing

/// The benchmark at its smallest: that every workload runs and finds something, not what it finds.
@Suite(.timeLimit(.minutes(5))) struct StockBenchTests {
    /// What stands where stockd's figure is set beside another's than the floor's, or beside none.
    private static let withoutFloor = ["memory then", "memory after a sweep and a summary", "→"]
    private static let workloads = [
        "hold.place, 64 connections", "hold.place, 256 connections", "hold.place, 16 connections, 16 in flight",
        "hold.place + confirm by Zipf, 64 connections", "hold.place, one in flight: p50", "store alone",
        "system.status, one in flight", "small reads, 64 in flight", "counts, 50,000 a transaction, fresh",
        "counts, 50,000 a transaction, recount", "alert.check", "50 alerts at once: raise", "50 alerts at once: list",
        "queue: enqueue + lease + complete, batches of 1", "queue: enqueue + lease + complete, batches of 32",
        "queue: enqueue + lease + complete, batches of 256", "start, 1000 levels: until READY",
        "start, 1000 levels: memory then", "stockctl status, whole process",
        "100 → 1000 levels: hold.place", "100 → 1000 levels: stock.get", "100 → 1000 levels: memory",
    ]

    @Test func everyWorkloadRunsAndFindsAFigureForStockdAndItsFloor() async throws {
        let run = try await bench(
            "--levels", "1000", "--rounds", "1", "--seconds", "0.05", "--quiet-wait", "0", "--growth", "--growth-levels",
            "100,1000", "--json", "--peer", "redis")
        try #require(run.status == 0, "\(run.errors)")
        // Nothing is on the path, and so no Redis.
        #expect(run.errors.contains("--peer redis is left out: redis-server is not installed"))
        var found: [String] = []
        for line in run.output.split(separator: "\n") {
            let row = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let name = try #require(row["workload"] as? String)
            found.append(name)
            let stockd = try #require(row["stockd"] as? Double, "\(name)")
            #expect(stockd > 0, "\(name)")
            #expect(row["unit"] is String && row["met"] is String && row["quiet"] is Bool, "\(line)")
            guard !Self.withoutFloor.contains(where: name.contains) else { continue }
            let floor = try #require(row["floor"] as? Double, "\(name)"), ratio = try #require(row["ratio"] as? Double)
            #expect(floor > 0 && abs(ratio - stockd / floor) <= ratio * 1e-9, "\(line)")
        }
        for name in Self.workloads { #expect(found.contains { $0.hasPrefix(name) }, "\(name) is not in \(found)") }
        #expect(Set(found).count == found.count)
    }

    @Test func aTableSaysWhatIsRequiredAndAimedAt() async throws {
        let run = try await bench("--levels", "1000", "--rounds", "1", "--seconds", "0.05", "--quiet-wait", "0", "--only", "store alone")
        try #require(run.status == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("workload ") == true)
        #expect(lines.contains { $0.hasPrefix("store alone: hold.place") && $0.contains("≥ 0.60 × floor") && $0.contains("≥ 0.90 × floor") })
    }

    @Test func namesTheWorkloadsWhenNoneMatches() async throws {
        let run = try await bench("--only", "nonsense")
        #expect(run.status == 64)
        #expect(run.errors.contains("alert.check"), "\(run.errors)")
    }

    private func bench(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "stock-bench").path(percentEncoded: false)
        // One that hangs is ended from outside: nobody here could, who waits for it.
        let process = try ChildProcess(
            ["/usr/bin/timeout", "240", program] + arguments, environment: ["PATH": "/nonexistent"], catchesErrors: true)
        let output = LineReader(process.output), errors = try LineReader(#require(process.errors))
        while await output.next() != nil {}
        while await errors.next() != nil {}
        return (
            process.wait() >> 8, String(decoding: output.everything, as: UTF8.self), String(decoding: errors.everything, as: UTF8.self)
        )
    }
}
