import StockDomain
import Testing
@testable import StockStore

@Suite struct HoldsAtRiskTests {
    private func change(_ f: StoreFixture, _ key: LevelKey, _ change: StockChange) throws {
        _ = try f.write { tx, now in
            try tx.change(
                change, productID: key.productID, locationID: key.locationID, origin: MovementOrigin(at: now), now: now)
        }
    }

    @Test(arguments: [StockChange.count(Quantity(2)), .sale(Quantity(8)), .adjustment(Quantity(-9))])
    func stockThatGoesMissingKeepsTheHoldsAndSaysSoOnce(loss: StockChange) throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("A", 10), other = try f.stock("B", 10)
        let hold = try f.place("A", 4), second = try f.place("B", 1)
        try change(f, key, loss)
        #expect(try f.hold(hold.id).atRisk && !f.hold(second.id).atRisk)
        #expect(try f.level(key).held == Quantity(4) && f.level(key).available < .zero)
        #expect(try f.notices() == ["holds.\(key.locationID)"])
        // Worse, and another product beside it: still the one notice.
        try change(f, key, .sale(Quantity(1)))
        try change(f, other, .count(.zero))
        #expect(try f.events("hold.at_risk").map(\.sku) == ["A", "B"])
        var counts = try f.tallies()
        #expect(counts.kept == counts.counted && counts.kept.holdsHeld == 2 && counts.kept.levelsAtRisk == 2)
        #expect(try f.notices().count == 1)
        let told = try f.deliveries().filter { $0.kind == .operational }
        #expect(told.count == 1)
        // Over only when both are well.
        try change(f, key, .receipt(Quantity(50)))
        #expect(try f.notices().count == 1 && !f.hold(hold.id).atRisk)
        try f.cancel(second)
        #expect(try f.notices().isEmpty)
        #expect(try f.refusal { try f.place("B", 1) } == .insufficientStock(available: .zero))
        #expect(try f.refund(second) != nil)
        counts = try f.tallies()
        #expect(counts.kept == counts.counted && counts.kept.holdsHeld == 1 && counts.kept.levelsAtRisk == 0)
        #expect(counts.kept.refundsDue == 1)
        try f.checkHolds()
    }

    @Test func whatIsOversoldButHeldByNobodyIsNoRisk() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 5)
        try change(f, key, .sale(Quantity(7)))
        #expect(try f.notices().isEmpty && f.events("hold.at_risk").isEmpty)
        try f.set(key, 5)
        let hold = try f.place("A", 5)
        try change(f, key, .sale(Quantity(7)))
        #expect(try f.notices().count == 1)
        try f.cancel(hold)
        #expect(try f.notices().isEmpty)
        try f.checkHolds()
    }

    @Test func payingForSomeOfItPutsNothingAnewAtRisk() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 10)
        let holds = try (0..<5).map { _ in try f.place("A", 2) }
        try f.set(key, 6)
        for (index, hold) in holds.enumerated() { #expect(try (f.refund(hold) == nil) == (index < 3)) }
        #expect(try f.events("hold.at_risk").count == 1)
        #expect(try f.events("hold.refund_due").count == 2)
        #expect(try f.level(key).onHand == .zero)
        f.now = f.now + .minutes(10)
        try f.expire()
        #expect(try f.notices().isEmpty)
        try f.checkHolds()
    }

    @Test func aPageOfCountsASoldOutMarkAndARetirementLeaveTheHoldsAsTheyAre() throws {
        let f = try StoreFixture()
        let now = f.now
        let source = try f.write { [id = f.tenantID] tx, now in
            _ = try tx.registerSource("till", kind: "demo", tenant: "default", now: now)
            return try tx.sources(tenantID: id, name: "till")[0]
        }
        func apply(count: Int?, soldOut: Bool = false, deleted: Bool = false) throws {
            f.now = f.now + .seconds(1)
            var page = SyncPage(phase: "counts", resume: "")
            page.locations = [SourceLocation(externalID: "L", name: "store-1", timeZone: "UTC")]
            page.products = [
                SourceProduct(
                    externalID: "P", sku: "A", name: "A", overrides: [.init(locationID: "L", soldOut: soldOut)], deleted: deleted)
            ]
            if let count {
                page.counts = [
                    SourceCount(key: .init(productID: "P", locationID: "L"), value: .counted(Quantity(count)), countedAt: f.now)
                ]
            }
            try f.write { [page] tx, now in try tx.apply(page, from: source, now: now) }
        }
        try apply(count: 10)
        let hold = try f.place("A", 4), paid = try f.place("A", 1), last = try f.place("A", 2)
        try apply(count: 3)
        #expect(try f.hold(hold.id).atRisk && f.notices() == ["holds.1"])
        try apply(count: 20)
        #expect(try f.notices().isEmpty)
        try apply(count: nil, soldOut: true)
        #expect(try f.hold(hold.id).atRisk)
        #expect(try f.refund(hold)?.reason == .insufficientStock)
        try apply(count: nil, soldOut: false)
        #expect(try f.notices().isEmpty)
        #expect(try f.refund(paid) == nil)
        try apply(count: nil, deleted: true)
        #expect(try f.refusal { try f.place("A", 1) } == .productRetired)
        // Who holds it gets it: it is there.
        #expect(try f.refund(last) == nil)
        #expect(try f.hold(hold.id).state == .held)
        f.now = now + .hours(1)
        try f.expire()
        try f.checkHolds()
    }

    /// Trouble that comes and goes is told once a window, counted from when somebody was told.
    @Test func troubleThatKeepsComingBackIsToldAgainInTheNextWindow() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("A", 10)
        let begun = f.now
        _ = try f.write { tx, now in
            try tx.placeHold(
                HoldDraft(
                    lines: [.init(sku: "A", location: "store-1", quantity: Quantity(8))], lifetime: .days(7), orderRef: "o"),
                tenant: "default", now: now)
        }
        for hour in stride(from: 0, through: 30, by: 5) {
            f.now = begun + .hours(Int64(hour))
            try change(f, key, .count(Quantity(2)))
            try change(f, key, .count(Quantity(20)))
        }
        let openings = try f.deliveries().filter { $0.kind == .operational }.map(\.createdAt)
        #expect(Set(openings).count >= 2 && openings.contains(begun + .hours(25)))
    }

    @Test func troubleThatCameBackWithinItsWindowAndStillStandsWhenThatEndsIsToldThen() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("A", 40)
        _ = try f.place("A", 20)
        let begun = f.now
        func told() throws -> [Timestamp] { try f.deliveries().filter { $0.kind == .operational }.map(\.createdAt).reversed() }
        func tellDue() throws { try f.write { tx, now in try tx.tellNoticesDue(now: now) } }
        try change(f, key, .count(Quantity(10)))
        try change(f, key, .count(Quantity(40)))
        f.now = begun + .hours(5)
        try change(f, key, .count(Quantity(10)))
        #expect(try told() == [begun])
        #expect(try f.write { tx, _ in try tx.nextDue() } == begun + .hours(24))
        f.now = begun + .hours(24) - .milliseconds(1)
        try tellDue()
        #expect(try told() == [begun])
        f.now = begun + .hours(24)
        try tellDue()
        try tellDue()
        #expect(try told() == [begun, f.now])
        #expect(try f.write { tx, _ in try tx.nextDue() } == nil)
        // Its end is told, too, and the next window counts from when it was told, not from when it began.
        try change(f, key, .count(Quantity(40)))
        #expect(try f.deliveries().count { $0.kind == .resolved && $0.createdAt == f.now } == 1)
        f.now = begun + .hours(30)
        try change(f, key, .count(Quantity(10)))
        #expect(try told().count == 2)
        #expect(try f.write { tx, _ in try tx.nextDue() } == begun + .hours(48))
        // What is over by then is not told any more.
        try change(f, key, .count(Quantity(40)))
        f.now = begun + .hours(48)
        try tellDue()
        #expect(try told().count == 2)
    }

    /// A channel can't tell of its own failure, also when that is told late.
    @Test func aNoticeThatWaitedIsToldByTheWaysItWouldHaveBeenToldBy() throws {
        let f = try StoreFixture()
        try f.contact()
        try f.contact("Chat", kind: .slack, value: "ops-slack")
        let tenantID = f.tenantID
        for _ in 0..<2 {
            _ = try f.write { tx, now in
                try tx.resolveNotice("channel.email", now: now)
                return try tx.raiseNotice("channel.email", subject: "s", detail: "d", about: .email, tenantID: tenantID, now: now)
            }
        }
        f.now = f.now + .hours(24)
        try f.write { tx, now in try tx.tellNoticesDue(now: now) }
        #expect(try f.deliveries().filter { $0.kind == .operational }.map(\.channel) == [.slack, .slack])
    }
}
