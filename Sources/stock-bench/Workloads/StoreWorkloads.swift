import CFloor
import Dispatch
import Foundation
import StockDomain
import StockStore

extension Workload {
    /// Holds straight into the store, 256 in a transaction, against the same statements in C.
    static let storeAlone = Workload(name: "store alone") { bench in
        let products = bench.products, batch = 256
        let count = max(batch * 4, bench.options.levels / 20)
        let row = Row(
            name: "store alone: hold.place, batches of 256", unit: "ops/s", required: .of(.floor, 0.6), aimed: .of(.floor, 0.9))
        let free = Row(name: "store alone, floor without savepoints", unit: "ops/s")
        func floor(savepoints: Bool) throws -> Double {
            let path = try bench.copy(of: bench.floorShop())
            defer { bench.forget(path) }
            return Double(count) / cfloor_place(path, Int64(products), Int64(count), Int64(batch), savepoints ? 1 : 0)
        }
        return try bench.compare(
            [row, free],
            [
                Trial(.stockd) {
                    let path = try bench.copy(of: bench.shop())
                    defer { bench.forget(path) }
                    let store = try Store.open(path: path, now: bench.now)
                    let rate = try placeHolds(in: store, count: count, batch: batch, products: products, now: bench.now)
                    try store.close()
                    return [rate, rate]
                },
                Trial(.floor) { [try floor(savepoints: true), try floor(savepoints: false)] },
            ])
    }

    /// Keeps two batches under way, as a busy socket does: one is committed while the next one waits.
    private static func placeHolds(
        in store: Store, count: Int, batch: Int, products: Int, now: Timestamp
    ) throws -> Double {
        let failures = FirstFailure()
        func submit(_ first: Int) -> DispatchGroup {
            let done = DispatchGroup()
            for index in first..<first + batch {
                done.enter()
                let draft = HoldDraft(
                    lines: [.init(sku: "SKU-\(index * 7_919 % products)", location: "Store 0", quantity: Quantity(1))],
                    lifetime: .days(1), orderRef: "order-\(index)")
                store.write({ try $0.placeHold(draft, tenant: "default", now: now).id }, completion: { result in
                    failures.note(result)
                    done.leave()
                })
            }
            return done
        }
        let batches = count / batch
        let elapsed = seconds {
            var waiting = [submit(0)]
            for number in 1..<batches {
                waiting.append(submit(number * batch))
                waiting.removeFirst().wait()
            }
            waiting.forEach { $0.wait() }
        }
        if let failure = failures.first { throw failure }
        return Double(batches * batch) / elapsed
    }

    /// Messages through the outbox: queued, leased, sent, each step on the disk before the next.
    static let queue = Workload(name: "queue") { bench in
        try [1, 32, 256].flatMap { batch in
            let cycles = max(batch * 4, min(batch * 200, bench.options.levels / 50) / batch * batch)
            let row = Row(
                name: "queue: enqueue + lease + complete, batches of \(batch)", unit: "cycles/s",
                required: .of(.floor, 0.4), aimed: .of(.floor, 0.8))
            let peers = try bench.peers.all().map { peer in
                Trial(peer.contender) { [peer.attempt { try $0.deliver(batch: batch) }] }
            }
            return try bench.compare(
                [row],
                [
                    Trial(.stockd) { [Double(cycles) / (try deliver(bench, cycles: cycles, batch: batch))] },
                    Trial(.floor) {
                        let path = bench.newPath("queue-floor.db")
                        defer { bench.forget(path) }
                        return [Double(cycles) / cfloor_queue(path, Int64(cycles), Int64(batch))]
                    },
                ] + peers)
        }
    }

    private static func deliver(_ bench: Bench, cycles: Int, batch: Int) throws -> Double {
        let path = bench.newPath("queue.db"), now = bench.now
        defer { bench.forget(path) }
        let store = try Store.open(path: path, now: now)
        let addresses = (0..<batch).map {
            AddressRecord(kind: .email, value: "p\($0)@example.com", preferences: AddressPreferences(minSeverity: .low))
        }
        let tenant = try store.writeAndWait { transaction in
            let tenant = try transaction.tenantID("default")
            _ = try transaction.createContact("all", enabled: true, addresses: addresses, tenantID: tenant, now: now)
            return tenant
        }
        let elapsed = try seconds {
            for _ in 0..<cycles / batch {
                _ = try store.writeAndWait { try $0.enqueueTest(contact: "all", kind: .email, tenantID: tenant, now: now) }
                let leased = try store.writeAndWait { try $0.claim(.email, limit: batch, lease: .minutes(1), now: now) }
                guard leased.count == batch else { throw BenchError("not everything that was queued could be leased") }
                try store.writeAndWait { transaction in
                    var random = SystemRandomNumberGenerator()
                    for delivery in leased {
                        let state = try transaction.complete(delivery, .sent(reference: "r"), now: now, using: &random)
                        guard state == .sent else { throw BenchError("a delivery that was leased could not be completed") }
                    }
                }
            }
        }
        try store.close()
        return elapsed
    }
}

/// What went wrong on the store's thread.
private final class FirstFailure: @unchecked Sendable {
    private let lock = NSLock()
    private var failure: (any Error)?

    var first: (any Error)? { lock.withLock { failure } }

    func note<T>(_ result: Result<T, any Error>) {
        guard case .failure(let error) = result else { return }
        lock.withLock { failure = failure ?? error }
    }
}
