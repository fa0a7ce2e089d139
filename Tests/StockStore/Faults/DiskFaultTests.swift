import Dispatch
import StockDomain
@testable import StockStore
import StockTestSupport
import Synchronization
import Testing

@Suite struct DiskFaultTests {
    static let faults = [
        DiskFault(calls: .write, manner: .full, lasting: false, every: 1),
        DiskFault(calls: .write, manner: .full, lasting: true, every: 3),
        DiskFault(calls: .write, manner: .broken, lasting: false, every: 3),
        DiskFault(calls: .write, manner: .broken, lasting: true, every: 3),
        DiskFault(calls: .sync, manner: .broken, lasting: false, every: 1),
        DiskFault(calls: .sync, manner: .broken, lasting: true, every: 1),
        DiskFault(calls: .read, manner: .broken, lasting: false, every: 3),
        DiskFault(calls: .read, manner: .broken, lasting: true, every: 3),
        DiskFault(calls: .read, manner: .short, lasting: false, every: 3),
    ]

    @Test(arguments: faults) func whatADiskFailsToDoIsRefusedAndAllElseIsKept(fault: DiskFault) async throws {
        let shop = try Shop.shared.get()
        let (runs, wrong) = try await onAThreadOfItsOwn {
            var wrong: [String] = []
            for nth in stride(from: 1, to: Int.max, by: fault.every) {
                let run = try DiskFaultRun(shop, fault, nth: nth)
                try run.run()
                wrong += run.wrong.map { "\(nth): \($0)" }
                if run.failures == 0 { return (nth, wrong) }
            }
            return (0, wrong)
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).joined(separator: "\n"))")
        #expect(runs > 5)
    }

    @Test(arguments: [FaultDisk.Calls.read, .write, .sync, .open, .delete])
    func aStartOnADiskThatFailsIsRefusedAndTheNextFindsEverything(calls: FaultDisk.Calls) async throws {
        let shop = try Shop.shared.get()
        let (runs, wrong) = try await onAThreadOfItsOwn {
            var random = SeededGenerator(seed: 3), acts = Acts(), answered: [Answered] = []
            let disk = try shop.disk.afterKill()
            let store = try shop.open(disk, checkpointEvery: 1000)
            for _ in 0..<5 { answered += shop.perform(acts.next(4, in: shop, using: &random), on: store) }
            // With a log that is to be read again.
            let killed = try disk.afterKill()
            try store.close()
            var wrong: [String] = []
            for nth in 1... {
                var promises = Promises(shop), answered = answered
                let disk = try killed.afterKill()
                disk.fail(calls, at: nth, lasting: false)
                do {
                    let store = try shop.open(disk)
                    answered += shop.perform(acts.next(2, in: shop, using: &random), on: store)
                    try store.close()
                } catch let error as StoreError where error.code == .unavailable {
                } catch {
                    wrong.append("\(nth): refused with \(error)")
                }
                disk.heal()
                let store = try shop.open(disk)
                wrong += try promises.settle(answered, in: store).map { "\(nth): \($0)" }
                try store.close()
                if disk.failures == 0 { return (nth, wrong) }
            }
            return (0, wrong)
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).joined(separator: "\n"))")
        #expect(runs > 1)
    }

    @Test(arguments: [FaultDisk.Calls.write, .sync, .truncate, .delete, .open])
    func aFirstStartOnADiskThatFailsIsFinishedByTheNext(calls: FaultDisk.Calls) async throws {
        let wrong = try await onAThreadOfItsOwn {
            var wrong: [String] = []
            let now = Timestamp(milliseconds: 0)
            for nth in stride(from: 1, to: Int.max, by: calls == .write ? 3 : 1) {
                let disk = try FaultDisk()
                disk.fail(calls, at: nth, lasting: false)
                if let store = try? Shop.open(disk, at: now) { try store.close() }
                disk.heal()
                let store = try Shop.open(disk, at: now)
                wrong += try store.readHere { try $0.damage() }.map { "\(nth): \($0)" }
                _ = try store.writeAndWait { try $0.createContact("Ops", enabled: true, addresses: [], tenantID: 1, now: Timestamp(milliseconds: 0)) }
                try store.close()
                if disk.failures == 0 { break }
            }
            return wrong
        }
        #expect(wrong.isEmpty)
    }

    /// The index of the log is in shared memory that grows on the disk, too: by then the commit stands in the log.
    @Test func whatIsRefusedForWantOfMemoryBesideTheLogIsNotFoundLater() async throws {
        let shop = try Shop.shared.get()
        let counts = try await onAThreadOfItsOwn {
            let disk = try shop.disk.afterKill()
            let store = try shop.open(disk, checkpointEvery: .max)
            // The first part of the index is of 4062 pages.
            try fill(store, "first", pages: 2600, shop)
            disk.fail(.memory, lasting: false)
            #expect { try fill(store, "second", pages: 2600, shop) } throws: { ($0 as? StoreError)?.code == .unavailable }
            #expect(disk.failures == 1)
            let after = [try disk.afterKill(), try disk.afterCut(seed: 1)]
            try fill(store, "third", pages: 1, shop)
            let later = [try disk.afterKill(), try disk.afterCut(seed: 2)]
            try store.close()
            return try (after + later).map { disk in
                let store = try shop.open(disk)
                defer { try? store.close() }
                return try store.readHere { reader in
                    try ["first", "second", "third"].map {
                        try reader.sql.int(SQL("SELECT COUNT(*) FROM recorded_reply WHERE method = ?"), .text($0))
                    }
                }
            }
        }
        #expect(counts == [[2600, 0, 0], [2600, 0, 0], [2600, 0, 1], [2600, 0, 1]])
    }

    @Test func aCommitIsOneWriteAndOneSync() async throws {
        let shop = try Shop.shared.get()
        let changes = try await onAThreadOfItsOwn {
            let disk = try shop.disk.afterKill()
            let store = try shop.open(disk, checkpointEvery: .max)
            defer { try? store.close() }
            // The first one begins the log.
            try fill(store, "first", pages: 1, shop)
            let before = disk.changes
            try fill(store, "second", pages: 1, shop)
            let one = disk.changes
            // More than fits one piece, and far less than two calls for each page.
            try fill(store, "third", pages: 100, shop)
            return [one - before, disk.changes - one]
        }
        #expect(changes[0] == 2)
        #expect(changes[1] < 20)
    }

    /// More than the cache holds: SQLite 3.40 would write some of it to the log before the commit, and what it makes of the
    /// log when that is undone does not survive a crash.
    @Test func whatIsCommittedAfterALargeOperationWasUndoneSurvivesACrash() async throws {
        let shop = try Shop.shared.get()
        let kept = try await onAThreadOfItsOwn {
            let disk = try shop.disk.afterKill()
            let store = try shop.open(disk, checkpointEvery: .max)
            try fill(store, "kept", pages: 6000, shop)
            let busy = DispatchSemaphore(value: 0), free = DispatchSemaphore(value: 0), done = DispatchSemaphore(value: 0)
            func queue(_ body: @escaping @Sendable (StoreTransaction) throws -> Void) {
                store.write(body) { _ in done.signal() }
            }
            queue { _ in
                busy.signal()
                free.wait()
            }
            busy.wait()
            queue { try write("beside", pages: 1, to: $0, shop) }
            queue { tx in
                // The second time over what has gone to the log by then.
                for _ in 0..<2 { try tx.sql.run(SQL("UPDATE recorded_reply SET reply = reply || 'y' WHERE method = 'kept'")) }
                throw StoreError.conflict("test", "and all of it is undone")
            }
            free.signal()
            for _ in 0..<3 { done.wait() }
            for index in 0..<5 { try fill(store, "later-\(index)", pages: 1, shop) }
            let after = try disk.afterKill()
            try store.close()
            let found = try shop.open(after)
            defer { try? found.close() }
            return try found.readHere { reader in
                try (["kept", "beside"] + (0..<5).map { "later-\($0)" }).map {
                    try reader.sql.int(SQL("SELECT COUNT(*) FROM recorded_reply WHERE method = ? AND reply NOT LIKE '%y'"), .text($0))
                }
            }
        }
        #expect(kept == [6000, 1, 1, 1, 1, 1, 1])
    }

    /// As SQLite does by itself when memory runs out in the midst of an operation.
    @Test func whatEndsTheTransactionItSharesWithOthersTakesThemAlong() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 10)
        let now = f.now
        let busy = DispatchSemaphore(value: 0), free = DispatchSemaphore(value: 0), done = DispatchSemaphore(value: 0)
        f.store.write({ _ in
            busy.signal()
            free.wait()
        }, completion: { _ in })
        busy.wait()
        @Sendable func sell(_ tx: StoreTransaction) throws {
            try tx.change(
                .sale(Quantity(1)), productID: key.productID, locationID: key.locationID,
                origin: MovementOrigin(at: now), now: now)
        }
        let refused = Mutex(0)
        func queue(_ body: @escaping @Sendable (StoreTransaction) throws -> Void) {
            f.store.write(body) { result in
                if case .failure = result { refused.withLock { $0 += 1 } }
                done.signal()
            }
        }
        queue(sell)
        queue { tx in
            try tx.sql.run(SQL("ROLLBACK"))
            throw StoreError(.internal, "out of memory")
        }
        queue(sell)
        free.signal()
        for _ in 0..<3 { done.wait() }
        #expect(refused.withLock { $0 } == 3)
        #expect(try f.write { tx, _ in try tx.level(key)?.onHand } == Quantity(10))
        try f.set(key, 4)
        #expect(try f.write { tx, _ in try tx.level(key)?.onHand } == Quantity(4))
    }
}

