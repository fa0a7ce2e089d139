import StockDomain
import StockPOS
import StockTestSupport
import Testing

@Suite struct SquareSyncTests {
    @Test func theFirstRunReadsLocationsCatalogueCountsAndOrders() async throws {
        try await SquareFixture.run { square in
            square.fake.shop {
                $0.addOrder("O1", at: "L1", closedAt: $0.now - .days(3), lines: [("A", "V-SMALL", "2"), ("B", "V-TEA", "1")])
                $0.addOrder("O2", at: "L2", closedAt: $0.now - .days(40), lines: [("A", "V-SMALL", "9")])
                $0.addOrder(
                    "O3", at: "L1", closedAt: $0.now - .hours(1), lines: [], returns: [("R1", "V-SMALL", "1")])
            }
            try await square.sync()
            let seen = square.sink.now
            #expect(seen.locations["L2"] == SourceLocation(externalID: "L2", name: "Station", timeZone: "Europe/London"))
            #expect(
                seen.products["V-SMALL"]
                    == SourceProduct(
                        externalID: "V-SMALL", sku: "COF-S", name: "Coffee, Small", category: "Drinks",
                        price: Money(amount: 350, currency: "USD"), alertThreshold: Quantity(5)))
            #expect(seen.products["V-TEA"]?.name == "Tea")
            #expect(seen.products["V-CAKE"]?.sku == "square-V-CAKE")
            #expect(square.sink.level("V-LARGE", "L1") == .counted(Quantity("2.75")!))
            #expect(square.sink.level("V-TEA", "L2") == .counted(Quantity("-2.5")!))
            #expect(seen.sales.mapValues(\.quantity) == ["O1:A": Quantity(2), "O1:B": Quantity(1), "O3:return:R1": Quantity(-1)])
            #expect(seen.sales["O1:A"]?.key == SourceLevelKey(productID: "V-SMALL", locationID: "L1"))
            #expect(seen.skipped.isEmpty)
            #expect(seen.phases == ["locations", "catalogue", "counts", "zeros", "orders"])
            #expect(square.fake.requests.allSatisfy { $0.status == 200 })
        }
    }

    @Test func laterRunsReadOnlyWhatChanged() async throws {
        try await SquareFixture.run { square in
            try await square.sync()
            square.advance(by: .minutes(30))
            try await square.sync()
            square.fake.forgetRequests()
            square.advance(by: .minutes(30))
            square.fake.shop { $0.adjust("V-SMALL", at: "L1", by: "-3", other: "SOLD") }
            square.advance(by: .minutes(1))
            try await square.sync()
            #expect(square.sink.level("V-SMALL", "L1") == .counted(Quantity(37)))
            #expect(square.fake.requests.map(\.objects).reduce(0, +) == 2 + 1)
        }
    }
}
