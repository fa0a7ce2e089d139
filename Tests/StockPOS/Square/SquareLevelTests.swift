import StockDomain
import StockPOS
import StockTestSupport
import Testing

/// What a count means, and what only looks like one.
@Suite struct SquareLevelTests {
    private let false0 = SourceLevelKey(productID: "V-NEW", locationID: "L1")

    private func withNewProduct() -> FakeSquareShop {
        var shop = FakeSquareShop.small()
        shop.addItem("I-NEW", name: "New", variations: [.init("V-NEW", sku: "NEW")])
        shop.claimZero("V-NEW", at: "L1")
        // Longer ago than any overlap reaches back.
        shop.now = shop.now + .hours(1)
        return shop
    }

    @Test func aZeroThatNobodyCountedStaysUnknown() async throws {
        try await SquareFixture.run(shop: withNewProduct()) { square in
            for _ in 0..<3 {
                try await square.sync()
                #expect(square.sink.level("V-NEW", "L1") == .unknown)
                square.advance(by: .minutes(15))
            }
            #expect(square.sink.now.zeros.isEmpty)
        }
    }

    @Test func anUnconfirmedZeroIsAskedForAgainUntilItsHistoryShowsUp() async throws {
        try await SquareFixture.run(shop: withNewProduct()) { square in
            try await square.sync()
            square.advance(by: .hours(5))
            // The history arrives late; the count itself, and its time, are what they were.
            square.fake.shop { $0.record("PHYSICAL_COUNT", "V-NEW", "L1", ["state": "IN_STOCK", "location_id": "L1", "quantity": "0"]) }
            try await square.sync()
            #expect(square.sink.level("V-NEW", "L1") == .counted(.zero))
            square.advance(by: .hours(1))
            square.fake.forgetRequests()
            try await square.sync()
            #expect(!square.fake.requests.contains { $0.path.hasSuffix("changes/batch-retrieve") })
        }
    }

