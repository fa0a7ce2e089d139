import StockDomain
import Testing
@testable import StockStore

/// What died was heard by nobody: it holds nothing back, and is told once if it is retried.
@Suite struct DiedTests {
    private func fixture() throws -> StoreFixture {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        return f
    }

    private func finish(_ f: StoreFixture, _ verdict: Verdict) throws -> [Int64] {
        try f.claim().map { delivery in
            _ = try f.complete(delivery, verdict)
            return delivery.id
        }
    }

    private static let refused = Verdict.dead(reason: "550", disablesAddress: false)
    private static let sent = Verdict.sent(reference: nil)

    private func retry(_ f: StoreFixture, _ id: Int64) throws -> DeliveryRecord {
        let tenantID = f.tenantID
        return try f.write { tx, now in try tx.retryDelivery(id, tenantID: tenantID, now: now) }
    }

    @Test func whatComesBackAfterItsMessageDiedIsTold() throws {
        let f = try fixture()
        let key = try f.stock("TEA", 3)
        #expect(try finish(f, Self.refused).count == 1)
        #expect(try f.alerts()[0].lastNotifiedAt == nil)
        f.now = f.now + .hours(1)
        try f.set(key, 100)
        try f.set(key, 3)
        #expect(try finish(f, Self.sent).count == 1)
        #expect(try f.deliveries().map(\.kind) == [.alert, .alert], "that it is over is for those who knew")
    }

    @Test func whatSomebodyElseHeardKeepsItsWindow() throws {
        let f = try fixture()
        try f.contact("Chat", kind: .slack, value: "ops-slack")
        let key = try f.stock("TEA", 3)
        #expect(try finish(f, Self.refused).count == 1)
        f.now = f.now + .hours(1)
        try f.set(key, 100)
        try f.set(key, 3)
        #expect(try f.claim().isEmpty)
        #expect(try f.alerts()[0].timeline.last?.note == "window")
    }

    /// Yesterday's message arrived; today's reminder did not.
    @Test func aReminderThatDiedDoesNotHoldBackTheNext() throws {
        let f = try fixture()
        try f.stock("TEA", 3)
        #expect(try finish(f, Self.sent).count == 1)
        f.now = f.now + .hours(25)
        #expect(try f.remind().notified == 1)
        #expect(try finish(f, Self.refused).count == 1)
        f.now = f.now + .hours(23)
        #expect(try f.remind().notified == 1)
    }

    @Test func whoIsAddedAfterTheOnlyMessageDiedIsToldAtOnce() throws {
        let f = try fixture()
        try f.stock("TEA", 3)
        _ = try finish(f, Self.refused)
        try f.contact("New", value: "new@example.com")
        _ = try f.due()
        #expect(try f.claim().map(\.contact).sorted() == ["New", "Ops"])
    }

    /// From when it was told, not from when that was first tried.
    @Test func whatIsRetriedHasItsWindowFromThen() throws {
        let f = try fixture()
        try f.contact("Chat", kind: .slack, value: "ops-slack")
        let opened = f.now
        try f.stock("TEA", 3)
        let died = try #require(try finish(f, Self.refused).first)
        f.now = opened + .hours(20)
        #expect(try retry(f, died).state == .queued)
        #expect(try finish(f, Self.sent) == [died])
        f.now = opened + .hours(25)
        #expect(try f.remind().notified == 1)
        #expect(try f.claim().isEmpty)
        #expect(try f.claim(.slack).map(\.message.kind).contains(.reminder))
    }

    @Test func whatIsOverIsNotRetried() throws {
        let f = try fixture()
        let key = try f.stock("TEA", 3)
        let died = try #require(try finish(f, Self.refused).first)
        try f.set(key, 100)
        let retried = try retry(f, died)
        #expect((retried.state, retried.reason) == (.dropped, "over_before_told"))
        let (kept, counted) = try f.tallies()
        #expect(kept == counted)
    }

    @Test func whatIsRetriedTellsHowThingsStand() throws {
        let f = try fixture()
        let key = try f.stock("TEA", 0)
        let died = try #require(try finish(f, Self.refused).first)
        try f.set(key, 4)
        #expect(try retry(f, died).state == .queued)
        #expect(try f.claim().first?.message.items.map(\.alert.severity) == [.low])
    }

