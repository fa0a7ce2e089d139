import StockDomain
import Testing
@testable import StockStore

/// Who is told while nobody acknowledges.
@Suite struct EscalationTests {
    private func fixture(repeatAfter: Duration? = nil, severity: Severity? = nil) throws -> StoreFixture {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Clerk", value: "clerk@example.com")
        try f.contact("Manager", value: "manager@example.com", min: .out)
        try f.contact("Owner", value: "owner@example.com", min: .out)
        try set(f, [("Manager", .hours(1)), ("Owner", .hours(3))], repeatAfter: repeatAfter, severity: severity)
        return f
    }

    private func set(
        _ f: StoreFixture, name: String = "default", _ steps: [(String, Duration)], repeatAfter: Duration? = nil,
        severity: Severity? = nil, scope: AlertScope = AlertScope()
    ) throws {
        let tenantID = f.tenantID
        let steps = steps.map { Escalation.Step(after: $0.1, contact: $0.0) }
        _ = try f.write { tx, now in
            try tx.setEscalation(
                name, scope: scope, severity: severity, steps: steps, repeatAfter: repeatAfter, by: "root",
                tenantID: tenantID, now: now)
        }
    }

    private func escalate(_ f: StoreFixture) throws -> Int {
        try f.write { tx, now in try tx.escalate(try tx.alertsToEscalate(limit: 1000, now: now), now: now) }
    }

    private func told(_ f: StoreFixture) throws -> [String] { try f.deliveries().map(\.contact).reversed() }

    @Test func anAlertNobodyTakesOnGoesFromContactToContactAndStops() throws {
        let f = try fixture()
        let opened = f.now
        try f.stock("TEA", 2)
        #expect(try told(f) == ["Clerk"])
        f.now = opened + .hours(1) - .milliseconds(1)
        #expect(try escalate(f) == 0)
        f.now = opened + .hours(1)
        #expect(try escalate(f) == 1)
        #expect(try escalate(f) == 0)
        f.now = opened + .hours(3)
        #expect(try escalate(f) == 1)
        f.now = opened + .days(20)
        #expect(try escalate(f) == 0)
        #expect(try told(f) == ["Clerk", "Manager", "Owner"])
        let steps = try f.alerts()[0].timeline.filter { $0.kind == "escalated" }
        #expect(steps.map(\.note) == ["Manager, escalated, 1 address", "Owner, escalated, 1 address"])
    }

    @Test(arguments: [true, false]) func acknowledgingAndResolvingEndIt(acknowledge: Bool) throws {
        let f = try fixture()
        let key = try f.stock("TEA", 2)
        let id = try #require(try f.alerts().first?.id)
        if acknowledge {
            _ = try f.write { tx, now in try tx.acknowledge(id, by: "ann", note: nil, tenantID: nil, now: now) }
        } else {
            try f.set(key, 100)
        }
        f.now = f.now + .days(2)
        #expect(try escalate(f) == 0)
        #expect(try told(f).contains("Manager") == false)
    }

    @Test func whoWasToldOfItIsToldThatItIsOver() throws {
        let f = try fixture()
        let key = try f.stock("TEA", 2)
        f.now = f.now + .hours(1)
        _ = try escalate(f)
        try f.set(key, 100)
        let resolved = try f.deliveries().filter { $0.kind == .resolved }
        #expect(Set(resolved.map(\.contact)) == ["Clerk", "Manager"])
    }

    /// Acknowledged, then worse than what was taken on: it begins again.
    @Test func aWorseningBeginsItAnew() throws {
        let f = try fixture()
        let key = try f.stock("TEA", 4)
        let id = try #require(try f.alerts().first?.id)
        _ = try f.write { tx, now in try tx.acknowledge(id, by: "ann", note: nil, tenantID: nil, now: now) }
        f.now = f.now + .hours(10)
        try f.set(key, 1)
        #expect(try escalate(f) == 0)
        f.now = f.now + .hours(1)
        #expect(try escalate(f) == 1)
    }

