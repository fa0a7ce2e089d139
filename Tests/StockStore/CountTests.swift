import StockDomain
@testable import StockStore
import StockTestSupport
import Testing

/// Most counts go a short way past the rules; whatever is counted, what follows from it must be as if none did.
@Suite struct CountTests {
    private static let products = 12, locations = 3

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func whateverIsCountedAllThatFollowsFromItIsInStep(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        let source = try f.source()
        var catalogue = SyncPage(phase: "catalogue", resume: "")
        catalogue.locations = (0..<Self.locations).map { SourceLocation(externalID: "L\($0)", name: "Store \($0)", timeZone: "UTC") }
        catalogue.products = (0..<Self.products).map(product)
        try f.apply(catalogue, source)
        let tenantID = f.tenantID
        _ = try f.write { tx, now in
            try tx.setThreshold(
                ThresholdKey(category: "Quiet"), low: nil, critical: nil, enabled: false, requireSalesDays: nil,
                tenantID: tenantID, now: now)
        }
        var first = SyncPage(phase: "counts", resume: "")
        for product in 0..<Self.products {
            for location in 0..<Self.locations {
                let key = SourceLevelKey(productID: "V\(product)", locationID: "L\(location)")
                first.counts.append(SourceCount(key: key, value: .counted(Quantity(9)), countedAt: f.now))
            }
        }
        try f.apply(first, source)
        try f.run("UPDATE level SET held = 200000 WHERE (product_id + location_id) % 5 = 0")

        var model: [SourceLevelKey: (countedAt: Timestamp, quantity: Quantity)] = [:]
        for step in 0..<60 {
            f.now = f.now + .minutes(10)
            var page = SyncPage(phase: "counts", resume: "\(step)")
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                let key = SourceLevelKey(
                    productID: "V\(Int.random(in: 0..<Self.products, using: &random))",
                    locationID: "L\(Int.random(in: 0..<Self.locations, using: &random))")
                let at = f.now - .minutes(Int64.random(in: 0...25, using: &random))
                let quantity = Quantity(Int.random(in: -1...9, using: &random))
                page.counts.append(SourceCount(key: key, value: .counted(quantity), countedAt: at))
                if let last = model[key], at < last.countedAt { continue }
                model[key] = (at, quantity)
            }
            try f.apply(page, source)
            try expectInStep(f, "seed \(seed), step \(step)")
        }
        for (key, expected) in model {
            let level = try f.level(key)
            #expect(level.onHand == expected.quantity && level.countedAt == expected.countedAt, "seed \(seed), \(key)")
        }
        let (kept, counted) = try f.tallies()
        #expect(kept == counted)
    }

    /// Thresholds as they come: none, a source's, one with alerts off, one that demands sales.
    private func product(_ index: Int) -> SourceProduct {
        var product = SourceProduct(externalID: "V\(index)", sku: "S\(index)", name: "Product \(index)")
        if index % 3 == 1 { product.alertThreshold = Quantity(7) }
        if index % 4 == 1 { product.category = "Quiet" }
        return product
    }

    private func expectInStep(_ f: StoreFixture, _ place: String) throws {
        let called = """
            CASE WHEN tracking <> 1 OR alerts_on = 0 THEN 0 WHEN on_hand <= 0 THEN 3 WHEN on_hand <= critical_at THEN 2
                WHEN on_hand <= low_at THEN 1 ELSE 0 END
            """
        #expect(try f.int("SELECT COUNT(*) FROM level WHERE alert_severity <> \(called)") == 0, "\(place): alert")
        #expect(
            try f.int(
                """
                SELECT COUNT(*) FROM level WHERE severity <> CASE WHEN tracking <> 1 THEN 0 WHEN on_hand <= 0 THEN 3
                    WHEN on_hand <= critical_at THEN 2 WHEN on_hand <= low_at THEN 1 ELSE 0 END
                """) == 0, "\(place): severity")
        #expect(
            try f.int("SELECT COUNT(*) FROM level WHERE (out_since IS NOT NULL) <> (tracking = 1 AND on_hand <= 0)") == 0,
            "\(place): outage")
        #expect(
            try f.int(
                """
                SELECT COUNT(*) FROM level WHERE on_hand <> (SELECT COALESCE(SUM(delta), 0) FROM movement
                    WHERE movement.product_id = level.product_id AND movement.location_id = level.location_id)
                """) == 0, "\(place): ledger")
        #expect(
            try f.int(
                """
                SELECT COUNT(*) FROM level LEFT JOIN alert ON alert.product_id = level.product_id
                    AND alert.location_id = level.location_id AND alert.state <> 'resolved'
                WHERE COALESCE(alert.severity, 0) <> alert_severity
                """) == 0, "\(place): standing alert")
        #expect(
            try f.int(
                """
                SELECT COUNT(*) FROM location WHERE EXISTS
                    (SELECT 1 FROM level WHERE location_id = location.id AND held > on_hand AND held > 0)
                <> EXISTS (SELECT 1 FROM notice WHERE key = 'holds.' || location.id AND resolved_at IS NULL)
                """) == 0, "\(place): holds at risk")
    }

    @Test func theSameCountAgainOnlySaysHowOldItIs() throws {
        let f = try StoreFixture()
        let source = try f.source()
        try f.catalogue(source, ["V1"])
        try f.count(source, "V1", 40)
        let last = try f.write { tx, _ in try tx.eventRange().last }
        f.now = f.now + .hours(1)
        try f.count(source, "V1", 40)
        let level = try f.level(SourceLevelKey(productID: "V1", locationID: "L1"))
        #expect(level.countedAt == f.now)
        #expect(try f.write { tx, _ in try tx.eventRange().last } == last)
    }

    /// By the short way and by the long one, which the second count takes because the alert opens.
    @Test func aCountByAClockThatIsSetBackSinceKeepsNoOtherOut() throws {
        let f = try StoreFixture()
        let source = try f.source()
        try f.catalogue(source, ["V1", "V2"])
        f.now = f.now + .days(2)
        for product in ["V1", "V2"] { try f.count(source, product, 40) }
        f.now = f.now - .days(2)
        try f.count(source, "V1", 39)
        try f.count(source, "V2", 0)
        for (product, quantity) in [("V1", 39), ("V2", 0)] {
            let level = try f.level(SourceLevelKey(productID: product, locationID: "L1"))
            #expect(level.onHand == Quantity(quantity) && level.countedAt == f.now)
        }
    }

    @Test func ofTwoCountsOfOneInstantInAPageTheLaterHolds() throws {
        let f = try StoreFixture()
        let source = try f.source()
        try f.catalogue(source, ["V1"])
        var page = SyncPage(phase: "counts", resume: "r")
        let key = SourceLevelKey(productID: "V1", locationID: "L1")
        page.counts = (1...40).map { SourceCount(key: key, value: .counted(Quantity($0)), countedAt: f.now) }
        try f.apply(page, source)
        #expect(try f.level(key).onHand == Quantity(40))
    }

    @Test func aCountOfWhatIsNotKnownOrTooLargeIsSkippedAndTheRestApplied() throws {
        let f = try StoreFixture()
        let source = try f.source()
        try f.catalogue(source, ["V1"])
        var page = SyncPage(phase: "counts", resume: "r")
        page.counts = [("V9", Quantity(1)), ("V1", Quantity(scaled: .max / 2)), ("V1", Quantity(8))].map {
            SourceCount(key: SourceLevelKey(productID: $0, locationID: "L1"), value: .counted($1), countedAt: f.now)
        }
        try f.apply(page, source)
        let after = try f.write { tx, _ in try #require(try tx.sources(name: "square-main").first) }
        #expect(after.countsApplied == 1)
        #expect(
            Set(after.skipped.map(\.reason)) == ["the product or location is not known", "the quantity is beyond ±1000000000"])
    }

    @Test func aPageThatIsCutOffBetweenItsPartsIsAppliedAgainAndEndsTheSame() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        let source = try f.source()
        var page = SyncPage(phase: "all", resume: "r1")
        page.locations = (0..<3).map { SourceLocation(externalID: "L\($0)", name: "Store \($0)", timeZone: "UTC") }
        page.products = (0..<20).map { SourceProduct(externalID: "V\($0)", sku: "S\($0)", name: "Product \($0)") }
        let keys = (0..<60).map { SourceLevelKey(productID: "V\($0 / 3)", locationID: "L\($0 % 3)") }
        page.counts = keys.enumerated().map {
            SourceCount(key: $0.element, value: .counted(Quantity($0.offset)), countedAt: f.now)
        }
        page.sales = keys.enumerated().map {
            SourceSale(externalID: "sale \($0.offset)", key: $0.element, quantity: Quantity(1), soldAt: f.now)
        }
        page.skipped = [SkippedObject(object: "thing", reason: "odd")]
        let parts = page.parts(writing: 10, locations: 3)
        #expect(parts.allSatisfy { $0.products.count * 3 + $0.locations.count + $0.counts.count + $0.sales.count <= 10 })
        for part in parts.dropLast(3) { try f.write { tx, now in try tx.apply(part, from: source, isLast: false, now: now) } }
        #expect(try f.write { tx, _ in try tx.resume(sourceID: source.id) } == nil)
        for (index, part) in parts.enumerated() {
            try f.write { tx, now in try tx.apply(part, from: source, isLast: index == parts.count - 1, now: now) }
        }
        let (after, resume) = try f.write { tx, _ in
            (try #require(try tx.sources(name: "square-main").first), try tx.resume(sourceID: source.id))
        }
        #expect(resume == "r1" && after.pages == 1 && after.skipped.map(\.object) == ["thing"])
        for (index, key) in keys.enumerated() { #expect(try f.level(key).onHand == Quantity(index)) }
        #expect(try f.int("SELECT COUNT(*) FROM movement") == 59)
        #expect(try f.int("SELECT SUM(units) FROM demand_day") == 60 * Quantity.scale)
        try expectInStep(f, "after all")
    }

    /// Of two objects with one SKU the second is named for its own id; where that is taken as well, it alone is left out.
    @Test func anObjectWhoseEveryNameIsTakenIsSkippedAndItsPageIsNot() throws {
        let f = try StoreFixture()
        let source = try f.source()
        var page = SyncPage(phase: "catalogue", resume: "r1")
        page.locations = [
            SourceLocation(externalID: "L1", name: "Main", timeZone: "UTC"),
            SourceLocation(externalID: "L3", name: "Main (L2)", timeZone: "UTC"),
            SourceLocation(externalID: "L2", name: "Main", timeZone: "UTC"),
        ]
        page.products = [
            SourceProduct(externalID: "V1", sku: "TEA", name: "Tea"), SourceProduct(externalID: "V3", sku: "TEA#V2", name: "Trap"),
            SourceProduct(externalID: "V2", sku: "TEA", name: "Tea"), SourceProduct(externalID: "V4", sku: "TEA", name: "Tea, large"),
        ]
        try f.apply(page, source)
        let (after, skus) = try f.write { tx, _ in
            (
                try #require(try tx.sources(name: "square-main").first),
                try tx.products(ProductFilter(tenantID: nil), after: nil, limit: 10).map(\.sku)
            )
        }
        #expect(skus == ["TEA", "TEA#V2", "TEA#V4"])
        #expect(after.skipped.map(\.object).sorted() == ["location L2", "product V2"])
        #expect(after.skipped.allSatisfy { $0.reason.hasPrefix("other ") })
        // One that lost what it was bound to is found again by its own SKU.
        try f.run("DELETE FROM product_ref WHERE external_id = 'V4'")
        try f.apply(page, source)
        #expect(try f.int("SELECT COUNT(*) FROM product") == 3)
        #expect(try f.int("SELECT COUNT(*) FROM product_ref WHERE external_id = 'V4'") == 1)
    }
}

