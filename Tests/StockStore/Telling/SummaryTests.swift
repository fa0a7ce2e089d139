import Foundation
import StockDomain
import Testing
@testable import StockStore

/// The daily summary: what it says, whom it goes to, and what becomes of it when it can't go yet.
@Suite struct SummaryTests {
    private func fixture(_ change: (inout AddressPreferences) -> Void = { _ in }) throws -> StoreFixture {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        var preferences = AddressPreferences(minSeverity: .out)
        change(&preferences)
        let tenantID = f.tenantID
        _ = try f.write { [preferences] tx, now in
            try tx.createContact(
                "Ann", enabled: true,
                addresses: [AddressRecord(kind: .email, value: "ann@example.com", preferences: preferences)],
                tenantID: tenantID, now: now)
        }
        return f
    }

    private func make(_ f: StoreFixture) throws -> Summary {
        let tenantID = f.tenantID
        return try f.write { tx, now in
            let counts = try tx.summaryCounts(tenantID: tenantID)["default"] ?? Summary.Counts()
            return try tx.summary(of: now.day(in: .gmt), counts: counts, tenantID: tenantID, now: now)
        }
    }

    @discardableResult
    private func tell(_ f: StoreFixture) throws -> Summary {
        let summary = try make(f), tenantID = f.tenantID
        try f.write { tx, now in try tx.tellSummary(summary, tenantID: tenantID, now: now) }
        return summary
    }

    private func summaries(_ f: StoreFixture) throws -> [DeliveryRecord] { try f.deliveries().filter { $0.kind == .summary } }

    private func recipients(_ f: StoreFixture) throws -> [SummaryRecipient] {
        let tenantID = f.tenantID
        return try f.write { tx, now in try tx.summaryRecipients(of: now.day(in: .gmt), tenantID: tenantID) }
    }

    @Test func countsAndSaysWhatHasChangedSinceTheDayBefore() throws {
        let f = try fixture()
        let tea = try f.stock("TEA", 100), milk = try f.stock("MILK", 4)
        try f.stock("EGGS", 0)
        let first = try tell(f)
        #expect(first.counts == Summary.Counts(healthy: 1, low: 1, out: 1))
        #expect(first.before == nil)
        #expect((first.opened, first.resolved) == (2, 0))
        f.now = f.now + .days(1)
        try f.set(tea, 1)
        try f.set(milk, 100)
        let second = try tell(f)
        #expect(second.counts == Summary.Counts(healthy: 1, critical: 1, out: 1))
        #expect(second.before == Summary.Earlier(day: first.day, counts: first.counts))
        #expect((second.opened, second.resolved) == (1, 1))
    }

    /// Rate × price: 2 a day at 10.00 is less than 1 a day at 30.00; what is not known comes last, worst first.
    @Test func ranksByTheMoneyThatADayWithoutItCosts() throws {
        let f = try fixture()
        let prices: [(sku: String, rate: Int64?, price: Int64?, stock: Int)] = [
            ("CHEAP", 200_000, 1000, 2), ("DEAR", 100_000, 3000, 2), ("NOPRICE", 900_000, nil, 2), ("NEW", nil, 9000, 0),
            ("STILL", 0, 5000, 2), ("HUGE", Quantity.limit.scaled, .max / 2, 1), ("PLENTY", 800_000, 9000, 500),
        ]
        for (sku, rate, price, stock) in prices {
            try f.stock(sku, stock)
            let rate = rate.map(String.init) ?? "NULL"
            try f.run("UPDATE level SET rate = \(rate) WHERE product_id = (SELECT id FROM product WHERE sku = '\(sku)')")
            if let price { try f.run("UPDATE product SET price = \(price), currency = 'EUR' WHERE sku = '\(sku)'") }
        }
        let urgent = try make(f).urgent
        #expect(urgent.map(\.sku) == ["HUGE", "DEAR", "CHEAP", "STILL", "NEW", "NOPRICE"])
        #expect(urgent.map { $0.atRiskPerDay?.amount } == [9_000_000_000_000_000, 3000, 2000, 0, nil, nil])
        #expect(urgent[1].daysUntilStockout == 2)
    }

    @Test func showsTheTwentyMostUrgentAndNotWhatSomebodyHasSwitchedOff() throws {
        let f = try fixture()
        for n in 0..<25 { try f.stock("P\(n)", 2) }
        let tenantID = f.tenantID
        try f.write { tx, now in
            let product = try tx.product("P0", tenantID: tenantID)
            _ = try tx.setThreshold(
                ThresholdKey(productID: product.id), low: nil, critical: nil, enabled: false, requireSalesDays: nil,
                tenantID: tenantID, now: now)
        }
        let summary = try make(f)
        #expect(summary.urgent.count == 20)
        #expect(!summary.urgent.contains { $0.sku == "P0" })
        #expect(summary.counts.short == 25)
    }