    @Test func itRepeatsButTellsNobodyTheSameTwiceInADay() throws {
        let f = try fixture(repeatAfter: .hours(2))
        try f.stock("TEA", 2)
        var rounds = 0
        for _ in 0..<(24 * 3) {
            f.now = f.now + .hours(1)
            rounds += try escalate(f)
        }
        let manager = try f.deliveries().filter { $0.contact == "Manager" }.map(\.createdAt).sorted()
        #expect(manager.count == 3)
        for (a, b) in zip(manager, manager.dropFirst()) { #expect(b - a >= .hours(24)) }
        let notes = try f.alerts()[0].timeline.filter { $0.kind == "escalated" }.compactMap(\.note)
        #expect(notes.contains("Manager, escalated, 0 addresses"))
    }

    /// What died was never heard: the next step is the first word of it.
    @Test func whoseMessageDiedIsToldByTheNextStep() throws {
        let f = try fixture(repeatAfter: .hours(2))
        try f.stock("TEA", 2)
        for delivery in try f.claim() { _ = try f.complete(delivery, .sent(reference: nil)) }
        f.now = f.now + .hours(1)
        #expect(try escalate(f) == 1)
        let first = try #require(try f.claim().first)
        #expect(try f.complete(first, .dead(reason: "550", disablesAddress: false)) == .dead)
        f.now = f.now + .hours(2)
        #expect(try escalate(f) == 1)
        for delivery in try f.claim() { _ = try f.complete(delivery, .sent(reference: nil)) }
        f.now = f.now + .hours(2)
        #expect(try escalate(f) == 1)
        #expect(try told(f) == ["Clerk", "Manager", "Owner", "Manager"])
        #expect(try f.claim().map(\.contact) == ["Manager"])

        let tenantID = f.tenantID
        let retried = try f.write { tx, now in try tx.retryDelivery(first.id, tenantID: tenantID, now: now) }
        #expect((retried.state, retried.reason) == (.dropped, "told_lately"), "another step has told it since")
    }

    /// The manager heard of it at night by the escalation; the reminder in the morning is the same thing again.
    @Test func whoHeardByAnEscalationIsNotRemindedWithinTheDay() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Clerk", value: "clerk@example.com")
        try f.contact("Manager", value: "manager@example.com", min: .low)
        _ = try f.write { tx, _ in try tx.sql.run(SQL("UPDATE address SET min_severity = 3 WHERE value = 'manager@example.com'")) }
        try set(f, [("Manager", .hours(14))])
        try f.stock("TEA", 2)
        f.now = f.now + .hours(14)
        #expect(try escalate(f) == 1)
        _ = try f.write { tx, _ in try tx.sql.run(SQL("UPDATE address SET min_severity = 1 WHERE value = 'manager@example.com'")) }
        f.now = f.now + .hours(11)
        #expect(try f.remind().notified == 1)
        #expect(try f.deliveries().filter { $0.kind == .reminder }.map(\.contact) == ["Clerk"])
    }

    @Test func itStandsStillBeneathASilence() throws {
        let f = try fixture()
        try f.stock("TEA", 2)
        let tenantID = f.tenantID
        try f.write { tx, now in
            _ = try tx.createSilence(
                Silence(
                    id: 0, scope: AlertScope(sku: Glob("TEA")), severity: nil, startsAt: now, endsAt: now + .hours(12),
                    author: "ann", comment: "stocktaking", createdAt: now), tenantID: tenantID, now: now)
        }
        f.now = f.now + .hours(11)
        #expect(try escalate(f) == 0)
        f.now = f.now + .hours(1)
        #expect(try escalate(f) == 1)
        #expect(try escalate(f) == 0, "the owner has the time after the manager that was meant")
        f.now = f.now + .hours(2)
        #expect(try escalate(f) == 1)
    }

    private func silence(_ f: StoreFixture, _ severity: Severity? = nil, for length: Duration) throws {
        let tenantID = f.tenantID
        try f.write { tx, now in
            _ = try tx.createSilence(
                Silence(
                    id: 0, scope: AlertScope(sku: Glob("TEA")), severity: severity, startsAt: now, endsAt: now + length,
                    author: "ann", comment: "stocktaking", createdAt: now), tenantID: tenantID, now: now)
        }
    }

    private func nextStepAt(_ f: StoreFixture) throws -> Timestamp? {
        let tenantID = f.tenantID
        return try f.write { tx, now in
            try tx.heldBack(tx.alerts(AlertFilter(tenantID: tenantID), after: nil, limit: 1), now: now)[0].alert.escalation?.nextStepAt
        }
    }

