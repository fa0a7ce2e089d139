import Foundation
import StockDomain
@testable import StockStore
import StockTestSupport
import Testing

@Suite struct SyncTests {
    private func source(_ f: StoreFixture) throws -> SourceRecord {
        try f.write { tx, now in
            _ = try tx.registerSource("square-main", kind: "square", tenant: "default", now: now)
            return try #require(try tx.sources(name: "square-main").first)
        }
    }

    private func catalogue(_ products: [SourceProduct]) -> SyncPage {
        var page = SyncPage(phase: "catalogue", resume: "r1")
        page.locations = [SourceLocation(externalID: "L1", name: "Main St", timeZone: "America/New_York")]
        page.products = products
        return page
    }

    private func counts(_ values: [(String, SourceCount.Value)], at: Timestamp, resume: String = "r2") -> SyncPage {
        var page = SyncPage(phase: "counts", resume: resume)
        page.counts = values.map {
            SourceCount(key: SourceLevelKey(productID: $0.0, locationID: "L1"), value: $0.1, countedAt: at)
        }
        return page
    }

    private func apply(_ f: StoreFixture, _ source: SourceRecord, _ page: SyncPage) throws {
        try f.write { tx, now in try tx.apply(page, from: source, now: now) }
    }

    private func level(_ f: StoreFixture, _ sku: String) throws -> LevelRecord {
        let tenantID = f.tenantID
        return try f.write { tx, _ in
            try #require(try tx.levels(LevelFilter(tenantID: tenantID, sku: sku), after: .first, limit: 1).first)
        }
    }

    @Test func aPageIsAppliedWithItsBookmarkAndReplayingItChangesNothing() throws {
        let f = try StoreFixture()
        let source = try source(f)
        try apply(f, source, catalogue([SourceProduct(externalID: "V1", sku: "TEA", name: "Tea", alertThreshold: Quantity(10))]))
        #expect(try level(f, "TEA").tracking == .unknown)
        let page = counts([("V1", .counted(Quantity(8)))], at: f.now)
        var sales = SyncPage(phase: "orders", resume: "r3")
        sales.sales = [
            SourceSale(externalID: "order:1", key: SourceLevelKey(productID: "V1", locationID: "L1"), quantity: Quantity(28), soldAt: f.now - .days(10))
        ]
        for _ in 0..<3 {
            try apply(f, source, page)
            try apply(f, source, sales)
        }
        let level = try level(f, "TEA")
        #expect(level.onHand == Quantity(8))
        #expect(level.lowThreshold == Quantity(10) && level.thresholdOrigin == .source)
        // Known since its first sale, ten days ago.
        #expect(level.rate?.unitsPerDay == Quantity("2.8"))
        let (movements, alerts, resume) = try f.write { tx, _ in
            (
                try tx.history(level.key, from: nil, limit: 100).movements.count,
                try tx.alerts(AlertFilter(tenantID: nil), after: nil, limit: 10).count, try tx.resume(sourceID: source.id)
            )
        }
        #expect(movements == 1 && alerts == 1 && resume == "r3")
    }

