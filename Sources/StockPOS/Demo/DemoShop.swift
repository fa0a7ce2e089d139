import Foundation
import StockDomain

/// The simulation: what is on the shelves, and what happens to it as time passes. A value; the same seed and the same
/// steps give the same shop.
struct DemoShop: Sendable {
    /// Of history before the first sync.
    static let historyDays = 35
    /// A shop that was away for longer goes on from there: nobody wants to watch it catch up for a year.
    private static let longestCatchUp: Duration = .days(14)
    /// Expected sales over the hours of a day, midnight first; open from 7 to 22, with a peak at noon and one after work.
    private static let hours: [Double] = [
        0, 0, 0, 0, 0, 0, 0, 3, 5, 6, 7, 9, 10, 8, 6, 6, 8, 10, 9, 6, 4, 3, 0, 0,
    ]
    /// Monday first; the average is 1.
    private static let weekdays: [Double] = [0.8, 0.8, 0.9, 1.0, 1.3, 1.4, 0.8]
    /// Local hours at which the van comes.
    private static let deliveryHours = [7, 11, 15, 19]

    /// All that a bookmark has to carry.
    struct State: Codable, Sendable {
        enum Phase: String, Codable, Sendable { case history, counts, live }

        var version = 1
        var phase = Phase.history
        var random: DemoRandom
        /// Of the first sync, in milliseconds: it makes the ids of sales unique to this shop.
        var openedAt: Int64
        /// Up to where time has been simulated.
        var now: Int64
        var sales: Int64 = 0
        /// In portions, shelf by shelf.
        var onHand: [Int]
        /// When the van comes for a shelf; 0 where nothing is ordered.
        var arrivals: [Int64]
    }

    /// What happened in a step.
    struct Happenings: Sendable {
        var sales: [SourceSale] = []
        /// Shelves whose stock changed.
        var changed: Set<Int> = []
        /// Portions that the van brought, by shelf.
        var delivered: [Int: Int] = [:]
    }

    let catalogue: DemoCatalogue
    private let zones: [TimeZone]
    private(set) var state: State

    init(catalogue: DemoCatalogue, seed: UInt64, openedAt: Timestamp) {
        let opened = openedAt.milliseconds
        self.init(
            catalogue: catalogue,
            state: State(
                random: DemoRandom(state: seed ^ 0x5EED), openedAt: opened,
                now: opened - Duration.days(Int64(Self.historyDays)).milliseconds,
                onHand: catalogue.shelves.map(\.initial), arrivals: catalogue.shelves.map { _ in 0 }))
    }

    init(catalogue: DemoCatalogue, state: State) {
        self.catalogue = catalogue
        self.state = state
        zones = DemoCatalogue.locations.map { TimeZone(identifier: $0.timeZone) ?? .gmt }
    }

    var now: Timestamp { Timestamp(milliseconds: state.now) }

    func onHand(_ shelf: Int) -> Quantity {
        Quantity(scaled: Int64(state.onHand[shelf]) * catalogue.products[catalogue.shelves[shelf].product].portion.scaled)
    }

    /// A count of each of `shelves` as of now.
    func counts(of shelves: some Sequence<Int>) -> [SourceCount] {
        shelves.map { index in
            let shelf = catalogue.shelves[index]
            let value: SourceCount.Value =
                switch shelf.keeping {
                case .untracked: .untracked
                case .uncounted: .unknown
                case .well, .late, .oversold: .counted(onHand(index))
                }
            return SourceCount(key: catalogue.key(of: shelf), value: value, countedAt: now)
        }
    }

