import StockDomain
import Testing

@Suite struct StockConversionTests {
    @Test(arguments: [("2", "1", "5", "10"), ("0.4", "1", "5", "2"), ("-1", "1", "5", "-5"), ("1", "3", "1", "0.33333"),
        ("-1", "3", "1", "-0.33334"), ("0", "7", "3", "0")])
    func countsOfTheStockedProductBecomeUnitsForSale(count: String, stocked: String, sold: String, expected: String) throws {
        let conversion = try #require(
            StockConversion(stockedID: "B", stocked: Quantity(stocked)!, sold: Quantity(sold)!))
        #expect(conversion.convert(Quantity(count)!) == Quantity(expected)!)
    }

    @Test func resultsBeyondTheLimitAreRefusedInsteadOfOverflowing() throws {
        let huge = try #require(
            StockConversion(stockedID: "B", stocked: Quantity(scaled: 1), sold: Quantity.limit))
        #expect(huge.convert(Quantity.limit) == nil)
        #expect(huge.convert(-Quantity.limit) == nil)
        #expect(huge.convert(Quantity(scaled: 1)) == Quantity.limit)
    }

    @Test func aConversionNeedsAmountsAboveZero() {
        #expect(StockConversion(stockedID: "B", stocked: .zero, sold: Quantity(1)) == nil)
        #expect(StockConversion(stockedID: "B", stocked: Quantity(1), sold: Quantity(-1)) == nil)
    }
}
