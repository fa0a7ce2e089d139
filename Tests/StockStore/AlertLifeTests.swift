import StockDomain
import StockStore
import Testing

@Suite struct AlertLifeTests {
    /// A setting for many levels is settled in parts, of which any may be the last before stockd is killed.
    @Test(arguments: [true, false]) func aSettingThatBearsOnManyLevelsIsSettledInPartsAndEndsTheSame(unset: Bool) throws {
        let parts = try StoreFixture(), whole = try StoreFixture()
        for f in [parts, whole] {
            for index in 0..<40 { try f.stock("S\(index)", index, category: index % 2 == 0 ? "Dairy" : nil) }
        }
        let key = ThresholdKey(category: "Dairy")
        func set(_ f: StoreFixture, _ low: Int, atOnce: Int) throws -> Int64? {
            let tenantID = f.tenantID
            return try f.write { tx, now in
                try tx.setThreshold(
                    key, low: .quantity(Quantity(low)), critical: nil, enabled: nil, requireSalesDays: nil, tenantID: tenantID,
                    atOnce: atOnce, now: now)
            }
        }
        func finish(_ f: StoreFixture, most: Int = .max) throws -> Int {
            var count = 0
            while count < most, let left = try f.write({ tx, _ in try tx.unsettled().first }) {
                try f.write { tx, now in try tx.settle(try tx.levels(of: left, limit: 3), of: left, now: now) }
                count += 1
            }
            return count
        }
        #expect(try set(whole, 30, atOnce: 40) == nil)
        let number = try #require(try set(parts, 30, atOnce: 39))
        let before = try parts.alerts().count
        #expect(try finish(parts, most: 3) == 3)
        // Some follow by now, and the rest does not yet.
        let between = try parts.alerts().count
        let all = try whole.alerts().count
        #expect(before < between && between < all)
        #expect(try parts.write { tx, _ in try tx.unsettled(number) } != nil)
        if unset {
            // Another setting comes meanwhile: both go on, and what holds at the end is the later.
            for (f, atOnce) in [(whole, 40), (parts, 0)] {
                let tenantID = f.tenantID
                _ = try f.write { tx, now in try tx.unsetThreshold(key, tenantID: tenantID, atOnce: atOnce, now: now) }
            }
        }
        _ = try finish(parts)
        #expect(try parts.int("SELECT COUNT(*) FROM unsettled") == 0)
        func state(_ f: StoreFixture) throws -> [String] { try f.alerts().map { "\($0.sku) \($0.severity)" }.sorted() }
        #expect(try state(parts) == state(whole))
        let low = "SELECT SUM(low_at) FROM level"
        #expect(try parts.int(low) == whole.int(low))
    }