    /// The sales of the next day of history, and whether more are to come. Stock stays as it is: history ends where the
    /// shelves stand now.
    mutating func nextDayOfHistory() -> (sales: [SourceSale], more: Bool) {
        let day: Duration = .days(1)
        let end = min(state.now + day.milliseconds, state.openedAt)
        var sales: [SourceSale] = []
        let dates = zones.map { now.day(in: $0) }
        for (index, shelf) in catalogue.shelves.enumerated() {
            let zone = zones[shelf.location], date = dates[shelf.location]
            let sold = state.random.poisson(shelf.rate * Self.weekdays[date.weekday - 1])
            guard sold > 0 else { continue }
            let minutes = 7 * 60 + Int(state.random.next(upperBound: UInt64(15 * 60)))
            let at = min(Timestamp(date, minutes: minutes, in: zone), Timestamp(milliseconds: end))
            sales.append(sale(index, sold, at))
        }
        state.now = end
        if end >= state.openedAt { state.phase = .counts }
        return (sales, state.phase == .history)
    }

    mutating func open() { state.phase = .live }

    /// Lets time pass until `until`; nothing happens if it has passed already.
    mutating func advance(to until: Timestamp) -> Happenings {
        var happenings = Happenings()
        guard until > now else { return happenings }
        if until - now > Self.longestCatchUp { state.now = (until - Self.longestCatchUp).milliseconds }
        while now < until {
            // A slice lies within one hour of every zone: offsets are whole quarters of an hour.
            let quarter: Int64 = 15 * 60_000
            let end = min((state.now.flooredQuotient(quarter) + 1) * quarter, until.milliseconds)
            let hours = Double(end - state.now) / 3_600_000
            let shares = zones.map { share(in: $0) * hours }
            for index in catalogue.shelves.indices { pass(index, shares, until: end, into: &happenings) }
            state.now = end
        }
        return happenings
    }

    /// `shares`: of a day's sales, location by location.
    private mutating func pass(_ index: Int, _ shares: [Double], until end: Int64, into happenings: inout Happenings) {
        let shelf = catalogue.shelves[index]
        let tracked = shelf.keeping != .untracked && shelf.keeping != .uncounted
        if tracked, state.arrivals[index] != 0, state.arrivals[index] <= end {
            let brought = max(1, shelf.fillTo - state.onHand[index])
            state.onHand[index] += brought
            state.arrivals[index] = 0
            happenings.delivered[index, default: 0] += brought
            happenings.changed.insert(index)
        }
        let wanted = state.random.poisson(shelf.rate * shares[shelf.location])
        let floor = shelf.keeping == .oversold ? -3 : 0
        let sold = tracked ? max(0, min(wanted, state.onHand[index] - floor)) : wanted
        if sold > 0 {
            happenings.sales.append(sale(index, sold, Timestamp(milliseconds: end)))
            if tracked {
                state.onHand[index] -= sold
                happenings.changed.insert(index)
            }
        }
        if tracked, state.arrivals[index] == 0, state.onHand[index] <= shelf.reorderAt {
            state.arrivals[index] = arrival(after: Timestamp(milliseconds: end) + shelf.leadTime, at: shelf.location).milliseconds
        }
    }

    /// What share of an average day's sales the present hour sees.
    private func share(in zone: TimeZone) -> Double {
        let local = state.now + Int64(zone.secondsFromGMT(for: now.date)) * 1000
        let hour = Int(local.flooredRemainder(86_400_000) / 3_600_000)
        return Self.weekdays[now.day(in: zone).weekday - 1] * Self.hours[hour] / 100
    }

    private func arrival(after earliest: Timestamp, at location: Int) -> Timestamp {
        let zone = zones[location]
        let day = earliest.day(in: zone)
        let candidates = Self.deliveryHours.map { Timestamp(day, minutes: $0 * 60, in: zone) }
        return candidates.first { $0 >= earliest } ?? Timestamp(day + 1, minutes: Self.deliveryHours[0] * 60, in: zone)
    }

    private mutating func sale(_ index: Int, _ portions: Int, _ at: Timestamp) -> SourceSale {
        let shelf = catalogue.shelves[index]
        state.sales += 1
        return SourceSale(
            externalID: "demo-\(state.openedAt)-\(state.sales)", key: catalogue.key(of: shelf),
            quantity: Quantity(scaled: Int64(portions) * catalogue.products[shelf.product].portion.scaled), soldAt: at)
    }
}
