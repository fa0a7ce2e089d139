import StockDomain
import StockStore
import Testing
@testable import StockEngine

@Suite(.timeLimit(.minutes(1))) struct ScheduleLoopTests {
    @Test func whatEndedLongAgoIsForgottenOnceADay() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(100, telling: [])
        let now = fixture.clock.now, then = now - .days(91)
        let (old, young) = try await fixture.store.write { tx in
            func ended(at time: Timestamp) throws -> Int64 {
                let draft = HoldDraft(lines: [.init(sku: "TEA", location: "store-1", quantity: Quantity(1))], orderRef: "o")
                let hold = try tx.placeHold(draft, tenant: "default", now: time)
                return try tx.cancelHold(hold.id, reason: nil, tenantID: hold.tenantID, now: time).id
            }
            let holds = (old: try (0..<3).map { _ in try ended(at: then) }, young: try ended(at: now))
            // It has been done before, the day before.
            try tx.keepSetting("expired_forgotten_on", String(now.day(in: .gmt).number - 1))
            return holds
        }
        let bell = Bell()
        let unobserve = fixture.store.observe { _ in bell.ring() }
        defer { unobserve() }
        try await fixture.running(ScheduleLoop(fixture.context, intervals: { [:] })) {
            while true {
                let kept = try await fixture.store.read { try $0.holds(HoldFilter(tenantID: nil), before: nil, limit: 10).map(\.id) }
                #expect(kept.contains(young))
                if !kept.contains(where: old.contains) { break }
                try await bell.wait(atMost: .seconds(1), on: SystemClock())
            }
        }
    }
}