private func fill(_ store: Store, _ name: String, pages: Int, _ shop: Shop) throws {
    try store.writeAndWait { try write(name, pages: pages, to: $0, shop) }
}

private func write(_ name: String, pages: Int, to tx: StoreTransaction, _ shop: Shop) throws {
    let page = String(repeating: "x", count: 3000)
    for index in 0..<pages {
        try tx.recordReply(tenantID: shop.tenantID, method: name, key: "\(index)", paramsHash: "", reply: page, now: shop.now)
    }
}

struct DiskFault: Sendable, CustomTestStringConvertible {
    let calls: FaultDisk.Calls
    let manner: FaultDisk.Manner
    let lasting: Bool
    /// Of the calls in turn, each or every third: a disk that is full is the one that comes.
    let every: Int

    var testDescription: String { "calls \(calls.rawValue), \(manner), \(lasting ? "lasting" : "once")" }
}

/// A store at work while the `nth` call of a kind fails.
final class DiskFaultRun {
    private let shop: Shop
    private let fault: DiskFault
    private let nth: Int
    private let disk: FaultDisk
    private var random = SeededGenerator(seed: 1)
    private var acts = Acts()
    private var promises: Promises
    private var answered: [Answered] = []
    private(set) var wrong: [String] = []
    private(set) var failures = 0

