import Foundation

extension Workload {
    /// Whether a thousand times as many levels make anything slower: stockd against itself.
    static let growth = Workload(name: "growth") { bench in
        guard let sizes = bench.options.growthSizes else { return [] }
        func row(_ name: String, _ unit: String, _ direction: Row.Direction, required: Double, aimed: Double) -> Row {
            Row(
                name: "\(sizes.small) → \(sizes.huge) levels: \(name)", unit: unit, direction: direction,
                required: .of(.smaller, required), aimed: .of(.smaller, aimed))
        }
        func measure(_ levels: Int) throws -> [Double?] {
            let path = try bench.copy(of: bench.plenty(levels: levels))
            defer { bench.forget(path) }
            let stockd = try LineServer(stockd: bench, database: path)
            defer { stockd.stop() }
            let products = levels / Bench.locations
            let holds = try bench.load(stockd.socket, Requests(lines: .placeAny, of: products), Shape(connections: 64))
            let one = try bench.load(stockd.socket, Requests(lines: .placeAny, of: products), Shape(connections: 1))
            let reads = try bench.load(
                stockd.socket, Requests(lines: .level, of: products), Shape(connections: 1, inFlight: 64))
            return [holds.rate, one.p50, reads.rate, stockd.server.child.memory()]
        }
        return try bench.compare(
            [
                row("hold.place, 64 connections", "ops/s", .higherIsBetter, required: 0.5, aimed: 0.9),
                row("hold.place, one in flight: p50", "µs", .lowerIsBetter, required: 2, aimed: 1.1),
                row("stock.get, 64 in flight", "requests/s", .higherIsBetter, required: 0.5, aimed: 0.9),
                row("memory", "MiB", .lowerIsBetter, required: 2, aimed: 1.1),
            ],
            [Trial(.smaller) { try measure(sizes.small) }, Trial(.stockd) { try measure(sizes.huge) }],
            rounds: min(3, bench.options.rounds))
    }
}