    @Test func whatIsRetriedInQuietHoursWaitsForTheirEnd() throws {
        let f = try fixture()
        try f.stock("TEA", 3)
        let died = try #require(try finish(f, Self.refused).first)
        var preferences = AddressPreferences(minSeverity: .low)
        preferences.quietHours = QuietHours(from: 0, to: 12 * 60, letsOut: false)
        let address = AddressRecord(kind: .email, value: "ops@example.com", preferences: preferences), tenantID = f.tenantID
        _ = try f.write { tx, now in
            try tx.updateContact("Ops", enabled: nil, addresses: [address], tenantID: tenantID, now: now)
        }
        let retried = try retry(f, died)
        #expect((retried.state, retried.heldBecause) == (.queued, "quiet_hours"))
        #expect(try f.claim().isEmpty)
    }

    /// By whom it is retried, and then told, it is not told again when somebody is added.
    @Test func whatWasRetriedWasTold() throws {
        let f = try fixture()
        let key = try f.stock("TEA", 3)
        let died = try #require(try finish(f, Self.refused).first)
        f.now = f.now + .hours(1)
        _ = try retry(f, died)
        #expect(try finish(f, Self.sent) == [died])
        #expect(try f.alerts()[0].lastNotifiedAt == f.now)
        try f.contact("New", value: "new@example.com")
        _ = try f.due()
        #expect(try f.claim().isEmpty)
        f.now = f.now + .hours(1)
        try f.set(key, 100)
        try f.set(key, 3)
        _ = try f.due()
        #expect(try f.claim().allSatisfy { $0.message.kind == .resolved }, "the window began with what was told")
    }

    @Test func whatDiesAgainHasToldNobody() throws {
        let f = try fixture()
        try f.stock("TEA", 3)
        let died = try #require(try finish(f, Self.refused).first)
        _ = try retry(f, died)
        _ = try finish(f, Self.refused)
        #expect(try f.alerts()[0].lastNotifiedAt == nil)
    }

    /// That nobody has taken it on would be wrong by then.
    @Test func whatAnEscalationSaidIsNotSaidOnceSomebodyHasTakenItOn() throws {
        let f = try fixture()
        try f.contact("Boss", value: "boss@example.com", min: .out)
        let tenantID = f.tenantID
        _ = try f.write { tx, now in
            try tx.setEscalation(
                "up", scope: AlertScope(), severity: nil, steps: [.init(after: .hours(1), contact: "Boss")], repeatAfter: nil,
                by: "root", tenantID: tenantID, now: now)
        }
        try f.stock("TEA", 3)
        _ = try finish(f, Self.sent)
        f.now = f.now + .hours(1)
        #expect(try f.write { tx, now in try tx.escalate(try tx.alertsToEscalate(limit: 10, now: now), now: now) } == 1)
        let died = try #require(try finish(f, Self.refused).first)
        let alert = try #require(try f.alerts().first)
        _ = try f.write { tx, now in try tx.acknowledge(alert.id, by: "ann", note: nil, tenantID: nil, now: now) }
        let retried = try retry(f, died)
        #expect((retried.state, retried.reason) == (.dropped, "acknowledged"))
    }

    /// Whoever wants to hear of such alerts anyway is told that it stands.
    @Test func whoWantsToHearOfItIsToldThatItOpened() throws {
        let f = try fixture()
        let tenantID = f.tenantID
        _ = try f.write { tx, now in
            try tx.setEscalation(
                "up", scope: AlertScope(), severity: nil, steps: [.init(after: .hours(1), contact: "Ops")], repeatAfter: nil,
                by: "root", tenantID: tenantID, now: now)
        }
        try f.stock("TEA", 3)
        _ = try finish(f, Self.refused)
        f.now = f.now + .hours(1)
        _ = try f.write { tx, now in try tx.escalate(try tx.alertsToEscalate(limit: 10, now: now), now: now) }
        let died = try #require(try finish(f, Self.refused).first)
        let alert = try #require(try f.alerts().first)
        _ = try f.write { tx, now in try tx.acknowledge(alert.id, by: "ann", note: nil, tenantID: nil, now: now) }
        #expect(try retry(f, died).state == .queued)
        #expect(try f.claim().flatMap(\.message.items).map(\.occasion) == [.opened])
    }
}
