import StockDomain
import StockPOS
import StockTestSupport
import Testing

/// A run that dies, at whatever page and however often, must leave what an undisturbed one leaves.
@Suite struct SquareResumeTests {
    @Test(arguments: 1...12)
    func dyingAtEveryPageChangesNothing(seed: UInt64) async throws {
        let undisturbed = try await outcome(of: seed) { square in try await square.sync() }
        let disturbed = try await outcome(of: seed) { square in
            var attempts = 0
            while true {
                square.sink.crash(after: 1)
                do {
                    try await square.sync()
                    break
                } catch is RecordingSink.Crash {
                    attempts += 1
                    try #require(attempts < 500)
                }
            }
            square.sink.crash(after: nil)
        }
        #expect(undisturbed == disturbed)
    }

    @Test(arguments: 1...8)
    func whatChangesWhileRunsDieIsCaughtUpWith(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed &+ 1000)
        try await SquareFixture.run(shop: .random(&random)) { square in
            for _ in 0..<12 {
                square.sink.crash(after: Int.random(in: 0...6, using: &random))
                do { try await square.sync() } catch is RecordingSink.Crash {}
                let minutes = Int64.random(in: 1...40, using: &random)
                square.fake.shop { shop in
                    shop.now = shop.now + .minutes(minutes)
                    shop.mutate(&random)
                }
            }
            square.sink.crash(after: nil)
            square.advance(by: .minutes(20))
            try await square.sync()

            let fresh = RecordingSink()
            try await square.source().sync(resume: nil, into: fresh, now: square.fake.shop { $0.now })
            let truth = fresh.now
            #expect(square.sink.now.products.filter { !$0.value.deleted } == truth.products)
            for product in truth.products.keys {
                for location in truth.locations.keys {
                    #expect(square.sink.level(product, location) == fresh.level(product, location), "\(product) at \(location)")
                }
            }
            #expect(square.sink.now.sales == truth.sales)
            let counted = square.fake.shop { shop in Set(shop.history) }
            #expect(Set(square.sink.now.zeros).isSubset(of: counted), "a zero was believed that nobody counted")
        }
    }

    struct Outcome: Equatable {
        var locations: [String: StockDomain.SourceLocation]
        var products: [String: SourceProduct]
        var levels: [SourceLevelKey: RecordingSink.Level]
        var sales: [String: SourceSale]
    }

    private func outcome(of seed: UInt64, _ sync: (SquareFixture) async throws -> Void) async throws -> Outcome {
        var random = SeededGenerator(seed: seed)
        let shop = FakeSquareShop.random(&random)
        var result: Outcome?
        try await SquareFixture.run(shop: shop) { square in
            for _ in 0..<3 {
                try await sync(square)
                square.fake.shop { shop in
                    shop.now = shop.now + .minutes(45)
                    for _ in 0..<5 { shop.mutate(&random) }
                }
            }
            try await sync(square)
            let seen = square.sink.now
            result = Outcome(locations: seen.locations, products: seen.products, levels: seen.levels, sales: seen.sales)
        }
        return try #require(result)
    }
}

extension FakeSquareShop {
    /// Levels that were counted or moved, whatever they are now.
    var history: [SourceLevelKey] {
        changesMade.map { SourceLevelKey(productID: $0.variation, locationID: $0.location) }
    }

    static func random(_ random: inout SeededGenerator) -> FakeSquareShop {
        var shop = FakeSquareShop.small()
        shop.pageLimit = Int.random(in: 1...5, using: &random)
        shop.hasNewShapes = Bool.random(using: &random)
        shop.now = shop.now - .days(1)
        for _ in 0..<30 { shop.mutate(&random) }
        shop.now = SquareFixture.start
        return shop
    }

    /// One thing that a shop does.
    mutating func mutate(_ random: inout SeededGenerator) {
        let variation = "V-\(Int.random(in: 0..<8, using: &random))"
        let item = "I-\(Int.random(in: 0..<3, using: &random))"
        let place = locationIDs.randomElement(using: &random)!
        let exists = holds(variation)
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1:
            let tracked: Bool? = [true, true, false, nil].randomElement(using: &random)!
            let soldOut: [SquareJSON] = Bool.random(using: &random) ? [] : [["location_id": .string(place), "sold_out": true]]
            if holds(item) {
                // A variation never moves to another item.
                let home = exists ? parent(of: variation) ?? item : item
                put(.init(variation, name: "\(now.milliseconds)", tracked: tracked, overrides: soldOut), of: home)
            } else {
                addItem(item, name: item, category: "C-DRINKS", variations: [])
            }
        case 2: addItem(item, name: "\(item) of \(now)", category: "C-DRINKS", variations: [])
        case 3: if exists { delete(variation) }
        case 4: if Int.random(in: 0..<3, using: &random) == 0 { addCategory("C-DRINKS", name: "Drinks \(now)") }
        case 5, 6: if exists { count(variation, at: place, "\(Int.random(in: 0...3, using: &random))") }
        case 7, 8: if exists { adjust(variation, at: place, by: "\([-2, -1, 1].randomElement(using: &random)!)", other: "SOLD") }
        case 9: if exists, !hasCount(variation, place) { claimZero(variation, at: place) }
        default:
            addOrder(
                "O-\(Int.random(in: 0..<1_000_000, using: &random))", at: place,
                closedAt: now - .minutes(Int64.random(in: 0...4000, using: &random)),
                lines: [("A", variation, "\(Int.random(in: 1...5, using: &random))")])
        }
    }
}