    @Test func aFirstZeroThatWasCountedIsTakenAtOnce() async throws {
        var shop = withNewProduct()
        shop.count("V-NEW", at: "L1", "0")
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.level("V-NEW", "L1") == .counted(.zero))
        }
    }

    @Test(arguments: [false, true])
    func aZeroThatSalesLeftIsConfirmedInEitherShapeOfAdjustments(newShapes: Bool) async throws {
        var shop = withNewProduct()
        shop.hasNewShapes = newShapes
        shop.adjust("V-NEW", at: "L1", by: "2", other: newShapes ? "UNTRACKED" : "NONE")
        shop.adjust("V-NEW", at: "L1", by: "-2", other: "SOLD")
        shop.record("A_NEW_TYPE", "V-NEW", "L1", ["state": "A_NEW_STATE"])
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.level("V-NEW", "L1") == .counted(.zero))
        }
    }

    @Test func aCountElsewhereOrASwitchOfTrackingConfirmsNothing() async throws {
        var shop = withNewProduct()
        shop.record("PHYSICAL_COUNT", "V-NEW", "L2", ["state": "IN_STOCK", "location_id": "L2", "quantity": "0"])
        shop.record("PHYSICAL_COUNT", "V-NEW", "L1", ["state": "WASTE", "location_id": "L1", "quantity": "1"])
        shop.record(
            "ADJUSTMENT", "V-NEW", "L1",
            ["from_state": "UNTRACKED", "to_state": "IN_STOCK", "location_id": "L1", "quantity": "0"])
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.level("V-NEW", "L1") == .unknown)
        }
    }

    @Test func aZeroAfterARealCountNeedsNoConfirmation() async throws {
        try await SquareFixture.run { square in
            try await square.sync()
            square.advance(by: .minutes(15))
            square.fake.shop { $0.setCount("V-SMALL", at: "L1", "0") }
            square.fake.forgetRequests()
            try await square.sync()
            #expect(square.sink.level("V-SMALL", "L1") == .counted(.zero))
            #expect(!square.fake.requests.contains { $0.path.hasSuffix("changes/batch-retrieve") })
        }
    }

    @Test func confirmingReadsPastALongHistoryOfOthers() async throws {
        var shop = FakeSquareShop.small()
        shop.pageLimit = 3
        for product in ["V-A", "V-B", "V-C"] {
            shop.addItem("I-\(product)", name: product, variations: [.init(product, sku: product)])
        }
        for _ in 0..<10 { shop.adjust("V-A", at: "L1", by: "1") }
        shop.adjust("V-A", at: "L1", by: "-10", other: "SOLD")
        shop.claimZero("V-B", at: "L1")
        shop.count("V-C", at: "L1", "0")
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.level("V-A", "L1") == .counted(.zero))
            #expect(square.sink.level("V-B", "L1") == .unknown)
            #expect(square.sink.level("V-C", "L1") == .counted(.zero))
        }
    }

    @Test func moreUnconfirmedZerosThanAreRememberedAreReadAgain() async throws {
        var shop = FakeSquareShop.small()
        let names = (0..<2300).map { "V-\(10_000 + $0)" }
        shop.addItem("I-MANY", name: "Many", variations: names.map { .init($0, name: $0, sku: $0) })
        for name in names { shop.claimZero(name, at: "L1") }
        shop.now = shop.now + .hours(1)
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            square.advance(by: .hours(3))
            square.fake.shop { shop in
                for name in names { shop.record("PHYSICAL_COUNT", name, "L1", ["state": "IN_STOCK", "location_id": "L1", "quantity": "0"]) }
            }
            try await square.sync()
            #expect(names.allSatisfy { square.sink.level($0, "L1") == .counted(.zero) })
        }
    }

    @Test func onlyStockThatCanBeSoldCounts() async throws {
        var shop = FakeSquareShop.small()
        for state in ["WASTE", "RESERVED_FOR_SALE", "SOLD_ONLINE", "IN_TRANSIT_TO"] {
            shop.setCount("V-SMALL", at: "L1", "99", state: state)
        }
        // As if Square ignored the filter, with a state that is new.
        for state in ["WASTE", "A_NEW_STATE"] {
            shop.rawCounts.append([
                "catalog_object_id": "V-SMALL", "location_id": "L1", "state": .string(state), "quantity": "77",
                "calculated_at": .string(shop.now.description),
            ])
        }
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.level("V-SMALL", "L1") == .counted(Quantity(40)))
            let asked = square.fake.requests.filter { $0.path.hasSuffix("counts/batch-retrieve") }
            #expect(asked.allSatisfy { $0.body["states"] == ["IN_STOCK"] })
        }
    }

    @Test func unknownUntrackedAndZeroAreThreeThings() async throws {
        var shop = FakeSquareShop.small()
        shop.addItem(
            "I-X", name: "X",
            variations: [.init("V-NEVER", name: "never counted"), .init("V-OFF", name: "off", tracked: false), .init("V-NONE", name: "none")])
        shop.count("V-NONE", at: "L1", "0")
        shop.claimZero("V-CAKE", at: "L1")
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.level("V-NEVER", "L1") == .unknown)
            #expect(square.sink.level("V-OFF", "L1") == .untracked)
            #expect(square.sink.level("V-CAKE", "L1") == .untracked)
            #expect(square.sink.level("V-NONE", "L1") == .counted(.zero))
        }
    }

    @Test func theLatestCountWinsWhateverTheOrder() async throws {
        var shop = FakeSquareShop.small()
        shop.count("V-SMALL", at: "L1", "7")
        func raw(_ quantity: String, _ at: Timestamp) -> SquareJSON {
            [
                "catalog_object_id": "V-SMALL", "location_id": "L1", "state": "IN_STOCK", "quantity": .string(quantity),
                "calculated_at": .string(at.description),
            ]
        }
        shop.rawCounts = [raw("1", shop.now - .hours(9)), raw("2", shop.now - .hours(8))]
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.level("V-SMALL", "L1") == .counted(Quantity(7)))
        }
    }

    @Test func aCountThatBecomesVisibleLateIsStillSeen() async throws {
        try await SquareFixture.run { square in
            try await square.sync()
            // Counted four minutes before that run, visible only after it; the time filter excludes its own instant.
            square.fake.shop { shop in
                let present = shop.now
                shop.now = present - .minutes(4)
                shop.count("V-SMALL", at: "L2", "3")
                shop.now = present + .minutes(15)
            }
            try await square.sync()
            #expect(square.sink.level("V-SMALL", "L2") == .counted(Quantity(3)))
        }
    }

    @Test func productsSoldInAnotherUnitFollowTheirStock() async throws {
        var shop = FakeSquareShop.small()
        let glass: SquareJSON = [
            "stockable_item_variation_id": "V-BOTTLE", "stockable_quantity": "1", "nonstockable_quantity": "5",
        ]
        shop.addItem(
            "I-WINE", name: "Wine",
            variations: [
                .init("V-BOTTLE", name: "Bottle"),
                .init("V-GLASS", name: "Glass", data: ["stockable": false, "stockable_conversion": glass]),
            ])
        shop.count("V-BOTTLE", at: "L1", "2.4")
        shop.claimZero("V-BOTTLE", at: "L2")
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.level("V-GLASS", "L1") == .counted(Quantity(12)))
            #expect(square.sink.level("V-GLASS", "L2") == .unknown)

            square.advance(by: .minutes(15))
            square.fake.shop { $0.adjust("V-BOTTLE", at: "L1", by: "-2.4", other: "SOLD") }
            try await square.sync()
            #expect(square.sink.level("V-GLASS", "L1") == .counted(.zero))
        }
    }

    @Test func aConversionAddedLaterAppliesToStockCountedBefore() async throws {
        try await SquareFixture.run { square in
            try await square.sync()
            square.advance(by: .hours(2))
            square.fake.shop {
                $0.put(
                    .init("V-CUP", name: "Cup", data: ["stockable_conversion": [
                        "stockable_item_variation_id": "V-SMALL", "stockable_quantity": "4", "nonstockable_quantity": "1",
                    ]]), of: "I-COFFEE")
            }
            try await square.sync()
            #expect(square.sink.level("V-CUP", "L1") == .counted(Quantity(10)))
            #expect(square.sink.level("V-CUP", "L2") == .counted(Quantity(10)))
        }
    }
}
