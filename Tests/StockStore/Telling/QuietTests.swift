import StockDomain
import Testing
@testable import StockStore

/// Quiet hours and pauses: held back, then told together, as it is by then. The fixture's day begins at 08:00 UTC.
@Suite struct QuietTests {
    private func fixture(letsOut: Bool = false, pausedFor: Duration? = nil) throws -> StoreFixture {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        let tenantID = f.tenantID
        _ = try f.write { tx, now in
            var preferences = AddressPreferences(minSeverity: .low)
            preferences.quietHours = QuietHours(from: 22 * 60, to: 7 * 60, letsOut: letsOut)
            preferences.pausedUntil = pausedFor.map { now + $0 }
            return try tx.createContact(
                "Ann", enabled: true, timeZone: "Europe/Berlin",
                addresses: [AddressRecord(kind: .email, value: "ann@example.com", preferences: preferences)],
                tenantID: tenantID, now: now)
        }
        return f
    }

    /// 22:00 in Berlin is 20:00 UTC in May, and 07:00 is 05:00.
    private let night = Timestamp(rfc3339: "2026-05-04T21:00:00Z")!
    private let morning = Timestamp(rfc3339: "2026-05-05T05:00:00Z")!

    private func items(_ f: StoreFixture) throws -> [String] {
        try f.claim().flatMap { delivery in
            defer { _ = try? f.complete(delivery, .sent(reference: nil)) }
            return delivery.message.items.map { "\($0.occasion.rawValue) \($0.alert.sku) \($0.alert.severity.name)" }
        }
    }

    @Test func whatArisesAtNightIsToldTogetherInTheMorning() throws {
        let f = try fixture()
        let keys = try ["TEA", "MILK", "EGGS"].map { try f.stock($0, 100) }
        for (index, key) in keys.enumerated() {
            f.now = night + .hours(Int64(index))
            try f.set(key, 2)
        }
        #expect(try f.deliveries().count == 1)
        f.now = morning - .milliseconds(1)
        #expect(try items(f).isEmpty)
        f.now = morning
        #expect(try items(f) == ["opened TEA low", "opened MILK low", "opened EGGS low"])
    }

    /// By a clock that is set back it is over before somebody was told, who was told all the same.
    @Test func whatWasToldBeforeTheClockWasSetBackIsNotToldAgain() throws {
        let f = try fixture()
        try f.contact()
        let key = try f.stock("TEA", 100)
        f.now = night
        try f.set(key, 2)
        #expect(try items(f) == ["opened TEA low"])
        f.now = night - .hours(3)
        try f.set(key, 100)
        #expect(try items(f) == ["resolved TEA low"])
        #expect(try f.deliveries().map(\.state).contains(.dropped), "word of it that was held back")
        f.now = night - .hours(2)
        try f.set(key, 2)
        #expect(try items(f).isEmpty)
    }

    @Test func theMorningTellsWhatIsTrueByThen() throws {
        let f = try fixture()
        let over = try f.stock("OVER", 100), worse = try f.stock("WORSE", 100)
        f.now = night
        try f.set(over, 2)
        try f.set(worse, 4)
        f.now = night + .hours(1)
        try f.set(over, 100)
        try f.set(worse, 1)
        f.now = morning
        #expect(try items(f) == ["opened WORSE critical"])
        let states = try f.deliveries().map(\.state)
        #expect(states.allSatisfy { $0 == .sent || $0 == .dropped })
    }

    @Test func whatIsOverBeforeTheMorningIsDroppedAndSaysWhy() throws {
        let f = try fixture()
        let key = try f.stock("TEA", 100)
        f.now = night
        try f.set(key, 2)
        f.now = night + .hours(1)
        try f.set(key, 100)
        f.now = morning
        #expect(try items(f).isEmpty)
        #expect(try f.deliveries().map(\.state) == [.dropped])
        #expect(try f.deliveries().map(\.reason) == ["over_before_told"])
        let (kept, counted) = try f.tallies()
        #expect(kept == counted)
    }

    /// It came back under another alert, whose own telling the window holds back.
    @Test func whatIsShortAgainInTheMorningIsToldThoughItsWindowHoldsItBack() throws {
        let f = try fixture()
        let key = try f.stock("TEA", 100)
        f.now = night
        try f.set(key, 2)
        try f.set(key, 100)
        f.now = night + .hours(2)
        try f.set(key, 3)
        f.now = morning
        #expect(try items(f) == ["opened TEA low"])
        // Not again when the window that held the second alert back ends, as Ann has known for less than a day.
        f.now = night + .hours(24)
        #expect(try f.due().evaluated == 1)
        #expect(try items(f).isEmpty)
    }

    @Test func outOfStockMayPass() throws {
        let f = try fixture(letsOut: true)
        let low = try f.stock("LOW", 100), out = try f.stock("OUT", 100)
        f.now = night
        try f.set(low, 2)
        try f.set(out, 0)
        #expect(try items(f) == ["opened OUT out"])
        f.now = morning
        #expect(try items(f) == ["opened LOW low"])
    }

