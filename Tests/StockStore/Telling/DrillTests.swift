import StockDomain
import Testing
@testable import StockStore

@Suite struct DrillTests {
    private func address(_ value: String, _ change: (inout AddressPreferences) -> Void = { _ in }) -> AddressRecord {
        var preferences = AddressPreferences(minSeverity: .out)
        // A drill is at no place and in no category.
        preferences.locations = ["store-9"]
        change(&preferences)
        return AddressRecord(kind: .email, value: value, preferences: preferences)
    }

    @Test func goesTheRealWayToAllWhoMayBeToldAndSaysWhyNotToOthers() throws {
        let f = try StoreFixture()
        let tenantID = f.tenantID
        let until = f.now + .days(1)
        let night = QuietHours(from: 0, to: 1439, letsOut: false), open = QuietHours(from: 0, to: 1439, letsOut: true)
        let addresses = [
            address("plain"), address("off") { $0.enabled = false }, address("paused") { $0.pausedUntil = until },
            address("quiet") { $0.quietHours = night }, address("letsOut") { $0.quietHours = open },
        ]
        _ = try f.write { tx, now in
            try tx.createContact("Ann", enabled: true, addresses: addresses, tenantID: tenantID, now: now)
        }
        _ = try f.write { [away = [address("away")]] tx, now in
            try tx.createContact("Bob", enabled: false, addresses: away, tenantID: tenantID, now: now)
        }
        let drilled = try f.write { tx, now in try tx.enqueueDrill(contact: nil, tenantID: tenantID, now: now) }
        #expect(drilled.map(\.address) == ["plain", "off", "paused", "quiet", "letsOut", "away"])
        #expect(drilled.map { $0.deliveryID != nil } == [true, false, false, false, true, false])
        #expect(
            drilled.map(\.reason) == [
                nil, .notTold(.addressOff(reason: nil)), .held(.paused(until: until)),
                .held(.quietHours(until: Timestamp(rfc3339: "2026-05-04T23:59:00Z")!)), nil, .notTold(.contactOff),
            ])
        let claimed = try f.claim()
        #expect(claimed.map(\.address) == ["plain", "letsOut"])
        for delivery in claimed {
            #expect(delivery.message.kind == .drill)
            #expect(delivery.message.total == 1)
            #expect(delivery.message.items == [Drill.item(at: f.now)])
        }
        // It is the same when it is sent again.
        _ = try f.complete(claimed[0], .retry(after: nil, reason: "later"))
        f.now = f.now + .hours(1)
        let again = try #require(try f.claim().first { $0.id == claimed[0].id }).message
        #expect(again.items == claimed[0].message.items)
        #expect(again.createdAt == claimed[0].message.createdAt)
        // Nothing of it is stock, and nothing an alert.
        #expect(try f.alerts(.all).isEmpty)
        #expect(try f.int("SELECT COUNT(*) FROM product") == 0)
        #expect(try f.int("SELECT COUNT(*) FROM movement") == 0)
    }

    @Test func oneContactCanBeNamed() throws {
        let f = try StoreFixture()
        try f.contact("Ann", value: "a")
        try f.contact("Bob", value: "b")
        let tenantID = f.tenantID
        let drilled = try f.write { tx, now in try tx.enqueueDrill(contact: "Bob", tenantID: tenantID, now: now) }
        #expect(drilled.map(\.address) == ["b"])
        #expect(throws: StoreError.self) {
            _ = try f.write { tx, now in try tx.enqueueDrill(contact: "Cid", tenantID: tenantID, now: now) }
        }
    }
}
