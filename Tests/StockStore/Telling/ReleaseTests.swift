import StockDomain
import Testing
@testable import StockStore

/// What becomes of what was held back, once it may go: nothing is lost, told twice, or told against somebody's wish.
@Suite struct ReleaseTests {
    /// 22:00 to 07:00 UTC; the fixture's day begins at 08:00.
    private static let night = Timestamp(rfc3339: "2026-05-04T22:30:00Z")!
    private static let morning = Timestamp(rfc3339: "2026-05-05T07:00:00Z")!

    private func address(_ value: String, min: Severity = .low, rests: Bool = true) -> AddressRecord {
        var preferences = AddressPreferences(minSeverity: min)
        if rests { preferences.quietHours = QuietHours(from: 22 * 60, to: 7 * 60, letsOut: false) }
        return AddressRecord(kind: .email, value: value, preferences: preferences)
    }

    private func contact(_ f: StoreFixture, _ name: String, min: Severity = .low, rests: Bool = true) throws {
        let address = address("\(name)@example.com", min: min, rests: rests), tenantID = f.tenantID
        _ = try f.write { tx, now in
            try tx.createContact(name, enabled: true, addresses: [address], tenantID: tenantID, now: now)
        }
    }

    private func fixture(min: Severity = .low) throws -> StoreFixture {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try contact(f, "ann", min: min)
        return f
    }

    private func escalate(_ f: StoreFixture, to contact: String, after: Duration) throws {
        let tenantID = f.tenantID
        _ = try f.write { tx, now in
            try tx.setEscalation(
                "default", scope: AlertScope(), severity: nil, steps: [Escalation.Step(after: after, contact: contact)],
                repeatAfter: nil, by: "root", tenantID: tenantID, now: now)
        }
    }

    private func takeSteps(_ f: StoreFixture) throws {
        _ = try f.write { tx, now in try tx.escalate(try tx.alertsToEscalate(limit: 1000, now: now), now: now) }
    }

    /// To whom, what, and how bad.
    private func told(_ f: StoreFixture) throws -> [String] {
        try f.claim().flatMap { delivery in
            defer { _ = try? f.complete(delivery, .sent(reference: nil)) }
            return delivery.message.items.map {
                "\(delivery.contact) \($0.occasion.rawValue) \($0.alert.sku) \($0.alert.severity.name)"
            }
        }
    }

    @Test func whatCameAndWentTwiceInTheNightAndStandsIsToldOnce() throws {
        let f = try fixture()
        let key = try f.stock("TEA", 100)
        f.now = Self.night
        for quantity in [4, 100, 1, 100, 3] {
            f.now = f.now + .minutes(10)
            try f.set(key, quantity)
        }
        f.now = Self.morning
        #expect(try told(f) == ["ann opened TEA low"])
        let (kept, counted) = try f.tallies()
        #expect(kept == counted)
    }

    @Test func anEscalationThatTheNightHoldsBackIsToldInTheMorning() throws {
        let f = try fixture(min: .out)
        try contact(f, "clerk", rests: false)
        f.now = Self.night
        try f.stock("TEA", 3)
        try escalate(f, to: "ann", after: .minutes(30))
        f.now = Self.night + .minutes(30)
        try takeSteps(f)
        #expect(try told(f) == ["clerk opened TEA low"])
        f.now = Self.morning
        #expect(try told(f) == ["ann escalated TEA low"])
    }

    /// One message says all there is to say.
    @Test func whoIsPausedAndWhoseTurnComesIsToldOnce() throws {
        let f = try fixture()
        let tenantID = f.tenantID, until = f.now + .hours(10)
        _ = try f.write { tx, now in try tx.pauseContact("ann", address: nil, until: until, tenantID: tenantID, now: now) }
        try f.stock("TEA", 3)
        try escalate(f, to: "ann", after: .minutes(30))
        f.now = f.now + .minutes(30)
        try takeSteps(f)
        #expect(try f.deliveries().map(\.heldBecause) == ["paused"])
        f.now = until
        #expect(try told(f) == ["ann escalated TEA low"])
        #expect(try f.deliveries().map(\.state) == [.sent])
    }

    @Test func whatGotMilderThanAnAddressWantsIsNotToldInTheMorning() throws {
        let f = try fixture(min: .critical)
        let key = try f.stock("TEA", 100)
        f.now = Self.night
        try f.set(key, 1)
        f.now = Self.night + .hours(1)
        try f.set(key, 4)
        f.now = Self.morning
        #expect(try told(f).isEmpty)
        #expect(try f.deliveries().map(\.state) == [.dropped])
    }

    @Test func whatAnAddressNoLongerWantsInTheMorningIsNotTold() throws {
        let f = try fixture()
        f.now = Self.night
        try f.stock("TEA", 3)
        var changed = address("ann@example.com")
        changed.preferences.locations = ["elsewhere"]
        let addresses = [changed], tenantID = f.tenantID
        _ = try f.write { tx, now in
            try tx.updateContact("ann", enabled: nil, addresses: addresses, tenantID: tenantID, now: now)
        }
        #expect(try told(f).isEmpty)
        f.now = Self.morning
        #expect(try told(f).isEmpty)
    }