    @Test func theNextStepIsShownForWhenTheSilenceEnds() throws {
        let f = try fixture()
        try f.stock("TEA", 2)
        #expect(try nextStepAt(f) == f.now + .hours(1))
        try silence(f, for: .hours(12))
        #expect(try nextStepAt(f) == f.now + .hours(12))
    }

    @Test(arguments: [true, false]) func aStepGoesOnWhenItsAlertOutgrowsTheSilence(told: Bool) throws {
        let f = try fixture()
        if !told { try silence(f, .low, for: .hours(12)) }
        let key = try f.stock("TEA", 4)
        if told { try silence(f, .low, for: .hours(12)) }
        f.now = f.now + .hours(2)
        #expect(try escalate(f) == 0)
        #expect(try nextStepAt(f) == f.now + .hours(10))
        f.now = f.now + .hours(1)
        try f.set(key, 1)
        #expect(try nextStepAt(f) == f.now)
        #expect(try escalate(f) == 1)
        #expect(try self.told(f).last == "Manager")
    }

    @Test func aStepThatWaitsForOneSilenceWaitsForTheNextWhichCoversWhatGotWorse() throws {
        let f = try fixture()
        let key = try f.stock("TEA", 4)
        try silence(f, .low, for: .hours(12))
        try silence(f, for: .hours(8))
        f.now = f.now + .hours(1)
        #expect(try escalate(f) == 0)
        #expect(try nextStepAt(f) == f.now + .hours(11))
        try f.set(key, 1)
        #expect(try escalate(f) == 0)
        #expect(try nextStepAt(f) == f.now + .hours(7))
        f.now = f.now + .hours(7)
        #expect(try escalate(f) == 1)
    }

    @Test func theMostSpecificOneIsFollowed() throws {
        let f = try fixture()
        try set(f, name: "drinks", [("Owner", .minutes(5))], scope: AlertScope(category: Glob("Dri*")))
        try f.stock("TEA", 2, category: "Drinks")
        f.now = f.now + .minutes(5)
        #expect(try escalate(f) == 1)
        #expect(try told(f).last == "Owner")
    }

    @Test func settingItAnewMovesWhatStandsAndUnsettingEndsIt() throws {
        let f = try fixture()
        try f.stock("TEA", 2)
        try set(f, [("Owner", .minutes(10))])
        f.now = f.now + .minutes(10)
        #expect(try escalate(f) == 1)
        try f.stock("MILK", 2)
        let tenantID = f.tenantID
        _ = try f.write { tx, now in try tx.unsetEscalation("default", by: "root", tenantID: tenantID, now: now) }
        f.now = f.now + .days(1)
        #expect(try escalate(f) == 0)
    }

    @Test func aClockThatJumpsBackPutsItOffForNoLongerThanWasMeant() throws {
        let f = try fixture()
        f.now = f.now + .days(30)
        try f.stock("TEA", 2)
        f.now = f.now - .days(30)
        #expect(try escalate(f) == 0)
        f.now = f.now + .hours(1)
        #expect(try escalate(f) == 1)
    }

    @Test func onlyWhatIsBadEnoughIsEscalated() throws {
        let f = try fixture(severity: .critical)
        let key = try f.stock("TEA", 4)
        f.now = f.now + .days(1)
        #expect(try escalate(f) == 0)
        try f.set(key, 1)
        f.now = f.now + .hours(1)
        #expect(try escalate(f) == 1)
    }

    @Test func aContactThatAnEscalationTellsIsNotDeleted() throws {
        let f = try fixture()
        let tenantID = f.tenantID
        #expect(throws: StoreError.self) {
            try f.write { tx, now in _ = try tx.deleteContact("Owner", tenantID: tenantID, now: now) }
        }
        #expect(throws: StoreError.self) { try set(f, [("Nobody", .hours(1))]) }
        #expect(throws: StoreError.self) { try set(f, [("Owner", .hours(2)), ("Manager", .hours(1))]) }
        #expect(throws: StoreError.self) { try set(f, [("Owner", .hours(2))], repeatAfter: .minutes(1)) }
    }
}