    /// The milder is held back, the worse passes: in the morning there is nothing new.
    @Test func whatPassedAtNightIsNotToldAgainInTheMorning() throws {
        let f = try fixture(letsOut: true)
        let key = try f.stock("TEA", 100)
        f.now = night
        try f.set(key, 2)
        f.now = night + .hours(1)
        try f.set(key, 0)
        #expect(try items(f) == ["worsened TEA out"])
        f.now = morning
        #expect(try items(f).isEmpty)
    }

    @Test func aPauseEndsWithWhatStillStands() throws {
        let f = try fixture(pausedFor: .days(14))
        let until = f.now + .days(14)
        let tea = try f.stock("TEA", 2), milk = try f.stock("MILK", 2)
        for _ in 0..<10 {
            f.now = f.now + .days(1)
            _ = try f.due()
            _ = try f.remind()
        }
        try f.set(tea, 100)
        #expect(try items(f).isEmpty)
        f.now = until
        let told = try items(f)
        #expect(Set(told.map { $0.split(separator: " ")[1] }) == ["MILK"])
        #expect(told.count == 1, "\(told)")
        _ = milk
    }

    @Test func aChangeOfHoursTakesEffectOnWhatWaits() throws {
        let f = try fixture(pausedFor: .days(14))
        let tenantID = f.tenantID
        try f.stock("TEA", 2)
        #expect(try items(f).isEmpty)
        _ = try f.write { tx, now in
            try tx.updateContact(
                "Ann", enabled: nil,
                addresses: [AddressRecord(kind: .email, value: "ann@example.com", preferences: AddressPreferences(minSeverity: .low))],
                tenantID: tenantID, now: now)
        }
        #expect(try items(f) == ["opened TEA low"])
    }

    /// 22:00 in Auckland is 10:00 UTC in May, and 07:00 is 19:00: the night of the old zone is day there.
    @Test(arguments: ["the contact's", "the tenant's"])
    func anotherTimeZoneTakesEffectOnWhatWaits(whose: String) throws {
        let f = try fixture()
        let tenantID = f.tenantID
        func change(contact: String?, tenant: String) throws {
            _ = try f.write { tx, now in
                _ = try tx.updateTenant("default", timeZone: tenant, now: now)
                return try tx.updateContact("Ann", enabled: nil, timeZone: .some(contact), addresses: nil, tenantID: tenantID, now: now)
            }
        }
        if whose == "the tenant's" { try change(contact: nil, tenant: "Europe/Berlin") }
        f.now = night
        try f.stock("TEA", 2)
        #expect(try items(f).isEmpty)
        if whose == "the tenant's" { try change(contact: nil, tenant: "Pacific/Auckland") } else { try change(contact: "Pacific/Auckland", tenant: "UTC") }
        #expect(try items(f) == ["opened TEA low"])
    }

    @Test func whatAnAddressWantedIsKnownOfEachMomentSinceItWasMade() throws {
        let begin = Timestamp(rfc3339: "2026-05-04T08:00:00Z")!
        let f = try fixture()
        let tenantID = f.tenantID, id = try f.int("SELECT id FROM address")
        func wanted(_ hours: Int64) throws -> AddressPreferences? {
            try f.write { tx, _ in try tx.preferences(ofAddress: id, tenantID: tenantID, at: begin + .hours(hours)) }
        }
        func atNextHour(_ change: @escaping @Sendable (StoreTransaction, Timestamp) throws -> Void) throws {
            f.now = f.now + .hours(1)
            try f.write(change)
        }
        try atNextHour { tx, now in
            _ = try tx.pauseContact("Ann", address: nil, until: now + .days(1), tenantID: tenantID, now: now)
        }
        try atNextHour { tx, now in
            _ = try tx.updateContact("Ann", enabled: nil, timeZone: .some(nil), addresses: nil, tenantID: tenantID, now: now)
        }
        try atNextHour { tx, now in _ = try tx.updateTenant("default", timeZone: "Asia/Tokyo", now: now) }
        try atNextHour { tx, now in try tx.disableAddress(id, reason: "no such user", tenantID: tenantID, now: now) }
        try atNextHour { tx, now in _ = try tx.updateContact("Ann", enabled: false, addresses: nil, tenantID: tenantID, now: now) }
        try atNextHour { tx, now in _ = try tx.deleteContact("Ann", tenantID: tenantID, now: now) }
        #expect(try wanted(-1) == nil)
        #expect(try (0...6).map { try wanted($0)?.pausedUntil } == [nil] + Array(repeating: begin + .hours(25), count: 6))
        #expect(
            try (0...6).map { try wanted($0)?.zone.identifier }
                == ["Europe/Berlin", "Europe/Berlin", "GMT"] + Array(repeating: "Asia/Tokyo", count: 4))
        #expect(try (0...6).map { try wanted($0)?.disabledReason } == Array(repeating: nil, count: 4) + Array(repeating: "no such user", count: 3))
        #expect(
            try (0...6).map { try wanted($0)?.switchedOff?.name }
                == Array(repeating: nil, count: 4) + ["address_off", "contact_off", "contact_off"])
        #expect(try (0...6).map { try wanted($0)?.quietHours?.from } == Array(repeating: 22 * 60, count: 7))
    }
}
