import StockDomain
import StockStore
import Synchronization
import Testing
@testable import StockEngine

@Suite(.timeLimit(.minutes(1))) struct EventLogTests {
    @Test func everyTurnOfAnAlertIsLoggedOnceWithWhatAJournalIsAskedFor() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(4, telling: [.email])
        let (lines, sink) = AsyncStream<String>.makeStream()
        var log = lines.makeAsyncIterator()
        let context = fixture.context(LineHandler(sink: sink))
        try await fixture.running(EventLog(context)) {
            #expect(await log.next() == "alert.opened alert.id=1 location=store-1 on_hand=4 severity=low sku=TEA")
            try await change(fixture, to: 0)
            #expect(await log.next() == "alert.changed alert.id=1 location=store-1 on_hand=0 severity=out sku=TEA was=low")
        }
        // What happened while nobody was logging is made up for.
        try await change(fixture, to: 50)
        try await fixture.running(EventLog(context)) {
            #expect(await log.next() == "alert.resolved alert.id=1 location=store-1 on_hand=50 severity=healthy sku=TEA was=out")
        }
    }

    @Test func holdsAtRiskAndMoneyToGiveBackAreWarnedOf() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(40, telling: [])
        let (lines, sink) = AsyncStream<String>.makeStream()
        var log = lines.makeAsyncIterator()
        let now = fixture.clock.now
        let hold = try await fixture.store.write { tx in
            let draft = HoldDraft(lines: [.init(sku: "TEA", location: "store-1", quantity: Quantity(30))], orderRef: "A-1")
            return try tx.placeHold(draft, tenant: "default", now: now)
        }
        try await fixture.running(EventLog(fixture.context(LineHandler(sink: sink)))) {
            try await change(fixture, to: 20)
            #expect(await log.next() == "hold.at_risk held=30 location=store-1 on_hand=20 sku=TEA")
            for payment in ["pay-1", "pay-1", "pay-2"] {
                _ = try await fixture.store.write { tx in
                    try tx.confirmHold(hold.id, paymentRef: payment, by: nil, tenantID: hold.tenantID, now: now)
                }
            }
            for payment in ["pay-1", "pay-2"] {
                let line = await log.next()
                #expect(
                    line == "hold.refund_due hold.id=\(hold.id) order=A-1 payment=\(payment) reason=insufficient_stock")
            }
        }
    }

    private func change(_ fixture: LoopFixture, to quantity: Int) async throws {
        let now = fixture.clock.now
        try await fixture.store.write { tx in
            _ = try tx.change(.count(Quantity(quantity)), productID: 1, locationID: 1, origin: MovementOrigin(at: now), now: now)
        }
    }
}