    init(_ shop: Shop, _ fault: DiskFault, nth: Int) throws {
        self.shop = shop
        self.fault = fault
        self.nth = nth
        disk = try shop.disk.afterKill()
        promises = Promises(shop)
    }

    func run() throws {
        let store = try shop.open(disk, checkpointEvery: 12)
        disk.fail(fault.calls, at: nth, as: fault.manner, lasting: fault.lasting)
        var refusedCommits = 0
        for _ in 0..<4 {
            let batch = commit(to: store)
            answered += batch
            guard batch.contains(where: { $0.wasFailedByTheDisk }) else { continue }
            refusedCommits += 1
            if refusedCommits == 1 {
                try dieNow("killed after the failure", try disk.afterKill())
                try dieNow("cut after the failure", try disk.afterCut(seed: UInt64(nth)))
            }
            if fault.calls != .read { try readOn(store) }
            // What lasts is mended after the second commit that it has cost.
            if refusedCommits == 2 { disk.heal() }
        }
        failures = disk.failures
        disk.heal()
        let last = commit(to: store)
        if last.contains(where: { $0.wasFailedByTheDisk }) { wrong.append("nothing works although the disk does again") }
        answered += last
        wrong += try promises.settle(answered, in: store).map { "at work: \($0)" }
        answered = []
        try dieNow("killed", try disk.afterKill())
        try dieNow("cut", try disk.afterCut(seed: UInt64(nth)))
        try store.close()
    }

    /// A process that ends here is followed by one that finds all that was promised, and keeps what it promises itself.
    private func dieNow(_ how: String, _ next: FaultDisk) throws {
        var promises = promises, random = random, acts = acts
        var store = try shop.open(next)
        wrong += try promises.settle(answered, in: store).map { "\(how): \($0)" }
        let later = shop.perform(acts.next(3, in: shop, using: &random), on: store)
        let after = try next.afterCut(seed: UInt64(nth))
        try store.close()
        store = try shop.open(after)
        wrong += try promises.settle(later, in: store).map { "\(how), then cut: \($0)" }
        try store.close()
    }

    private func readOn(_ store: Store) throws {
        do {
            let units = try store.readHere { reader in try shop.levels.map { try reader.level($0.key)?.onHand } }
            if units.contains(nil) { wrong.append("a level can't be read while writing fails") }
        } catch {
            wrong.append("nothing can be read while writing fails: \(error)")
        }
    }

    private func commit(to store: Store) -> [Answered] {
        shop.perform(acts.next(3, in: shop, using: &random), on: store)
    }
}
