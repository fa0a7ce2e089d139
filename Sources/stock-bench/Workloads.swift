import Dispatch
import Foundation
import StockDomain
import StockStore

extension Workload {
    /// Durable changes of stock, as many waiting as stated, against the same rows by the C interface in batches of
    /// that size.
    static let durableWrites = Workload(name: "durable writes") { bench in
        try [1, 64, 256].map { batch in
            let store = try Store.open(path: bench.path("writes-\(batch).db"), now: bench.now)
            let source = try Bench.fill(store, products: 100, now: bench.now)
            _ = source
            let now = bench.now
            let rounds = batch == 1 ? 400 : 100
            func run(_ rounds: Int) throws {
                for round in 0..<rounds {
                    let done = DispatchGroup()
                    for index in 0..<batch {
                        done.enter()
                        let product = Int64((round * batch + index) % 100 + 1)
                        store.write({ transaction in
                            try transaction.change(
                                .receipt(Quantity(1)), productID: product, locationID: 1, origin: MovementOrigin(at: now), now: now)
                        }, completion: { (_: Result<Int64?, any Error>) in done.leave() })
                    }
                    done.wait()
                }
            }
            try run(10)
            let ours = Double(rounds * batch) / (try seconds { try run(rounds) })
            try store.close()

            let plain = PlainSQLite(path: bench.path("writes-floor-\(batch).db"))
            plain.makeLevels()
            let insert = plain.prepare("INSERT INTO movement VALUES (?, ?, ?, 1, 100000, ?, ?)")
            let upsert = plain.prepare(
                """
                INSERT INTO level VALUES (?, 1, 100000, ?, ?) ON CONFLICT DO UPDATE SET on_hand = on_hand + 100000,
                    last_movement = excluded.last_movement
                """)
            var id: Int64 = 0
            let floor = Double(rounds * batch) / seconds {
                for _ in 0..<rounds {
                    plain.execute("BEGIN IMMEDIATE")
                    for _ in 0..<batch {
                        id += 1
                        plain.step(insert, id, id - 1, id % 100, id, 0)
                        plain.step(upsert, id % 100, 0, id)
                    }
                    plain.execute("COMMIT")
                }
            }
            return Measurement(workload: "durable writes, \(batch) waiting", unit: "writes/s", stockd: ours, floor: floor)
        }
    }

    /// Counts of 500,000 levels in pages of 1,000, fresh and again with other quantities, against raw upserts of level
    /// and ledger.
    static let sync = Workload(name: "sync of counts") { bench in
        let products = min(50_000, bench.levels / Bench.locations)
        let total = Double(products * Bench.locations)
        let store = try Store.open(path: bench.path("sync.db"), now: bench.now)
        let source = try Bench.fill(store, products: products, now: bench.now)
        func run(_ at: Timestamp, _ quantity: Int) throws -> Double {
            let pages = Array(Bench.countPages(products: products, at: at, quantity: { _ in quantity }))
            return try seconds {
                for page in pages { try store.writeAndWait { [now = bench.now] in try $0.apply(page, from: source, now: now) } }
            }
        }
        let fresh = total / (try run(bench.now - .hours(2), 50))
        let again = total / (try run(bench.now - .hours(1), 60))
        try store.close()

        let plain = PlainSQLite(path: bench.path("sync-floor.db"))
        plain.makeLevels()
        let insert = plain.prepare("INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?)")
        let upsert = plain.prepare(
            """
            INSERT INTO level VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET on_hand = excluded.on_hand,
                counted_at = excluded.counted_at, last_movement = excluded.last_movement
            """)
        var id: Int64 = 0
        func floor(_ quantity: Int64) -> Double {
            let count = Int64(total)
            return total / seconds {
                for start in stride(from: Int64(0), to: count, by: 1000) {
                    plain.execute("BEGIN IMMEDIATE")
                    for index in start..<min(start + 1000, count) {
                        id += 1
                        let level = index * 7_919 % count
                        plain.step(insert, id, 0, level / 10, level % 10, quantity, quantity, 0)
                        plain.step(upsert, level / 10, level % 10, quantity, 0, id)
                    }
                    plain.execute("COMMIT")
                }
            }
        }
        let floorFresh = floor(50), floorAgain = floor(60)
        return [
            Measurement(workload: "sync of \(Int(total)) counts, fresh", unit: "rows/s", stockd: fresh, floor: floorFresh),
            Measurement(workload: "sync of \(Int(total)) counts, again", unit: "rows/s", stockd: again, floor: floorAgain),
        ]
    }

    /// A sweep over every level, against one SQL statement that compares them all.
    static let check = Workload(name: "alert.check") { bench in
        let path = try bench.largeDatabase()
        let now = bench.now
        let daemon = try RunningDaemon(bench, database: path)
        let client = try LineClient(path: daemon.socket)
        let request = Array(#"{"jsonrpc":"2.0","id":1,"method":"alert.check"}"#.utf8) + [10]
        client.roundTrip(request)
        let ours = median((0..<5).map { _ in seconds { client.roundTrip(request) } })
        daemon.stop()
        let plain = PlainSQLite(path: path)
        let scan = plain.prepare(
            """
            SELECT COUNT(*) FROM level WHERE alert_severity <> CASE WHEN on_hand <= 0 THEN 3 WHEN on_hand <= critical_at THEN 2
                WHEN on_hand <= low_at THEN 1 ELSE 0 END
            """)
        plain.step(scan)
        let floor = median((0..<5).map { _ in seconds { plain.step(scan) } })
        _ = now
        return [Measurement(workload: "alert.check over \(bench.levels) levels", unit: "ms", stockd: ours * 1000, floor: floor * 1000)]
    }
}
