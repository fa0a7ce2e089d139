import StockDomain
import Testing

/// What is kept of a delivery, and how it stood before it came to that. Times are minutes.
@Suite struct PastDeliveryTests {
    private static func time(_ minute: Int) -> Timestamp { Timestamp(milliseconds: 0) + .minutes(Int64(minute)) }

    private func delivery(
        _ state: DeliveryState, tells: Int = 0, sent: Int? = nil, delivered: Int? = nil, reason: String? = nil,
        _ attempts: [(Int, AttemptOutcome)] = []
    ) -> Explanation.Delivery {
        Explanation.Delivery(
            id: 1, kind: .alert, occasion: .opened, contact: "ann", channel: .sms, address: "+1", state: state, reason: reason,
            createdAt: Self.time(0), tellsAt: Self.time(tells), heldUntil: nil, heldBecause: tells > 0 ? "quiet_hours" : nil,
            nextAttemptAt: nil, sentAt: sent.map(Self.time), deliveredAt: delivered.map(Self.time),
            attempts: attempts.map { .init(at: Self.time($0.0 - 1), took: .minutes(1), outcome: $0.1, reason: nil) })
    }

    private func state(of delivery: Explanation.Delivery, at minute: Int) -> DeliveryState { delivery.asOf(Self.time(minute)).state }

    @Test func whatWasSentWasQueuedUntilThen() {
        let sent = delivery(.sent, sent: 10, delivered: 12)
        #expect(state(of: sent, at: 9) == .queued && sent.asOf(Self.time(9)).sentAt == nil)
        #expect(state(of: sent, at: 10) == .sent && sent.asOf(Self.time(10)).deliveredAt == nil)
        #expect(sent.asOf(Self.time(12)) == sent)
    }

    @Test func whatDiedWasQueuedUntilItsLastAttempt() {
        let dead = delivery(.dead, reason: "550", [(2, .retry), (6, .dead)])
        #expect(state(of: dead, at: 5) == .queued)
        #expect(dead.asOf(Self.time(5)).reason == nil && dead.asOf(Self.time(5)).attempts.count == 1)
        #expect(state(of: dead, at: 6) == .dead)
    }

    @Test(arguments: [DeliveryState.dead, .queued]) func whatDidNotArriveWasSentUntilThatWasKnown(state now: DeliveryState) {
        let lost = delivery(now, sent: now == .dead ? 2 : nil, [(2, .sent), (8, .undelivered)])
        #expect(state(of: lost, at: 1) == .queued)
        #expect(state(of: lost, at: 7) == .sent && lost.asOf(Self.time(7)).sentAt == Self.time(2))
        #expect(state(of: lost, at: 8) == now)
    }

    @Test func whatWasHeldBackWasHeldUntilItWasLetGo() {
        let late = delivery(.sent, tells: 10, sent: 11)
        #expect(state(of: late, at: 9) == .queued && late.asOf(Self.time(9)).heldUntil == Self.time(10))
        #expect(state(of: late, at: 10) == .queued && late.asOf(Self.time(10)).heldUntil == nil)
        #expect(state(of: late, at: 11) == .sent)
    }
}