    @Test func opensOneAlertPerProductAndLocationAndMovesItAsItWorsens() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("WID-001", 40)
        #expect(try f.alerts().isEmpty)
        let opened = try f.set(key, 4)
        #expect(try f.set(key, 1) == opened)
        try f.set(key, 0)
        let alert = try #require(try f.alerts().first)
        #expect(try f.alerts().count == 1)
        #expect(alert.id == opened)
        #expect(alert.severity == .out)
        #expect(alert.timeline.map(\.kind) == ["opened", "notified", "changed", "notified", "changed", "notified"])
        #expect(alert.nextNotifyAt == f.now + .hours(24))
    }

    @Test func resolvesByItselfOnRestockAndTellsThoseWhoWereTold() throws {
        let f = try StoreFixture()
        try f.contact()
        try f.contact("Boss", value: "boss@example.com", min: .out)
        let key = try f.stock("WID-001", 4)
        try f.set(key, 40)
        let alert = try #require(try f.alerts(.resolved).first)
        #expect(alert.resolvedCause == .restocked)
        let kinds = try f.deliveries().map { "\($0.contact) \($0.kind.rawValue)" }
        #expect(kinds.sorted() == ["Ops alert", "Ops resolved"])
    }

    @Test func flappingNotifiesOnceAWindowAndTellsTheLastOpeningWhenItEnds() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        let key = try f.stock("WID-001", 4)
        let begin = f.now
        for _ in 0..<5 {
            f.now = f.now + .hours(1)
            try f.set(key, 40)
            f.now = f.now + .hours(1)
            try f.set(key, 4)
        }
        #expect(try f.deliveries().filter { $0.kind == .alert }.count == 1)
        f.now = begin + .hours(24) - .milliseconds(1)
        #expect(try f.due().notified == 0)
        f.now = begin + .hours(24)
        #expect(try f.due().notified == 1)
        #expect(try f.due().notified == 0)
        #expect(try f.deliveries().filter { $0.kind == .alert }.count == 2)
    }

    @Test func aWorseSeverityNotifiesAtOnceAndAMilderOneNot() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        let key = try f.stock("WID-001", 1)
        f.now = f.now + .minutes(1)
        try f.set(key, 4)
        f.now = f.now + .minutes(1)
        try f.set(key, 0)
        #expect(try f.deliveries().filter { $0.kind == .alert }.count == 2)
        #expect(try f.alerts().first?.timeline.last { $0.kind == "suppressed" }?.note == "milder")
    }

    @Test func acknowledgingSilencesRemindersUntilItWorsens() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        let key = try f.stock("WID-001", 4)
        let id = try #require(try f.alerts().first?.id)
        let tenantID = f.tenantID
        func acknowledge(_ name: String, _ note: String?) throws {
            _ = try f.write { tx, now in try tx.acknowledge(id, by: name, note: note, tenantID: tenantID, now: now) }
        }
        // Only what is new in it is noted.
        for (name, note) in [("root", "ordered"), ("root", nil), ("ann", nil), ("ann", nil), ("ann", "Tuesday")] {
            try acknowledge(name, note)
        }
        let noted = try #require(try f.alerts().first).timeline.filter { $0.kind == "acknowledged" }
        #expect(noted.map(\.by) == ["root", "ann", "ann"] && noted.map(\.note) == ["ordered", nil, "Tuesday"])
        f.now = f.now + .days(2)
        #expect(try f.remind().notified == 0)
        try f.set(key, 1)
        let alert = try #require(try f.alerts().first)
        #expect(alert.state == .open && alert.acknowledgedBy == nil)
        f.now = f.now + .days(2)
        #expect(try f.remind().notified == 1)
    }

    @Test func aManuallyResolvedAlertOpensAgainAtTheNextEvaluationAndSuppressionHolds() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        try f.stock("WID-001", 4)
        let id = try #require(try f.alerts().first?.id)
        let tenantID = f.tenantID
        _ = try f.write { tx, now in try tx.resolve(id, by: "root", note: nil, tenantID: tenantID, now: now) }
        #expect(try f.alerts().isEmpty)
        let sweep = try f.sweep()
        #expect(sweep.opened == 1 && sweep.notified == 0)
        #expect(try f.deliveries().filter { $0.kind == .alert }.count == 1)
    }

    @Test func aClockThatJumpsBackNeitherSendsAgainNorHoldsBackForLonger() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        let key = try f.stock("WID-001", 4)
        f.now = f.now - .days(300)
        try f.set(key, 40)
        try f.set(key, 4)
        #expect(try f.deliveries().filter { $0.kind == .alert }.count == 1)
        _ = try f.due()
        f.now = f.now + .hours(24)
        #expect(try f.due().notified == 1)
    }

    @Test func settingsOfEveryScopeDecideInOrder() throws {
        let f = try StoreFixture()
        let key = try f.stock("WID-001", 30, par: Quantity(100), category: "Widgets")
        let tenantID = f.tenantID
        func set(_ scope: ThresholdKey, _ low: String) throws {
            _ = try f.write { tx, now in
                try tx.setThreshold(
                    scope, low: ThresholdSpec(low), critical: nil, enabled: nil, requireSalesDays: nil, tenantID: tenantID, now: now)
            }
        }
        func level() throws -> LevelRecord? { try f.write { tx, _ in try tx.level(key) } }
        #expect(try level()?.lowThreshold == Quantity(20))
        #expect(try level()?.thresholdOrigin == .configuration)
        let steps: [(ThresholdKey, String, ThresholdScope)] = [
            (ThresholdKey(), "31", .tenant), (ThresholdKey(locationID: key.locationID), "32", .location),
            (ThresholdKey(category: "Widgets"), "33", .category),
            (ThresholdKey(category: "Widgets", locationID: key.locationID), "34%", .categoryAtLocation),
            (ThresholdKey(productID: key.productID), "35", .product),
            (ThresholdKey(productID: key.productID, locationID: key.locationID), "36", .productAtLocation),
        ]
        for (scope, low, origin) in steps {
            try set(scope, low)
            #expect(try level()?.thresholdOrigin == origin)
            #expect(try level()?.severity == .low)
        }
        for (scope, _, _) in steps.reversed() {
            _ = try f.write { tx, now in try tx.unsetThreshold(scope, tenantID: tenantID, now: now) }
        }
        #expect(try level()?.severity == .healthy)
        #expect(try f.alerts(.resolved).first?.resolvedCause == .settingChanged)
    }

    @Test func aSettingThatMovesTheThresholdAndNotTheSeverityMovesTheAlertsThreshold() throws {
        let f = try StoreFixture()
        let key = try f.stock("WID-001", 4)
        #expect(try f.alerts().first?.threshold == Quantity(5))
        let tenantID = f.tenantID
        _ = try f.write { tx, now in
            try tx.setThreshold(
                ThresholdKey(productID: key.productID), low: ThresholdSpec("8"), critical: nil, enabled: nil,
                requireSalesDays: nil, tenantID: tenantID, now: now)
        }
        let alert = try #require(try f.alerts().first)
        #expect(alert.threshold == Quantity(8) && alert.thresholdOrigin == "product" && alert.timeline.count == 2)
    }

    @Test func aCheckOfOneTenantLeavesTheOthersAlone() throws {
        let f = try StoreFixture()
        try f.stock("MINE", 4)
        try f.run("INSERT INTO tenant (id, name, time_zone, created_at) VALUES (2, 'other', 'UTC', 0)")
        let now = f.now
        try f.write { tx, _ in
            let location = try tx.createLocation("store-1", timeZone: "UTC", tenantID: 2, now: now)
            let product = try tx.createProduct(ProductDraft(sku: "THEIRS", name: "Theirs"), tenantID: 2, now: now)
            try tx.change(
                .count(Quantity(4)), productID: product.id, locationID: location.id, origin: MovementOrigin(at: now), now: now)
        }
        // Both are out of step now.
        for alert in try f.write({ tx, _ in try tx.alerts(AlertFilter(tenantID: nil), after: nil, limit: 9) }) {
            _ = try f.write { tx, now in try tx.resolve(alert.alert.id, by: "root", note: nil, tenantID: nil, now: now) }
        }
        let selection = LevelSelection(tenantID: 2)
        let (theirs, all, count) = try f.write { tx, now in
            (
                try tx.levelsOutOfStep(selection, now: now), try tx.levelsOutOfStep(LevelSelection(), now: now),
                try tx.levelCount(selection)
            )
        }
        #expect(theirs.count == 1 && all.count == 2 && count == 1)
        _ = try f.write { tx, now in try tx.evaluate(theirs, trigger: .sweep, now: now) }
        #expect(try f.alerts().isEmpty)
        #expect(try f.write { tx, _ in try tx.alerts(AlertFilter(tenantID: 2), after: nil, limit: 9).count } == 1)
    }
}
