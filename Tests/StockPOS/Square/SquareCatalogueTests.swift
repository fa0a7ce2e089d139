import StockDomain
import StockPOS
import StockTestSupport
import Testing

@Suite struct SquareCatalogueTests {
    @Test func overridesOfALocationWin() async throws {
        var shop = FakeSquareShop.small()
        shop.addItem(
            "I-X", name: "X",
            variations: [
                .init(
                    "V-X", tracked: true, alertThreshold: 3,
                    overrides: [
                        ["location_id": "L1", "track_inventory": false],
                        ["location_id": "L2", "inventory_alert_type": "LOW_QUANTITY", "inventory_alert_threshold": 9],
                    ]),
                .init(
                    "V-Y", name: "Y", tracked: nil,
                    overrides: [["location_id": "L2", "track_inventory": true, "inventory_alert_type": "NONE", "inventory_alert_threshold": 4]]),
                .init("V-Z", name: "Z", data: ["inventory_alert_type": "A_NEW_TYPE", "inventory_alert_threshold": 4]),
            ])
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            let products = square.sink.now.products
            #expect(products["V-X"]?.alertThreshold == Quantity(3))
            #expect(
                products["V-X"]?.overrides == [
                    .init(locationID: "L1", tracked: false), .init(locationID: "L2", alertThreshold: Quantity(9)),
                ])
            #expect(products["V-Y"]?.tracked == false)
            #expect(products["V-Y"]?.overrides == [.init(locationID: "L2", tracked: true)])
            #expect(products["V-Z"]?.alertThreshold == nil)
        }
    }

    @Test func aPriceThatIsNoneIsLeftOut() async throws {
        var shop = FakeSquareShop.small()
        shop.addItem("I-X", name: "X", variations: [.init("V-X", price: -1), .init("V-Y", name: "Y", price: 0)])
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            let products = square.sink.now.products
            #expect(try #require(products["V-X"]).price == nil)
            #expect(products["V-Y"]?.price == Money(amount: 0, currency: "USD"))
        }
    }

    @Test func whatIsTakenOffSaleCountsAsNothingUntilItIsBack() async throws {
        try await SquareFixture.run { square in
            square.fake.shop {
                $0.put(.init("V-TEA", sku: "TEA", overrides: [["location_id": "L1", "sold_out": true]]), of: "I-TEA")
                $0.count("V-TEA", at: "L1", "8")
            }
            try await square.sync()
            #expect(square.sink.level("V-TEA", "L1") == .counted(.zero))
            square.advance(by: .minutes(15))
            square.fake.shop { $0.count("V-TEA", at: "L1", "6") }
            try await square.sync()
            #expect(square.sink.level("V-TEA", "L1") == .counted(.zero))
            square.advance(by: .minutes(15))
            square.fake.shop { $0.put(.init("V-TEA", sku: "TEA"), of: "I-TEA") }
            try await square.sync()
            #expect(square.sink.level("V-TEA", "L1") == .counted(Quantity(6)))
        }
    }

    @Test func anEndThatTheShopSetForSoldOutIsKept() async throws {
        try await SquareFixture.run { square in
            square.fake.shop {
                let end = SquareJSON.string(($0.now + .hours(3)).description)
                $0.put(
                    .init("V-SMALL", name: "Small", overrides: [["location_id": "L1", "sold_out": true, "sold_out_valid_until": end]]),
                    of: "I-COFFEE")
            }
            try await square.sync()
            #expect(square.sink.level("V-SMALL", "L1") == .counted(.zero))
            square.advance(by: .hours(2))
            try await square.sync()
            #expect(square.sink.level("V-SMALL", "L1") == .counted(.zero))
            square.advance(by: .hours(2))
            try await square.sync()
            #expect(square.sink.level("V-SMALL", "L1") == .counted(Quantity(40)))
        }
    }

    @Test func deletedItemsRetireAllTheirVariations() async throws {
        try await SquareFixture.run { square in
            try await square.sync()
            square.advance(by: .minutes(15))
            square.fake.shop { shop in
                shop.delete("I-COFFEE")
                shop.put(.init("V-GREEN", name: "Green"), of: "I-TEA")
                shop.delete("V-TEA")
            }
            try await square.sync()
            let products = square.sink.now.products
            #expect(products.filter(\.value.deleted).keys.sorted() == ["V-LARGE", "V-SMALL", "V-TEA"])
            #expect(products["V-GREEN"]?.name == "Tea, Green")
            #expect(products["V-GREEN"]?.category == "Drinks")
        }
    }

    @Test func aDeletedItemThatStillCarriesItsVariationsRetiresThem() async throws {
        try await SquareFixture.run { square in
            try await square.sync()
            square.advance(by: .minutes(15))
            square.fake.shop { shop in
                shop.rawCatalogue = [[
                    "type": "ITEM", "id": "I-TEA", "is_deleted": true,
                    "item_data": ["variations": [["type": "ITEM_VARIATION", "id": "V-TEA", "item_variation_data": ["sku": "TEA"]]]],
                ]]
            }
            try await square.sync()
            #expect(square.sink.now.products["V-TEA"]?.deleted == true)
        }
    }

    @Test func aRenamedCategoryReachesProductsThatDidNotChange() async throws {
        try await SquareFixture.run { square in
            try await square.sync()
            square.advance(by: .hours(1))
            square.fake.shop { $0.addCategory("C-DRINKS", name: "Hot drinks") }
            try await square.sync()
            #expect(square.sink.now.products["V-SMALL"]?.category == "Hot drinks")
            // Once is enough, though the change stays within the overlap.
            square.advance(by: .minutes(5))
            square.fake.forgetRequests()
            try await square.sync()
            #expect(square.fake.requests.filter { $0.path == "/v2/catalog/search" }.count == 1)
        }
    }

    @Test func aRenamedCategoryThatBecomesVisibleLateIsNotTakenForAnOlderOne() async throws {
        var shop = FakeSquareShop.small()
        shop.addCategory("C-FOOD", name: "Food")
        shop.addItem("I-PIE", name: "Pie", category: "C-FOOD", variations: [.init("V-PIE")])
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            square.advance(by: .hours(1))
            square.fake.shop { $0.addCategory("C-DRINKS", name: "Hot drinks") }
            try await square.sync()
            square.fake.shop { shop in
                let present = shop.now
                shop.now = present - .minutes(3)
                shop.addCategory("C-FOOD", name: "Hot food")
                shop.now = present + .minutes(15)
            }
            try await square.sync()
            #expect(square.sink.now.products["V-PIE"]?.category == "Hot food")
            #expect(square.sink.now.products["V-TEA"]?.category == "Hot drinks")
        }
    }

    @Test func theReportingCategoryComesFirst() async throws {
        var shop = FakeSquareShop.small()
        shop.addCategory("C-2", name: "Second")
        shop.addItem(
            "I-R", name: "R", data: ["reporting_category": ["id": "C-2"], "categories": [["id": "C-DRINKS"]]],
            variations: [.init("V-R")])
        shop.addItem("I-O", name: "O", data: ["category_id": "C-2"], variations: [.init("V-O")])
        shop.addItem(
            "I-P", name: "P", data: ["categories": [["id": "C-DRINKS", "ordinal": 5], ["id": "C-2", "ordinal": 1]]],
            variations: [.init("V-P")])
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            for id in ["V-R", "V-O", "V-P"] { #expect(square.sink.now.products[id]?.category == "Second", "\(id)") }
        }
    }

    @Test func whereAProductIsNotOfferedItIsNotTracked() async throws {
        var shop = FakeSquareShop.small()
        shop.addItem(
            "I-X", name: "X",
            variations: [
                .init("V-ONE", name: "one", object: ["present_at_all_locations": false, "present_at_location_ids": ["L2"]]),
                .init("V-BUT", name: "but", object: ["absent_at_location_ids": ["L2"]]),
            ])
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.level("V-ONE", "L1") == .untracked)
            #expect(square.sink.level("V-ONE", "L2") == .unknown)
            #expect(square.sink.level("V-BUT", "L1") == .unknown)
            #expect(square.sink.level("V-BUT", "L2") == .untracked)
        }
    }

    @Test func archivedItemsAreNotTracked() async throws {
        var shop = FakeSquareShop.small()
        shop.addItem(
            "I-OLD", name: "Old", data: ["is_archived": true],
            variations: [.init("V-OLD", overrides: [["location_id": "L1", "track_inventory": true]])])
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.level("V-OLD", "L1") == .untracked)
        }
    }

    @Test func oneBadObjectCostsItselfAndNotThePage() async throws {
        var shop = FakeSquareShop.small()
        shop.rawCatalogue = [
            ["type": "ITEM", "id": "I-BAD", "item_data": ["name": 7]], 17, nil, ["type": "ITEM"],
            ["type": "A_NEW_TYPE", "id": "N", "new_data": ["x": 1]],
            ["type": "ITEM", "id": "I-BARE"],
            [
                "type": "ITEM", "id": "I-HALF",
                "item_data": [
                    "name": "Half\u{1B}[31m",
                    "variations": [
                        ["type": "ITEM_VARIATION", "id": "V-BAD", "item_variation_data": ["sku": ["no"]]],
                        ["type": "ITEM_VARIATION", "id": "V\n", "item_variation_data": ["sku": "NL"]],
                        ["type": "ITEM_VARIATION", "id": "V-GOOD", "item_variation_data": ["sku": "G", "a_new_member": [1]]],
                    ],
                ],
            ],
        ]
        shop.rawCounts = [
            ["catalog_object_id": "V-SMALL", "location_id": "L1", "state": "IN_STOCK", "quantity": "many", "calculated_at": "2026-05-01T08:00:00Z"],
            ["catalog_object_id": "V-LARGE", "location_id": "L1", "state": "IN_STOCK", "quantity": "1", "calculated_at": "yesterday"],
            ["location_id": "L1"],
        ]
        let closed = shop.now.description
        shop.rawOrders = [
            ["id": "O-BAD", "location_id": "L1", "state": "COMPLETED", "closed_at": .string(closed), "line_items": "none"],
            [
                "id": "O-HALF", "location_id": "L1", "state": "COMPLETED", "closed_at": .string(closed),
                "line_items": [
                    ["uid": "A", "catalog_object_id": "V-TEA", "quantity": "1e3"],
                    ["uid": "B", "catalog_object_id": "V-TEA", "quantity": "0.25"], ["uid": "C", "quantity": "1"],
                ],
            ],
            ["id": "O-OPEN", "location_id": "L1", "state": "A_NEW_STATE", "closed_at": .string(closed)],
        ]
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            let seen = square.sink.now
            #expect(Set(seen.products.keys) == ["V-SMALL", "V-LARGE", "V-TEA", "V-CAKE", "V-GOOD"])
            #expect(seen.products["V-GOOD"]?.name == "Half")
            #expect(square.sink.level("V-SMALL", "L1") == .counted(Quantity(40)))
            #expect(square.sink.level("V-LARGE", "L1") == .counted(Quantity("2.75")!))
            #expect(seen.sales.mapValues(\.quantity) == ["O-HALF:B": Quantity("0.25")!])
            let reasons = seen.skipped.map { "\($0.object): \($0.reason)" }
            #expect(
                reasons == [
                    "ITEM I-BAD: cannot be read: item_data.name has another type than expected",
                    "object without id: cannot be read: the object has another type than expected",
                    "object without id: cannot be read: the object is null",
                    "ITEM without id: cannot be read: id is missing",
                    "item I-BARE: has no item_data",
                    "ITEM_VARIATION V-BAD: cannot be read: item_variation_data.sku has another type than expected",
                    "variation V\u{FFFD}: its id must not contain control characters (found U+A)",
                    "object V-SMALL: cannot be read: quantity is no valid value",
                    "object L1: cannot be read: catalog_object_id is missing",
                    "count of V-LARGE: its calculated_at is no time",
                    "object O-BAD: cannot be read: line_items has another type than expected",
                    "order O-HALF, object A: cannot be read: quantity is no valid value",
                    "order O-OPEN: its state is A_NEW_STATE",
                ])
        }
    }
}