    @Test func findsWhatIsShortAlongItsIndex() throws {
        let f = try fixture()
        let plan = try f.write { tx, _ in
            try tx.sql.all(SQL("EXPLAIN QUERY PLAN " + SummaryStatements.urgent.text), .int(1), .int(20)) { $0.text(3) }
        }
        #expect(plan.contains { $0.contains("level_short") }, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN product") || $0.hasPrefix("SCAN location") }, "\(plan)")
    }

    @Test func saysTheSameOnEveryAttemptWhateverHappensMeanwhile() throws {
        let f = try fixture()
        let tea = try f.stock("TEA", 2)
        let told = try tell(f)
        let first = try #require(try f.claim().first { $0.message.kind == .summary })
        #expect(first.message.summary == told)
        _ = try f.complete(first, .retry(after: nil, reason: "later"))
        try f.set(tea, 100)
        f.now = f.now + .hours(2)
        let second = try #require(try f.claim().first { $0.message.kind == .summary })
        #expect(second.message.summary == told)
        #expect(second.message.idempotencyKey == first.message.idempotencyKey)
    }

    @Test func whoWantsNoneGetsNoneAndItIsKnownWhy() throws {
        for (reason, change) in [
            (NotTold.noSummaries, { $0.summaries = false }), (.addressOff(reason: nil), { $0.enabled = false }),
        ] as [(NotTold, (inout AddressPreferences) -> Void)] {
            let f = try fixture(change)
            try tell(f)
            #expect(try summaries(f).isEmpty)
            #expect(try recipients(f).map(\.reason) == [.notTold(reason)])
            #expect(try recipients(f).map(\.contact) == ["Ann"])
        }
        let f = try fixture()
        let tenantID = f.tenantID
        _ = try f.write { tx, now in
            try tx.updateContact("Ann", enabled: false, addresses: nil, tenantID: tenantID, now: now)
        }
        try tell(f)
        #expect(try recipients(f).map(\.reason) == [.notTold(.contactOff)])
    }

    @Test func aPauseEndsWithTheNewestAlone() throws {
        let until = Timestamp(rfc3339: "2026-05-07T12:00:00Z")!
        let f = try fixture { $0.pausedUntil = until }
        try f.stock("TEA", 100)
        for _ in 0..<3 {
            f.now = f.now + .days(1)
            try tell(f)
        }
        #expect(try summaries(f).map(\.state) == [.queued, .dropped, .dropped])
        #expect(try recipients(f).first?.reason == .held(.paused(until: until)))
        #expect(try f.claim().isEmpty)
        f.now = until
        let told = try f.claim()
        #expect(told.map { $0.message.summary?.day } == [until.day(in: .gmt)])
        #expect(told.map(\.message.createdAt) == [until])
        let (kept, counted) = try f.tallies()
        #expect(kept == counted)
    }

    @Test func whoDeclinesThemWhileOneWaitsIsNotSentIt() throws {
        let f = try fixture { $0.pausedUntil = Timestamp(rfc3339: "2026-05-07T12:00:00Z")! }
        try tell(f)
        let tenantID = f.tenantID
        _ = try f.write { tx, now in
            var preferences = AddressPreferences(minSeverity: .low)
            preferences.summaries = false
            return try tx.updateContact(
                "Ann", enabled: nil, addresses: [AddressRecord(kind: .email, value: "ann@example.com", preferences: preferences)],
                tenantID: tenantID, now: now)
        }
        #expect(try f.claim().isEmpty)
        #expect(try summaries(f).map(\.reason) == ["no_summaries"])
    }

    @Test func aClockThatWasAheadLeavesNothingToCompareWith() throws {
        let f = try fixture()
        f.now = f.now + .days(30)
        try tell(f)
        f.now = f.now - .days(28)
        #expect(try tell(f).before == nil)
        #expect(try f.write { tx, _ in try tx.summarizedTenants().map(\.done) } == [f.now.day(in: .gmt)])
    }

    @Test func isForgottenWithItsDeliveries() throws {
        let f = try fixture()
        try tell(f)
        let delivery = try #require(try f.claim().first)
        _ = try f.complete(delivery, .sent(reference: nil))
        f.now = f.now + .days(401)
        try f.forgetExpired()
        #expect(try f.int("SELECT COUNT(*) FROM summary_day") == 0)
        #expect(try f.int("SELECT COUNT(*) FROM delivery") == 0)
    }
}