extension StoreFixture {
    func source() throws -> SourceRecord {
        try write { tx, now in
            _ = try tx.registerSource("square-main", kind: "square", tenant: "default", now: now)
            return try #require(try tx.sources(name: "square-main").first)
        }
    }

    func apply(_ page: SyncPage, _ source: SourceRecord) throws {
        try write { tx, now in try tx.apply(page, from: source, now: now) }
    }

    func catalogue(_ source: SourceRecord, _ ids: [String]) throws {
        var page = SyncPage(phase: "catalogue", resume: "")
        page.locations = [SourceLocation(externalID: "L1", name: "Main St", timeZone: "UTC")]
        page.products = ids.map { SourceProduct(externalID: $0, sku: $0, name: "Product \($0)") }
        try apply(page, source)
    }

    func count(_ source: SourceRecord, _ id: String, _ quantity: Int) throws {
        var page = SyncPage(phase: "counts", resume: "")
        page.counts = [
            SourceCount(
                key: SourceLevelKey(productID: id, locationID: "L1"), value: .counted(Quantity(quantity)), countedAt: now)
        ]
        try apply(page, source)
    }

    func level(_ key: SourceLevelKey) throws -> LevelRecord {
        try write { tx, _ in
            let ids = try #require(
                try tx.sql.first(
                    SQL(
                        """
                        SELECT product_id, location_id FROM product_ref, location_ref
                        WHERE product_ref.external_id = ? AND location_ref.external_id = ?
                        """),
                    .text(key.productID), .text(key.locationID)) { LevelKey(productID: $0.int(0), locationID: $0.int(1)) })
            return try #require(try tx.level(ids))
        }
    }
}
