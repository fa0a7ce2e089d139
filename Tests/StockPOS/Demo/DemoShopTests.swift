import FoundationEssentials
import StockDomain
import Testing

@testable import StockPOS

@Suite struct DemoShopTests {
    /// A Wednesday.
    static let opening = Timestamp(rfc3339: "2026-05-06T12:00:00Z")!

    private func opened(seed: UInt64) -> DemoShop {
        var shop = DemoShop(catalogue: DemoCatalogue(seed: seed), seed: seed, openedAt: Self.opening)
        while shop.nextDayOfHistory().more {}
        shop.open()
        return shop
    }

    private func severity(_ shelf: Int, of shop: DemoShop) -> Severity? {
        let product = shop.catalogue.products[shop.catalogue.shelves[shelf].product]
        switch shop.catalogue.shelves[shelf].keeping {
        case .untracked, .uncounted: return nil
        case .well, .late, .oversold: break
        }
        let own = product.alertThreshold.map { [ThresholdSetting(scope: .source, low: .quantity(Quantity($0)))] } ?? []
        return Thresholds.resolve(own, par: nil, rate: nil, defaults: ThresholdDefaults()).severity(onHand: shop.onHand(shelf))
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func showsEverySeverityFromTheStart(seed: UInt64) {
        let shop = opened(seed: seed)
        var counts: [Severity?: Int] = [:]
        for shelf in shop.catalogue.shelves.indices { counts[severity(shelf, of: shop), default: 0] += 1 }
        for severity in [Severity.low, .critical, .out] { #expect((2...12).contains(counts[severity] ?? 0), "\(severity)") }
        #expect(counts[.healthy]! > 380)
        #expect(counts[Optional<Severity>.none]! >= 8)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func everyCountFollowsFromSalesAndDeliveries(seed: UInt64) {
        var shop = opened(seed: seed)
        var steps = DemoRandom(state: seed)
        var ids: Set<String> = []
        let positions = Dictionary(
            uniqueKeysWithValues: shop.catalogue.shelves.enumerated().map { (shop.catalogue.key(of: $1), $0) })
        for _ in 0..<100 {
            let before = shop
            let until = shop.now + .minutes(Int64.random(in: 0...400, using: &steps))
            let happenings = shop.advance(to: until)
            #expect(shop.now == until)
            var expected = before.catalogue.shelves.indices.map { before.onHand($0) }
            for sale in happenings.sales {
                let shelf = positions[sale.key]!
                let sound = sale.quantity > .zero && sale.soldAt > before.now && sale.soldAt <= until
                #expect(sound && ids.insert(sale.externalID).inserted, "\(sale)")
                if severity(shelf, of: shop) != nil { expected[shelf] = expected[shelf] - sale.quantity }
            }
            for (shelf, portions) in happenings.delivered {
                let portion = shop.catalogue.products[shop.catalogue.shelves[shelf].product].portion
                expected[shelf] += Quantity(scaled: portion.scaled * Int64(portions))
            }
            let actual = shop.catalogue.shelves.indices.map { shop.onHand($0) }
            #expect(actual == expected)
            let wrong = shop.catalogue.shelves.indices.filter { shelf in
                let floor = shop.catalogue.shelves[shelf].keeping == .oversold ? Quantity(-3) : .zero
                return actual[shelf] < floor
                    || actual[shelf] != before.onHand(shelf) && !happenings.changed.contains(shelf)
            }
            #expect(wrong.isEmpty)
        }
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func alertsComeAndGoAtACalmPace(seed: UInt64) {
        var shop = opened(seed: seed)
        let days = 14
        var worse = 0, recovered = 0
        var last = shop.catalogue.shelves.indices.map { severity($0, of: shop) }
        for _ in 0..<days * 48 {
            _ = shop.advance(to: shop.now + .minutes(30))
            for shelf in last.indices {
                let now = severity(shelf, of: shop)
                guard let before = last[shelf], let after = now, before != after else { continue }
                if after > before { worse += 1 } else if after == .healthy { recovered += 1 }
                last[shelf] = now
            }
        }
        #expect((2 * days...10 * days).contains(worse + recovered), "\(worse) worse, \(recovered) recovered in \(days) days")
        #expect(recovered >= days / 2)
    }

    @Test func sellsMoreOnSaturdaysThanOnMondaysAndNothingAtNight() {
        var shop = DemoShop(catalogue: DemoCatalogue(seed: 3), seed: 3, openedAt: Self.opening)
        var byWeekday = [Double](repeating: 0, count: 8)
        var days: Set<Day> = []
        var more = true
        while more {
            let (sales, rest) = shop.nextDayOfHistory()
            more = rest
            for sale in sales {
                let day = sale.soldAt.day(in: .gmt)
                days.insert(day)
                byWeekday[day.weekday] += sale.quantity.approximate
            }
        }
        #expect(days.count >= 35 && days.max()! <= Self.opening.day(in: .gmt))
        #expect(byWeekday[6] > 1.3 * byWeekday[1])

        shop.open()
        // From 3 to 5 in the morning in New York, and midnight to 2 in Los Angeles.
        _ = shop.advance(to: Timestamp(rfc3339: "2026-05-08T07:00:00Z")!)
        #expect(shop.advance(to: Timestamp(rfc3339: "2026-05-08T09:00:00Z")!).sales.isEmpty)
    }

    @Test func aClockThatStandsOrGoesBackChangesNothing() {
        var shop = opened(seed: 1)
        _ = shop.advance(to: shop.now + .hours(5))
        let before = shop.now
        for back in [Duration.zero, .seconds(1), .days(400)] {
            let happenings = shop.advance(to: before - back)
            #expect(happenings.sales.isEmpty && happenings.changed.isEmpty)
            #expect(shop.now == before)
        }
    }

    @Test func aLongAbsenceIsNotCaughtUpWithInFull() {
        var shop = opened(seed: 1)
        let later = shop.now + .days(4000)
        let happenings = shop.advance(to: later)
        #expect(shop.now == later)
        #expect(happenings.sales.allSatisfy { $0.soldAt > later - .days(15) })
    }
}

