import StockDomain
@testable import StockStore
import Testing

/// Nothing goes to an address that is off, whatever was queued for it before.
@Suite struct SwitchedOffTests {
    enum Way: String, CaseIterable {
        case contactOff = "contact_off"
        case addressOff = "address_off"
        case gone = "address_off (the channel says so)"
        case removed = "address_removed"
        case deleted = "address_removed (with its contact)"

        var reason: String { String(rawValue.prefix { $0 != " " }) }
    }

    private func fixture() throws -> StoreFixture {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Phone", kind: .sms, value: "+15550199")
        try f.stock("A", 0)
        return f
    }

    private func change(_ f: StoreFixture, enabled: Bool? = nil, _ address: ((inout AddressPreferences) -> Void)? = nil, removed: Bool = false) throws {
        let tenantID = f.tenantID
        var preferences = AddressPreferences(minSeverity: .low)
        address?(&preferences)
        let addresses = address == nil ? nil : [AddressRecord(kind: .sms, value: "+15550199", preferences: preferences)]
        _ = try f.write { tx, now in
            try tx.updateContact("Phone", enabled: enabled, addresses: removed ? [] : addresses, tenantID: tenantID, now: now)
        }
    }

    private func switchOff(_ way: Way, _ f: StoreFixture) throws {
        let tenantID = f.tenantID
        switch way {
        case .contactOff: try change(f, enabled: false)
        case .addressOff: try change(f) { $0.enabled = false }
        case .gone:
            let id = try f.int("SELECT id FROM address")
            try f.write { tx, now in try tx.disableAddress(id, reason: "replied STOP", tenantID: tenantID, now: now) }
        case .removed: try change(f, removed: true)
        case .deleted: _ = try f.write { tx, now in try tx.deleteContact("Phone", tenantID: tenantID, now: now) }
        }
    }

    private func expectDropped(_ way: Way, _ f: StoreFixture) throws {
        #expect(try f.deliveries().map(\.state) == [.dropped])
        #expect(try f.deliveries().map(\.reason) == [way.reason])
        let (kept, counted) = try f.tallies()
        #expect(kept == counted)
    }

    @Test(arguments: Way.allCases)
    func whatWaitsIsDroppedWhenItsAddressIsSwitchedOff(way: Way) throws {
        let f = try fixture()
        try switchOff(way, f)
        #expect(try f.claim(.sms).isEmpty)
        try expectDropped(way, f)
    }

    @Test(arguments: Way.allCases)
    func whatIsBeingSentThenIsNotTriedAgain(way: Way) throws {
        let f = try fixture()
        let delivery = try #require(try f.claim(.sms).first)
        try switchOff(way, f)
        _ = try f.complete(delivery, .retry(after: nil, reason: "queue full"))
        f.now = f.now + .hours(1)
        #expect(try f.claim(.sms).isEmpty)
        try expectDropped(way, f)
    }

    @Test(arguments: Way.allCases)
    func whatHadGivenUpIsDroppedWhenItIsRetried(way: Way) throws {
        let f = try fixture()
        let delivery = try #require(try f.claim(.sms).first)
        _ = try f.complete(delivery, .dead(reason: "refused", disablesAddress: false))
        try switchOff(way, f)
        let retried = try f.write { tx, now in try tx.retryDelivery(delivery.id, tenantID: nil, now: now) }
        #expect(retried.state == .dropped)
        try expectDropped(way, f)
    }

    @Test(arguments: Way.allCases)
    func whatDidNotArriveIsNotSentAgain(way: Way) throws {
        let f = try fixture()
        let delivery = try #require(try f.claim(.sms).first)
        _ = try f.complete(delivery, .accepted(reference: "SM1"))
        try switchOff(way, f)
        f.now = f.now + FollowPolicy.firstLook
        _ = try f.write { tx, now in
            let followed = try #require(try tx.followed(.sms, limit: 1, now: now).first)
            return try tx.follow(followed, .failed(.retry(after: nil, reason: "out of reach")), now: now)
        }
        f.now = f.now + .hours(1)
        #expect(try f.claim(.sms).isEmpty)
        try expectDropped(way, f)
    }

    @Test func whatIsHeldBackIsDroppedToo() throws {
        let f = try fixture()
        try change(f) { $0.pausedUntil = Timestamp(rfc3339: "2026-05-07T12:00:00Z") }
        try f.stock("B", 0)
        try change(f) { $0.enabled = false }
        #expect(try f.deliveries().map(\.state) == [.dropped, .dropped])
        let (kept, counted) = try f.tallies()
        #expect(kept == counted)
    }

    @Test func whyTheChannelSwitchedAnAddressOffIsKnownUntilItIsSwitchedOn() throws {
        let f = try fixture()
        let tenantID = f.tenantID
        func reason() throws -> String? {
            try f.write { tx, _ in try tx.contact("Phone", tenantID: tenantID).addresses[0].preferences.disabledReason }
        }
        try switchOff(.gone, f)
        try change(f) { ($0.enabled, $0.summaries) = (false, false) }
        #expect(try reason() == "replied STOP")
        try change(f) { $0.enabled = true }
        #expect(try reason() == nil)
    }
}
