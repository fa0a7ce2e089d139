import StockDomain
import StockPOS
import StockTestSupport
import Testing

@Suite struct SquareLocationTests {
    @Test func onlyConfiguredLocationsAreSynced() async throws {
        var shop = FakeSquareShop.small()
        shop.addOrder("O1", at: "L1", closedAt: shop.now - .days(1), lines: [("A", "V-TEA", "1")])
        try await SquareFixture.run(shop: shop, locations: .only(["L2", "L-GONE"])) { square in
            try await square.sync()
            #expect(Set(square.sink.now.locations.keys) == ["L2"])
            #expect(square.sink.now.levels.keys.allSatisfy { $0.locationID == "L2" })
            #expect(square.sink.now.sales.isEmpty)
            #expect(square.sink.now.skipped.map(\.object) == ["location L-GONE"])
        }
    }

    @Test func noneOfTheConfiguredLocationsIsAMistakeOfTheOperator() async throws {
        try await SquareFixture.run(locations: .only(["L9"])) { square in
            let failure = await square.failure()
            guard case .misconfigured? = failure?.kind else {
                Issue.record("\(String(describing: failure))")
                return
            }
        }
    }

    @Test func ordersOfManyLocationsAreAskedForTenAtATime() async throws {
        var shop = FakeSquareShop.small()
        for number in 3...23 { shop.addLocation("L\(number)") }
        for place in shop.locationIDs { shop.addOrder("O-\(place)", at: place, closedAt: shop.now - .days(1), lines: [("A", "V-TEA", "1")]) }
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.now.sales.count == 23)
            let asked = square.fake.requests.filter { $0.path == "/v2/orders/search" }
            #expect(asked.map { $0.body["location_ids"]?.array?.count } == [10, 10, 3])
        }
    }

    @Test func countsOfHundredsOfLocationsAreAskedForInGroups() async throws {
        var shop = FakeSquareShop.small()
        for number in 1000..<1148 { shop.addLocation("L\(number)") }
        for place in shop.locationIDs { shop.count("V-TEA", at: place, "4") }
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.now.levels.count { $0.value.value == .counted(Quantity(4)) } == 150)
        }
    }

    @Test func aLocationThatJoinsLaterIsReadFromItsBeginning() async throws {
        var shop = FakeSquareShop.small()
        shop.addOrder("O1", at: "L1", closedAt: shop.now - .days(20), lines: [("A", "V-TEA", "1")])
        shop.put(.init("V-CAKE", object: ["present_at_all_locations": false, "present_at_location_ids": ["L2"]]), of: "I-CAKE")
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync(locations: .only(["L2"]))
            #expect(square.sink.now.sales.isEmpty)
            square.advance(by: .days(1))
            try await square.sync(locations: .all)
            #expect(square.sink.now.sales.count == 1)
            #expect(square.sink.level("V-SMALL", "L1") == .counted(Quantity(40)))
            #expect(square.sink.now.products["V-CAKE"]?.overrides == [.init(locationID: "L1", tracked: false)])
        }
    }

    @Test func closedLocationsAreToldButNotRead() async throws {
        var shop = FakeSquareShop.small()
        shop.addLocation("L3", name: "Closed", status: "INACTIVE")
        shop.addLocation("L4", name: "Odd", zone: "Mars/Olympus", status: "A_NEW_STATUS")
        shop.count("V-TEA", at: "L3", "1")
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.now.locations["L3"]?.active == false)
            #expect(square.sink.now.locations["L4"] == SourceLocation(externalID: "L4", name: "Odd", timeZone: "UTC"))
            #expect(!square.sink.now.levels.keys.contains { $0.locationID == "L3" })
            #expect(square.sink.now.skipped.map(\.object) == ["location L4"])
        }
    }

    @Test func anAccountWithoutLocationsIsSyncedAllTheSame() async throws {
        var shop = FakeSquareShop.small()
        shop.removeLocations()
        try await SquareFixture.run(shop: shop) { square in
            try await square.sync()
            #expect(square.sink.now.products.count == 4)
        }
    }

    @Test func ordersThatWereOfflineAreStillFound() async throws {
        try await SquareFixture.run { square in
            try await square.sync()
            square.advance(by: .hours(70))
            try await square.sync()
            square.fake.shop { $0.addOrder("LATE", at: "L1", closedAt: $0.now - .hours(71), lines: [("A", "V-TEA", "1")]) }
            square.advance(by: .minutes(15))
            try await square.sync()
            #expect(square.sink.now.sales.keys.sorted() == ["LATE:A"])
        }
    }
}