    /// Nobody ever heard of the first one, so it holds nothing back.
    @Test func whatNobodyHeardOfOpensNoWindow() throws {
        let f = try fixture()
        let key = try f.stock("TEA", 100)
        f.now = Self.night
        try f.set(key, 3)
        f.now = Self.night + .hours(1)
        try f.set(key, 100)
        f.now = Self.morning
        #expect(try told(f).isEmpty)
        f.now = Self.morning + .hours(3)
        try f.set(key, 3)
        #expect(try told(f) == ["ann opened TEA low"])
    }

    @Test func whatSomebodyElseHeardOfStillHasItsWindow() throws {
        let f = try fixture()
        try contact(f, "clerk", rests: false)
        let key = try f.stock("TEA", 100)
        f.now = Self.night
        try f.set(key, 3)
        try f.set(key, 100)
        #expect(try told(f) == ["clerk opened TEA low", "clerk resolved TEA low"])
        f.now = Self.morning
        #expect(try told(f).isEmpty)
        try f.set(key, 3)
        #expect(try told(f).isEmpty)
        f.now = Self.night + .hours(24)
        _ = try f.due()
        #expect(try told(f) == ["clerk opened TEA low"])
    }

    /// Told of one by an escalation, an address hears of the next one a day later; looking early changes nothing.
    @Test func whatWaitsForAnAddressesOwnWindowOutlastsARetry() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try contact(f, "clerk", rests: false)
        try contact(f, "ann", rests: false)
        let tenantID = f.tenantID
        let key = try f.stock("TEA", 100), other = try f.stock("MILK", 100)
        _ = try f.write { tx, now in try tx.pauseContact("ann", address: nil, until: now + .hours(19), tenantID: tenantID, now: now) }
        try escalate(f, to: "ann", after: .hours(20))
        let began = f.now
        try f.set(key, 3)
        #expect(try told(f) == ["clerk opened TEA low"])
        f.now = began + .hours(19)
        #expect(try told(f) == ["ann opened TEA low"])
        try f.set(key, 100)
        #expect(try told(f).count == 2)
        f.now = began + .hours(25)
        try f.set(key, 3)
        try f.set(other, 3)
        #expect(Set(try told(f)) == ["clerk opened TEA low", "clerk opened MILK low", "ann opened MILK low"])
        for delivery in try f.deliveries() where delivery.state == .queued {
            _ = try f.write { tx, now in try tx.retryDelivery(delivery.id, tenantID: tenantID, now: now) }
        }
        #expect(try told(f).isEmpty)
        f.now = began + .hours(43)
        #expect(try told(f) == ["ann opened TEA low"])
    }

    @Test func whoHeardOnlyByAnEscalationIsToldThatItWasResolvedByHand() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try contact(f, "boss", min: .out, rests: false)
        try escalate(f, to: "boss", after: .hours(1))
        try f.stock("TEA", 3)
        f.now = f.now + .hours(1)
        try takeSteps(f)
        #expect(try told(f) == ["boss escalated TEA low"])
        let id = try #require(try f.alerts().first?.id)
        _ = try f.write { tx, now in try tx.resolve(id, by: "root", note: nil, tenantID: nil, now: now) }
        #expect(try told(f) == ["boss resolved TEA low"])
        #expect(try f.alerts(.all)[0].timeline.last?.kind == "notified")
    }

    @Test func anAlertThatAllWereToldOfEscalatesOnTimeThoughAWorseningWaits() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try contact(f, "clerk", rests: false)
        try contact(f, "boss", min: .out, rests: false)
        let key = try f.stock("TEA", 100)
        try escalate(f, to: "boss", after: .hours(1))
        let began = f.now
        try f.set(key, 1)
        #expect(try told(f) == ["clerk opened TEA critical"])
        f.now = began + .minutes(10)
        try f.set(key, 4)
        f.now = began + .minutes(20)
        try f.set(key, 1)
        f.now = began + .hours(1)
        try takeSteps(f)
        #expect(try told(f) == ["boss escalated TEA critical"])
    }

    /// A million deliveries to one address, or thousands of alerts in one of them, must not be walked for each alert.
    @Test func looksForWhatAnAddressWasToldFromThePlace() throws {
        let f = try fixture()
        let plan = try f.write { tx, now in
            try tx.sql.all(
                SQL("EXPLAIN QUERY PLAN " + AudienceStatements.lastApart.text), .int(1), .int(0), .int(0), .int(1), .int(1), .int(1)
            ) { $0.text(3) }
        }
        #expect(plan.first?.contains("alert_place") == true || plan.first?.contains("alert_history") == true, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
    }
}
