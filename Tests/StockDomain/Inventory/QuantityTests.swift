import FoundationEssentials
import StockDomain
import StockTestSupport
import Testing

@Suite struct QuantityTests {
    @Test(arguments: [
        ("79", 7_900_000), ("2.75", 275_000), ("-2.50000", -250_000), ("0.00001", 1), ("+3", 300_000),
        ("1.5000000", 150_000), ("-0", 0),
    ] as [(String, Int64)])
    func readsExactDecimals(text: String, scaled: Int64) throws {
        #expect(try #require(Quantity(text)).scaled == scaled)
    }

    @Test(arguments: [
        "", "-", ".", "1.", "1e3", "0.000001", "1,5", "1000000001", "99999999999999999999", "٣", " 1",
        // Around the largest and smallest Int64, before and after scaling.
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "92233720368547.75807", "92233720368547.75808", "92233720368547758.08",
    ])
    func refusesEverythingElse(text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test(arguments: ["0", "4", "-2.5", "0.00001", "1000000000", "-999999999.99999"])
    func printsTheShortestExactForm(text: String) throws {
        #expect(try #require(Quantity(text)).description == text)
    }

    @Test func isTheSameAsADecimal() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let digits = Int64.random(in: -100_000_000_000_000...100_000_000_000_000, using: &random)
            let quantity = Quantity(scaled: digits / [1, 10, 1000, 100_000, 1_000_000_000].randomElement(using: &random)!)
            #expect(quantity.decimal == Decimal(quantity.scaled) / 100_000)
            #expect(quantity.decimal.description == quantity.description)
            #expect(Quantity(quantity.decimal) == quantity)
        }
    }
}
