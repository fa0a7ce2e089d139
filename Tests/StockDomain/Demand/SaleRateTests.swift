import StockDomain
import Testing

@Suite struct SaleRateTests {
    private let now = Timestamp(milliseconds: 1_800_000_000_000)

    private func rate(_ sold: Int, known: Duration, outages: [(from: Int64, to: Int64)] = []) -> Quantity? {
        SaleRate(
            sold: Quantity(sold), known: now - known,
            outages: outages.map { (now - .days($0.from))..<(now - .days($0.to)) }, now: now)?.unitsPerDay
    }

    @Test func dividesBy28DaysOrByWhatIsKnown() {
        #expect(rate(56, known: .days(400)) == Quantity(2))
        #expect(rate(56, known: .days(14)) == Quantity(4))
        #expect(rate(3, known: .hours(23)) == nil)
    }

    @Test func leavesDaysWithoutStockOut() {
        #expect(rate(28, known: .days(90), outages: [(20, 6)]) == Quantity(2))
        #expect(rate(28, known: .days(90), outages: [(100, 14)]) == Quantity(2))
        #expect(rate(5, known: .days(90), outages: [(100, 0)]) == nil)
    }

    @Test func returnsBeyondSalesAreNoDemand() {
        #expect(rate(-5, known: .days(28)) == .zero)
    }

    @Test func tellsHowLongStockLasts() {
        let rate = SaleRate(unitsPerDay: Quantity(4))
        #expect(rate.daysUntilStockout(onHand: Quantity(10)) == 2.5)
        #expect(rate.daysUntilStockout(onHand: Quantity(-1)) == 0)
        #expect(SaleRate(unitsPerDay: .zero).daysUntilStockout(onHand: Quantity(10)) == nil)
    }
}
