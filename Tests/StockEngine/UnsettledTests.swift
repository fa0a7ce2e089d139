import StockDomain
import StockStore
import Testing
@testable import StockEngine

@Suite(.timeLimit(.minutes(1))) struct UnsettledTests {
    /// Nobody waits for it any more: stockd was killed when the setting was made and its levels did not follow yet.
    @Test func whatASettingHasLeftIsDoneByTheLoop() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(7, telling: [])
        let now = fixture.clock.now
        let left = try await fixture.store.write { tx in
            try tx.setThreshold(
                ThresholdKey(), low: .quantity(Quantity(10)), critical: nil, enabled: nil, requireSalesDays: nil,
                tenantID: try tx.tenant("default").id, atOnce: 0, now: now)
        }
        #expect(left != nil)
        let bell = Bell()
        let unobserve = fixture.store.observe { _ in bell.ring() }
        defer { unobserve() }
        try await fixture.running(AlertLoop(fixture.context, settings: { AlertLoop.Settings() })) {
            while true {
                let (alerts, unsettled) = try await fixture.store.read {
                    (try $0.alerts(AlertFilter(tenantID: nil), after: nil, limit: 10), try $0.unsettled())
                }
                if !alerts.isEmpty, unsettled.isEmpty { break }
                try await bell.wait(atMost: .seconds(1), on: SystemClock())
            }
        }
    }

    @Test func whoeverWaitsForASettingIsAnsweredWhenAllFollowIt() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(7, telling: [])
        let now = fixture.clock.now
        let left = try #require(try await fixture.store.write { tx in
            try tx.setThreshold(
                ThresholdKey(), low: .quantity(Quantity(10)), critical: nil, enabled: nil, requireSalesDays: nil,
                tenantID: try tx.tenant("default").id, atOnce: 0, now: now)
        })
        try await AlertLoop(fixture.context, settings: { AlertLoop.Settings() }).settleAndWait(left)
        let (alerts, unsettled) = try await fixture.store.read {
            (try $0.alerts(AlertFilter(tenantID: nil), after: nil, limit: 10), try $0.unsettled())
        }
        #expect(alerts.count == 1 && unsettled.isEmpty)
    }
}
