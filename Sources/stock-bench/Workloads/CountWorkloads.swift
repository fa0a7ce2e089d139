import CFloor
import Foundation
import StockDomain
import StockStore

extension Workload {
    /// Counts of every level in an order that has nothing to do with keys, 50,000 a transaction, for the first time and
    /// again with other quantities: level, ledger and alert rule.
    static let counts = Workload(name: "counts") { bench in
        let products = bench.options.levels / Bench.locations, levels = products * Bench.locations
        func row(_ name: String) -> Row {
            Row(name: "counts, 50,000 a transaction, \(name)", unit: "rows/s", required: .of(.floor, 0.3), aimed: .of(.floor, 0.6))
        }
        let peers = try bench.peers.all().compactMap { $0 as? Postgres }.map { postgres in
            Trial(.postgres) {
                let rates = postgres.attempt { try $0.count(levels: levels) }
                return [rates?.fresh, rates?.again]
            }
        }
        return try bench.compare(
            [row("fresh"), row("recount")],
            [
                Trial(.stockd) {
                    let path = try bench.copy(of: bench.uncounted(levels: levels))
                    defer { bench.forget(path) }
                    let store = try Store.open(path: path, now: bench.now)
                    let source = try bench.source(of: store)
                    let rates = try [50, 60].map { quantity in
                        let pages = Array(bench.countPages(
                            products: products, locations: Bench.locations, at: bench.now - .hours(1),
                            quantity: { _ in quantity }))
                        return Double(levels) / (try seconds {
                            for page in pages {
                                try store.writeAndWait { [now = bench.now] in try $0.apply(page, from: source, now: now) }
                            }
                        })
                    }
                    try store.close()
                    return rates
                },
                Trial(.floor) {
                    let path = bench.newPath("counts-floor.db")
                    defer { bench.forget(path) }
                    return [Int64(50), 60].enumerated().map { index, quantity in
                        Double(levels)
                            / cfloor_count(path, Int64(products), Int64(Bench.locations), 50_000, quantity, Int32(index))
                    }
                },
            ] + peers)
    }
}