    @Test func theLastCountWinsWhateverTheOrderOfArrival() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20 {
            let f = try StoreFixture()
            let source = try source(f)
            try apply(f, source, catalogue([SourceProduct(externalID: "V1", sku: "TEA", name: "Tea")]))
            let begin = f.now - .hours(10)
            let pages = (0..<6).map { counts([("V1", .counted(Quantity($0)))], at: begin + .minutes(Int64($0))) }
            for page in pages.shuffled(using: &random) { try apply(f, source, page) }
            #expect(try level(f, "TEA").onHand == Quantity(5))
        }
    }

    @Test func numberUnknownAndUntrackedAreThreeValues() throws {
        let f = try StoreFixture()
        let source = try source(f)
        try apply(
            f, source,
            catalogue([
                SourceProduct(externalID: "V1", sku: "A", name: "A"), SourceProduct(externalID: "V2", sku: "B", name: "B"),
                SourceProduct(externalID: "V3", sku: "C", name: "C", tracked: false),
            ]))
        try apply(f, source, counts([("V1", .counted(.zero)), ("V2", .unknown), ("V3", .counted(Quantity(1)))], at: f.now))
        #expect(try level(f, "A").tracking == .tracked)
        #expect(try level(f, "B").tracking == .unknown)
        #expect(try level(f, "C").tracking == .untracked)
        #expect(try f.alerts().map(\.sku) == ["A"])
        let uncounted = try f.write { tx, _ in
            try tx.uncounted(
                ["V1", "V2", "V9"].map { SourceLevelKey(productID: $0, locationID: "L1") }, sourceID: source.id)
        }
        #expect(Set(uncounted.map(\.productID)) == ["V2", "V9"])
    }

    @Test func soldOutHidesTheCountAndClearingItBringsTheLatestBack() throws {
        let f = try StoreFixture()
        let source = try source(f)
        func product(soldOut: Bool) -> SourceProduct {
            SourceProduct(
                externalID: "V1", sku: "A", name: "A",
                overrides: soldOut ? [SourceProduct.Override(locationID: "L1", soldOut: true)] : [])
        }
        try apply(f, source, catalogue([product(soldOut: false)]))
        try apply(f, source, counts([("V1", .counted(Quantity(40)))], at: f.now - .hours(1)))
        try apply(f, source, catalogue([product(soldOut: true)]))
        #expect(try level(f, "A").onHand == .zero)
        #expect(try f.alerts().first?.severity == .out)
        try apply(f, source, counts([("V1", .counted(Quantity(38)))], at: f.now))
        #expect(try level(f, "A").onHand == .zero)
        try apply(f, source, catalogue([product(soldOut: false)]))
        #expect(try level(f, "A").onHand == Quantity(38))
        #expect(try f.alerts().isEmpty)
    }

    @Test func aDeletedProductIsRetiredItsAlertsResolvedAndItsHistoryKept() throws {
        let f = try StoreFixture()
        let source = try source(f)
        var product = SourceProduct(externalID: "V1", sku: "A", name: "A")
        try apply(f, source, catalogue([product]))
        try apply(f, source, counts([("V1", .counted(Quantity(1)))], at: f.now))
        let key = try level(f, "A").key
        product.deleted = true
        try apply(f, source, catalogue([product]))
        #expect(try f.alerts(.resolved).first?.resolvedCause == .productRetired)
        let tenantID = f.tenantID
        let (listed, history, counts) = try f.write { tx, _ in
            (
                try tx.levels(LevelFilter(tenantID: tenantID), after: .first, limit: 10).count,
                try tx.history(key, from: nil, limit: 10).movements.count, try tx.counts()
            )
        }
        #expect(listed == 0 && history == 1 && counts.products == 0 && counts.levels == 0)
        product.deleted = false
        try apply(f, source, catalogue([product]))
        #expect(try level(f, "A").onHand == Quantity(1))
        #expect(try f.alerts().count == 1)
    }

    @Test func aSilentSourceMakesItsLocationsStaleAndSaysSoOnce() throws {
        let f = try StoreFixture()
        try f.contact()
        let source = try source(f)
        try apply(f, source, catalogue([SourceProduct(externalID: "V1", sku: "A", name: "A")]))
        try apply(f, source, counts([("V1", .counted(Quantity(40)))], at: f.now))
        _ = try f.write { tx, now in try tx.finishRun(source, now: now) }
        f.now = f.now + .hours(2)
        #expect(try f.write { tx, now in try tx.markStale(source, now: now) })
        #expect(try !f.write { tx, now in try tx.markStale(source, now: now) })
        #expect(try level(f, "A").stale)
        #expect(try f.deliveries().filter { $0.kind == .operational }.count == 1)
        // A setting that would make it low opens nothing from the old count…
        let tenantID = f.tenantID
        _ = try f.write { tx, now in
            try tx.setThreshold(
                ThresholdKey(), low: ThresholdSpec("50"), critical: nil, enabled: nil, requireSalesDays: nil,
                tenantID: tenantID, now: now)
        }
        #expect(try f.alerts().isEmpty)
        // …until the source speaks again.
        #expect(try f.write { tx, now in try tx.finishRun(source, now: now) })
        #expect(try f.sweep().opened == 1)
        #expect(try f.deliveries().filter { $0.kind == .resolved }.count == 1)
    }

    @Test func tenThousandLowProductsMakeOneDigestForEachAddress() throws {
        let f = try StoreFixture()
        for name in ["a", "b", "c", "d", "e"] { try f.contact(name, value: "\(name)@example.com") }
        let source = try source(f)
        let ids = (0..<10_000).map { "V\($0)" }
        for start in stride(from: 0, to: ids.count, by: 1000) {
            let chunk = ids[start..<start + 1000]
            try apply(f, source, catalogue(chunk.map { SourceProduct(externalID: $0, sku: $0, name: "Product \($0)") }))
            try apply(f, source, counts(chunk.map { ($0, .counted(Quantity(1))) }, at: f.now))
        }
        #expect(try f.write { tx, _ in try tx.counts().alertsOpen } == 10_000)
        f.now = f.now + .seconds(30)
        let claimed = try f.claim()
        #expect(claimed.count == 5)
        for delivery in claimed {
            #expect(delivery.message.total == 10_000)
            #expect(delivery.message.items.count == 200)
            #expect(try f.complete(delivery, .sent(reference: nil)) == .sent)
        }
        #expect(try f.write { tx, _ in try tx.counts().deliveriesQueued } == 0)
        let listed = try f.deliveries()
        #expect(listed.map(\.alertCount) == Array(repeating: 10_000, count: 5) && listed.allSatisfy { $0.alertIDs.count == 1000 })
    }
}
