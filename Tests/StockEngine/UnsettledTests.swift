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

    /// Of many alerts, those that stand follow an escalation in parts; none takes a step of one that is replaced.
    @Test func alertsThatAreManyFollowAnEscalationInParts() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(0, telling: [.email])
        let now = fixture.clock.now
        try await fixture.store.write { tx in
            _ = try tx.setEscalation(
                "all", scope: AlertScope(), severity: nil, steps: [.init(after: .hours(1), contact: "ops")], repeatAfter: nil, by: "root",
                tenantID: try tx.tenant("default").id, atOnce: 0, now: now)
        }
        let left = try await fixture.store.read { try $0.unsettled() }
        #expect(left.count == 1)
        #expect(try await fixture.store.read { try $0.nextEscalation() } == nil)
        let loop = AlertLoop(fixture.context, settings: { AlertLoop.Settings() })
        try await loop.settleAndWait(left[0].id)
        let (next, unsettled) = try await fixture.store.read { (try $0.nextEscalation(), try $0.unsettled()) }
        #expect(next == now + .hours(1) && unsettled.isEmpty)
        try await fixture.store.write { tx in
            _ = try tx.unsetEscalation("all", by: "root", tenantID: try tx.tenant("default").id, atOnce: 0, now: now)
        }
        try await loop.settleAndWait(try #require(try await fixture.store.read { try $0.unsettled().first }).id)
        #expect(try await fixture.store.read { try $0.nextEscalation() } == nil)
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
