import Foundation
import StockDomain
@testable import StockStore
import Testing

@Suite struct OverloadTests {
    @Test func whatMayBeRefusedIsRefusedAtTheLimitAndAllElseIsQueued() throws {
        let f = try StoreFixture(queueLimit: 3)
        let key = try f.stock("A", 10)
        let now = f.now
        // The writer is kept busy until everything has arrived.
        let busy = DispatchSemaphore(value: 0), free = DispatchSemaphore(value: 0)
        f.store.write({ _ in
            busy.signal()
            free.wait()
        }, completion: { _ in })
        busy.wait()
        let outcomes = Outcomes()
        func sell(_ admission: Admission) {
            f.store.write(admission: admission, { tx in
                try tx.change(
                    .sale(Quantity(1)), productID: key.productID, locationID: key.locationID,
                    origin: MovementOrigin(by: "root", at: now), now: now)
            }, completion: { outcomes.add($0.map { _ in }) })
        }
        for _ in 0..<5 { sell(.refusable) }
        #expect(outcomes.refusals.count == 2)
        #expect(
            outcomes.refusals.allSatisfy {
                if case .overloaded(let wait) = $0.code { wait >= .milliseconds(20) && wait <= .seconds(10) } else { false }
            })
        sell(.certain)
        free.signal()
        // Nothing that was refused was done, and everything else was.
        #expect(try f.write { tx, _ in try tx.level(key)?.onHand } == Quantity(6))
        sell(.refusable)
        #expect(try f.write { tx, _ in try tx.level(key)?.onHand } == Quantity(5))
        #expect(f.store.writeFailure == nil)
    }
}

private final class Outcomes: @unchecked Sendable {
    private let lock = NSLock()
    private var found: [StoreError] = []

    func add(_ outcome: Result<Void, any Error>) {
        guard case .failure(let error as StoreError) = outcome else { return }
        lock.withLock { found.append(error) }
    }

    var refusals: [StoreError] { lock.withLock { found } }
}
