import StockDomain
import StockTestSupport

/// Makes up what happens next: few products, small numbers and many buyers, so that everything gets in the way of
/// everything else, and clocks that stop right before, at and after what they are to decide.
struct HoldScript {
    private typealias Key = HoldStep.Key

    private var random: SeededGenerator
    private var model = HoldModel()
    private var orders = 0
    private var sales = 0

    private init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    static func steps(seed: UInt64, count: Int) -> [HoldStep] {
        var script = HoldScript(seed: seed)
        // All but one are counted.
        let first = script.model.levels.keys.sorted().dropLast()
        return (0..<count).map { index in
            let step = index < first.count ? .change(first[index], .set(script.stock())) : script.next()
            _ = script.model.apply(step)
            return step
        }
    }

    private mutating func next() -> HoldStep {
        switch roll(100) {
        case ..<30: return place()
        case ..<48: return .confirm(order: oneIn(5) ? lapsed() : order(), payment: [0, 0, 0, 0, 1, 1, 2][roll(7)])
        case ..<53: return .cancel(order: order())
        case ..<57: return .extend(order: order(), seconds: 1 + roll(8))
        case ..<70: return .wait(milliseconds: pause())
        case ..<79: return .expire(chunk: 1 + roll(3))
        case ..<86: return .change(key(), move())
        case ..<91: return .count(key(), oneIn(12) ? nil : stock(), secondsAgo: oneIn(3) ? roll(4) : 0)
        case ..<93:
            return .offer(product: roll(HoldModel.products), soldOutAt: Set((0..<HoldModel.locations).filter { _ in oneIn(3) }))
        case ..<95:
            if let retired = model.retired.min(), !oneIn(4) { return .bringBack(product: retired) }
            return oneIn(2) ? .retire(product: roll(HoldModel.products)) : .bringBack(product: roll(HoldModel.products))
        case ..<98: return beginSale()
        case ..<99: return .endSale(roll(sales + 1))
        default: return .restart
        }
    }

    private mutating func place() -> HoldStep {
        orders += 1
        if oneIn(5), let lapsed = model.holds[lapsed()] {
            // The buyer was too slow, and tries again before the first payment comes after all.
            return .place(
                order: orders, lines: lapsed.lines, sale: lapsed.sale, customer: lapsed.customer, seconds: 1 + roll(20))
        }
        let sale = oneIn(3) ? nil : self.sale()
        let offered = sale.flatMap { model.sales[$0]?.lines.keys.sorted() } ?? []
        let lines = (0..<[1, 1, 1, 1, 2, 3][roll(6)]).map { _ in
            HoldStep.Line(
                key: offered.isEmpty || oneIn(15) ? key() : offered[roll(offered.count)],
                quantity: oneIn(6) ? Quantity(scaled: Quantity.scale / 2 * Int64(1 + roll(4))) : Quantity(1 + roll(3)))
        }
        return .place(
            order: orders, lines: lines, sale: sale, customer: oneIn(6) ? nil : roll(2), seconds: 1 + roll(oneIn(4) ? 20 : 4))
    }

    /// One that runs, mostly.
    private mutating func sale() -> Int? {
        if oneIn(15) { return roll(sales + 1) }
        let now = model.now
        let known = model.sales.sorted { $0.key < $1.key }
        let running = known.filter { $0.value.from <= now && now < $0.value.to && $0.value.endedAt == nil }
        let choice = running.isEmpty || oneIn(8) ? known : running
        return choice.isEmpty ? nil : choice[roll(choice.count)].key
    }

    private mutating func beginSale() -> HoldStep {
        let from = [0, 0, -3, 2][roll(4)]
        let keys = Set((0..<1 + roll(3)).map { _ in key() }).sorted()
        let lines = keys.map {
            HoldStep.SaleLine(key: $0, quantity: Quantity(3 + roll(8)), limit: oneIn(3) ? nil : Quantity(1 + roll(4)))
        }
        // One of a name that is taken, now and then.
        let name = oneIn(8) ? roll(sales + 1) : sales
        sales = max(sales, name + 1)
        return .beginSale(name, from: from, to: from + roll(50), lines: lines)
    }

    private mutating func move() -> StockMove {
        switch roll(4) {
        case 0: .set(stock())
        case 1: .sell(Quantity(1 + roll(2)))
        case 2: .receive(Quantity(2 + roll(6)))
        default: .adjust(Quantity(roll(7) - 3))
        }
    }

    /// Often to the millisecond before, at or after something is due.
    private mutating func pause() -> Int {
        let due =
            model.holds.values.filter { $0.state == .held }.map(\.expiresAt).sorted()
            + model.sales.sorted { $0.key < $1.key }.flatMap { [$0.value.from, $0.value.to] }
        if !due.isEmpty, oneIn(2) { return Int(due[roll(due.count)] - model.now) + roll(3) - 1 }
        return oneIn(8) ? -roll(20_000) : roll(oneIn(4) ? 20_000 : 3_000)
    }

    /// A recent one that was given, mostly.
    private mutating func order() -> Int {
        let given = model.holds.keys.sorted().suffix(10)
        return given.isEmpty || oneIn(15) ? roll(orders + 3) : given[given.startIndex + roll(given.count)]
    }

    /// One that is paid for too late, if there is any.
    private mutating func lapsed() -> Int {
        let lapsed = model.holds.values.filter { $0.state == .expired }.map(\.order).sorted()
        return lapsed.isEmpty ? order() : lapsed[roll(lapsed.count)]
    }

    private mutating func key() -> Key { Key(product: roll(HoldModel.products), location: roll(HoldModel.locations)) }
    private mutating func stock() -> Quantity { oneIn(8) ? Quantity(scaled: Quantity.scale * 3 / 2) : Quantity(roll(10)) }
    private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }
    private mutating func oneIn(_ sides: Int) -> Bool { roll(sides) == 0 }
}
