import Foundation
import StockDomain
@testable import StockStore
import Testing

@Suite struct GroupCommitTests {
    private struct Refused: Error {}

    /// Of operations that share a commit, some fail before they write and some after.
    @Test(arguments: 0..<20) func whatFailsUndoesItselfAndNothingElse(seed: Int) throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 0)
        let now = f.now
        // The writer is kept busy until everything waits, so that it is one commit.
        let busy = DispatchSemaphore(value: 0), free = DispatchSemaphore(value: 0)
        f.store.write({ _ in
            busy.signal()
            free.wait()
        }, completion: { _ in })
        busy.wait()
        var expected = 0
        for index in 0..<30 {
            let kind = (index * 7 + seed) % 5
            let fails = kind == 1 || (kind == 2 && seed % 2 == 0)
            if !fails { expected += 1 }
            f.store.write({ tx in
                if kind == 1 { throw Refused() }
                try tx.change(
                    .receipt(Quantity(1)), productID: key.productID, locationID: key.locationID,
                    origin: MovementOrigin(by: "root", at: now), now: now)
                if fails { throw Refused() }
            }, completion: { outcome in
                let failed = if case .failure = outcome { true } else { false }
                #expect(failed == fails)
            })
        }
        free.signal()
        let onHand = try f.write { tx, _ in try tx.level(key)?.onHand }
        let sum = try f.write { tx, _ in try tx.sql.int(SQL("SELECT SUM(delta) FROM movement")) }
        #expect(onHand == Quantity(expected))
        #expect(onHand == Quantity(scaled: sum))
    }

    /// Some commit on their own thread where the writer is free, some are queued: everything is done once.
    @Test func whoCommitsAloneAndWhoQueuesNeverMeet() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 0)
        let (now, store) = (f.now, f.store)
        let answered = DispatchGroup()
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for index in 0..<150 {
                answered.enter()
                let admission: Admission = (thread + index) % 3 == 0 ? .certain : .alone
                store.write(admission: admission, { tx in
                    try tx.change(
                        .receipt(Quantity(1)), productID: key.productID, locationID: key.locationID,
                        origin: MovementOrigin(by: "root", at: now), now: now)
                }, completion: { outcome in
                    if case .failure(let error) = outcome { Issue.record(error) }
                    answered.leave()
                })
            }
        }
        answered.wait()
        #expect(try f.write { tx, _ in try tx.level(key)?.onHand } == Quantity(600))
    }
}
