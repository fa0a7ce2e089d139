import CFloor
import Foundation
import StockDomain
import StockStore

extension Workload {
    /// A sweep over every level, of which 23 in 1,000 are short and alerted already.
    static let check = Workload(name: "alert.check") { bench in
        let levels = bench.options.levels / 1000 * 1000
        let path = try bench.counted(levels: levels)
        let stockd = try LineServer(stockd: bench, database: path)
        defer { stockd.stop() }
        let client = try LineClient(stockd.socket)
        // The first may have something to bring into step.
        try client.ask("alert.check")
        func row(_ name: String, required: Goal?, aimed: Goal?) -> Row {
            Row(
                name: "alert.check, \(levels) levels, \(name)", unit: "ms", direction: .lowerIsBetter,
                required: bench.isFullSize ? required : nil, aimed: bench.isFullSize ? aimed : nil)
        }
        let expected = Int64(levels / 1000 * Bench.shortOfThousand)
        func floor(_ check: (UnsafePointer<CChar>?, UnsafeMutablePointer<Int64>?) -> Double) throws -> Double {
            var breaches: Int64 = 0
            let elapsed = check(path, &breaches)
            guard breaches == expected else { throw BenchError("\(breaches) levels breach, not \(expected)") }
            return elapsed * 1000
        }
        var trials = [
            Trial(.stockd) {
                let elapsed = try seconds { try client.ask("alert.check") } * 1000
                return [elapsed, elapsed]
            },
            Trial(.floor) { [try floor(cfloor_check_by_statement), try floor(cfloor_check_by_loop)] },
        ]
        if let postgres = try bench.peers.all().compactMap({ $0 as? Postgres }).first {
            trials.append(Trial(.postgres) {
                [postgres.attempt { try $0.check(levels: levels, shortOfThousand: Bench.shortOfThousand) }, nil]
            })
        }
        return try bench.compare(
            [row("one SQL statement", required: .at(400), aimed: .at(90)), row("a loop in C", required: nil, aimed: nil)], trials)
    }

    /// A whole chain that runs short at once.
    static let raise = Workload(name: "alerts at once") { bench in
        let levels = min(50_000, bench.options.levels / 20) / Bench.locations * Bench.locations
        let isFull = levels == 50_000
        func row(_ name: String, _ unit: String, required: Double?, aimed: Double?) -> Row {
            Row(
                name: "\(levels) alerts at once: \(name)", unit: unit, direction: .lowerIsBetter,
                required: isFull ? required.map(Goal.at) : nil, aimed: isFull ? aimed.map(Goal.at) : nil)
        }
        return try bench.compare(
            [
                row("raise by a count", "ms", required: 1000, aimed: 400),
                row("raise by a threshold", "ms", required: 1000, aimed: 400),
                row("list", "ms", required: 1000, aimed: 600),
                row("memory then", "MiB", required: nil, aimed: 100),
            ],
            [
                Trial(.stockd) {
                    let counted = try raiseByCount(bench, levels: levels)
                    let path = try bench.copy(of: bench.healthy(levels: levels))
                    defer { bench.forget(path) }
                    let stockd = try LineServer(stockd: bench, database: path)
                    defer { stockd.stop() }
                    let client = try LineClient(stockd.socket)
                    let threshold = try seconds { try client.ask("threshold.set", ["low": "60", "critical": "1"]) }
                    var pages = 0
                    let list = try seconds { pages = try listAlerts(client) }
                    let counts = try client.ask("system.status")["counts"] as? [String: Any]
                    let open = counts?["alerts_open"] as? Int ?? 0
                    guard open == levels, pages == (levels + 999) / 1000 else {
                        throw BenchError("\(open) alerts are open, on \(pages) pages, not \(levels)")
                    }
                    return [counted * 1000, threshold * 1000, list * 1000, stockd.server.child.memory()]
                },
                Trial(.floor) {
                    let path = try bench.copy(of: bench.floorHealthy(levels: levels))
                    defer { bench.forget(path) }
                    let products = Int64(levels / Bench.locations)
                    let raise = cfloor_count(path, products, Int64(Bench.locations), Int64(levels), 3, 1)
                    var alerts: Int64 = 0
                    let list = cfloor_list_alerts(path, &alerts)
                    guard alerts == levels else { throw BenchError("\(alerts) alerts are listed, not \(levels)") }
                    return [raise * 1000, raise * 1000, list * 1000, nil]
                },
            ])
    }

    /// One page of counts, all of them short.
    private static func raiseByCount(_ bench: Bench, levels: Int) throws -> Double {
        let path = try bench.copy(of: bench.healthy(levels: levels))
        defer { bench.forget(path) }
        let store = try Store.open(path: path, now: bench.now)
        let source = try bench.source(of: store)
        let pages = Array(bench.countPages(
            products: levels / Bench.locations, locations: Bench.locations, at: bench.now - .minutes(1), quantity: { _ in 3 }))
        let elapsed = try seconds {
            for page in pages { try store.writeAndWait { [now = bench.now] in try $0.apply(page, from: source, now: now) } }
        }
        try store.close()
        return elapsed
    }

    /// Reads page after page. Returns how many there were.
    private static func listAlerts(_ client: LineClient) throws -> Int {
        var cursor: String?, pages = 0
        repeat {
            let params = cursor.map { #","cursor":"\#($0)""# } ?? ""
            try client.send(#"{"jsonrpc":"2.0","id":1,"method":"alert.list","params":{"limit":1000\#(params)}}"# + "\n")
            cursor = nextCursor(in: try client.receive(lines: 1))
            pages += 1
        } while cursor != nil
        return pages
    }

    /// Reading the whole JSON would take longer than what is measured.
    private static func nextCursor(in line: Data) -> String? {
        guard let name = line.range(of: Data(#""next_cursor":""#.utf8), options: .backwards) else { return nil }
        return String(decoding: line[name.upperBound...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }
}
