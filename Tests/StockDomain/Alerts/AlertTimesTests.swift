import StockDomain
import Testing

@Suite struct AlertTimesTests {
    private func spread(_ seconds: [Int]) -> Spread? {
        AlertTimes(seconds.map { .init(severity: .low, locationID: 1, took: .seconds($0)) }).all
    }

    /// By hand: the p-th percentile of n stands at ⌈p/100 · n⌉.
    @Test(arguments: [
        ([7], 7, 7), ([3, 1], 1, 3), ([5, 1, 3], 3, 5), ([4, 3, 2, 1], 2, 4), ([15, 20, 35, 40, 50], 35, 50),
        (Array(1...10), 5, 9), (Array(1...11), 6, 10), (Array(1...100).reversed(), 50, 90), ([2, 2, 2, 9], 2, 9),
    ] as [([Int], Int, Int)])
    func percentilesAreTimesThatOccurred(seconds: [Int], median: Int, p90: Int) {
        let spread = spread(seconds)
        #expect(spread?.median == .seconds(median))
        #expect(spread?.p90 == .seconds(p90))
        #expect(spread?.count == seconds.count)
    }

    @Test func meansAreRoundedToTheMillisecond() {
        let times = [1, 1, 2].map { AlertTimes.Entry(severity: .low, locationID: 1, took: .milliseconds($0)) }
        #expect(AlertTimes(times).all?.mean == .milliseconds(1))
        #expect(spread([1, 2])?.mean == .milliseconds(1500))
    }

    @Test func nothingHasNoSpread() {
        #expect(spread([]) == nil)
        #expect(AlertTimes([]).spreads(by: \.severity).isEmpty)
    }

    @Test func countsAClockThatWasSetBackAsNoTime() {
        #expect(spread([-5, 4])?.median == .zero)
    }

    @Test func keepsGroupsApart() {
        let times = AlertTimes([
            .init(severity: .out, locationID: 1, took: .seconds(9)), .init(severity: .low, locationID: 1, took: .seconds(1)),
            .init(severity: .out, locationID: 2, took: .seconds(3)), .init(severity: .out, locationID: 2, took: .seconds(5)),
        ])
        let bySeverity = times.spreads(by: \.severity)
        #expect(bySeverity[.out]?.median == .seconds(5) && bySeverity[.out]?.count == 3)
        #expect(bySeverity[.low]?.p90 == .seconds(1))
        #expect(bySeverity[.critical] == nil)
        #expect(times.spreads(by: \.locationID)[2]?.mean == .seconds(4))
    }
}
