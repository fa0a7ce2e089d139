import StockDomain
import Testing

@testable import StockStore

@Suite struct AlertStatisticsTests {
    private func statistics(_ f: StoreFixture, since: Timestamp, all: Bool = false) throws -> AlertStatistics {
        let tenantID = f.tenantID
        return try f.write { tx, _ in
            try tx.alertStatistics(tenantID: all ? nil : tenantID, since: since, offenders: 10)
        }
    }

    @Test func timesAlertsFromTheirOpening() throws {
        let f = try StoreFixture()
        try f.contact()
        let start = f.now
        let slow = try f.stock("SLOW", 100), quick = try f.stock("QUICK", 100)
        try f.set(slow, 0)
        try f.set(quick, 3)
        let tenantID = f.tenantID
        let ids = try f.alerts().map(\.id)
        f.now = start + .minutes(10)
        _ = try f.write { tx, now in try tx.acknowledge(ids[0], by: "ann", note: nil, tenantID: tenantID, now: now) }
        f.now = start + .minutes(20)
        // The first acknowledgement counts.
        _ = try f.write { tx, now in try tx.acknowledge(ids[0], by: "bob", note: nil, tenantID: tenantID, now: now) }
        try f.set(quick, 100)
        f.now = start + .hours(2)
        try f.set(slow, 100)
        try f.set(quick, 1)

        let stats = try statistics(f, since: start)
        #expect(stats.all.alerts == 3 && stats.all.active == 1 && stats.opened == 3)
        #expect(stats.states == [.resolved: 2, .open: 1])
        #expect(stats.all.toAcknowledge == Spread(count: 1, mean: .minutes(10), median: .minutes(10), p90: .minutes(10)))
        #expect(stats.all.toResolve == Spread(count: 2, mean: .minutes(70), median: .minutes(20), p90: .hours(2)))
        #expect(stats.severities[.out]?.toResolve?.median == .hours(2))
        #expect(stats.severities[.low]?.toAcknowledge == nil)
        #expect(stats.places.map(\.location) == ["store-1"])
        #expect(stats.places.first?.group == stats.all)
        #expect(stats.offenders.map(\.sku) == ["QUICK", "SLOW"])
        #expect(stats.offenders.map(\.alerts) == [2, 1])
        #expect(stats.offenders.first?.lastOpenedAt == f.now)
    }

    @Test func countsWhatStoodInTheTimeAndOnlyWhatHappenedInIt() throws {
        let f = try StoreFixture()
        try f.contact()
        let over = try f.stock("OVER", 100), standing = try f.stock("STANDING", 100), ended = try f.stock("ENDED", 100)
        for key in [over, standing, ended] { try f.set(key, 0) }
        f.now = f.now + .days(1)
        try f.set(over, 100)
        f.now = f.now + .days(1)
        let since = f.now
        f.now = f.now + .days(1)
        try f.set(ended, 100)
        let stats = try statistics(f, since: since)
        #expect(stats.all.alerts == 2 && stats.opened == 0)
        #expect(stats.all.toResolve?.count == 1)
        #expect(stats.all.toResolve?.median == .days(3))
        #expect(stats.offenders.map(\.sku).sorted() == ["ENDED", "STANDING"])
        // That it opened was told before; that it is over, since.
        #expect(stats.tellings.notified == 1)
    }

    @Test func countsWhatWasToldAndWhyItWasNot() throws {
        let f = try StoreFixture()
        try f.contact("Ops", min: .low)
        try f.contact("Boss", value: "boss@example.com", min: .out)
        let start = f.now
        let key = try f.stock("FLAP", 100)
        try f.set(key, 3)
        for _ in 0..<2 {
            f.now = f.now + .minutes(5)
            try f.set(key, 100)
            try f.set(key, 3)
        }
        f.now = start + .hours(25)
        _ = try f.due()
        let tellings = try statistics(f, since: start).tellings
        let kinds = ["notified", "reminded", "suppressed"]
        let counted = try kinds.map { try f.int("SELECT COUNT(*) FROM alert_event WHERE kind = '\($0)'") }
        #expect([tellings.notified, tellings.reminded, tellings.suppressed].map(Int64.init) == counted)
        #expect(tellings.reasons["window"] == 2)
        #expect((tellings.untold["below_min_severity"] ?? 0) > 0)
        #expect(tellings.reasons.values.reduce(0, +) == tellings.suppressed)
    }

    @Test func readsOnlyTheTenantsOwn() throws {
        let f = try StoreFixture()
        let key = try f.stock("OURS", 100)
        try f.set(key, 0)
        try f.run("INSERT INTO tenant (name, time_zone, created_at) VALUES ('acme', 'UTC', 0)")
        let acme = try f.int("SELECT id FROM tenant WHERE name = 'acme'")
        _ = try f.write { tx, now in
            let location = try tx.createLocation("theirs", timeZone: "UTC", tenantID: acme, now: now)
            let product = try tx.createProduct(ProductDraft(sku: "THEIRS", name: "x"), tenantID: acme, now: now)
            try tx.change(
                .count(Quantity(0)), productID: product.id, locationID: location.id, origin: MovementOrigin(by: "root", at: now),
                now: now)
        }
        let since = f.now - .days(1)
        #expect(try statistics(f, since: since).offenders.map(\.sku) == ["OURS"])
        #expect(try statistics(f, since: since).tellings.suppressed == 1)
        let all = try statistics(f, since: since, all: true)
        #expect(Set(all.places.map { "\($0.tenant) \($0.location)" }) == ["default store-1", "acme theirs"])
        #expect(all.all.alerts == 2 && all.tellings.suppressed == 2)
    }

    @Test func namesReasonsOfEveryFormKept() {
        let untold = "3:below_min_severity:critical 5:quiet_hours:1764020000000 12:contact_off 7:told_lately:at1764020000000"
        #expect(KeptReason.names(in: untold) == ["below_min_severity", "quiet_hours", "contact_off", "told_lately"])
        #expect(KeptReason.names(in: "") == [])
        #expect(KeptReason.names(in: "garbage") == [])
    }
}
