import StockDomain
@testable import StockStore

/// What holds and sales are to do, as plainly as it can be said. It keeps no sum of anything: what is held, sold or used
/// up is added up from the holds whenever it is asked for, so it cannot be forgotten on any path.
struct HoldModel {
    typealias Key = HoldStep.Key

    struct Level {
        var onHand = Quantity.zero
        /// nil: nobody knows how much is there.
        var countedAt: Int64?
        /// Off sale at the point of sale, whose counts wait in `kept` meanwhile.
        var soldOut = false
        var kept: Quantity?
        var movements: Int64 = 0
        var demand = Quantity.zero
    }

    struct Sale {
        var from, to: Int64
        var endedAt: Int64?
        var lines: [Key: HoldStep.SaleLine]
    }

    static let products = 3, locations = 2

    var now: Int64 = 0
    var levels: [Key: Level] = [:]
    var retired: Set<Int> = []
    var sales: [Int: Sale] = [:]
    var holds: [Int: HoldView] = [:]
    var lifetimes: [Int: Int64] = [:]
    /// What was announced of each hold, and how often each level came to be at risk.
    var events: [Int: [String]] = [:]
    var risks: [Key: Int] = [:]

    init() {
        for product in 0..<Self.products {
            for location in 0..<Self.locations { levels[Key(product: product, location: location)] = Level() }
        }
    }

    // MARK: What there is

    func sum(_ key: Key, _ states: HoldState..., sale: Int? = nil, customer: Int? = nil) -> Quantity {
        var sum = Quantity.zero
        for hold in holds.values where states.contains(hold.state) {
            if let sale, hold.sale != sale { continue }
            if let customer, hold.customer != customer { continue }
            for line in hold.lines where line.key == key { sum += line.quantity }
        }
        return sum
    }

    func available(_ key: Key, sale: Int?) -> Quantity {
        var available = levels[key]!.onHand - sum(key, .held)
        if let sale, let line = sales[sale]?.lines[key] {
            available = min(available, line.quantity - sum(key, .held, .confirmed, sale: sale))
        }
        return max(.zero, available)
    }

    /// What the customer may still have; nil: any amount.
    func allowance(_ key: Key, sale: Int?, customer: Int?) -> Quantity? {
        guard let sale, let limit = sales[sale]?.lines[key]?.limit else { return nil }
        return limit - sum(key, .held, .confirmed, sale: sale, customer: customer)
    }

    func tracking(_ key: Key) -> Tracking {
        let level = levels[key]!
        return retired.contains(key.product) ? .untracked : level.countedAt == nil && !level.soldOut ? .unknown : .tracked
    }

    /// Where nobody holds anything, nothing is at risk, however far below nothing the stock is.
    func isAtRisk(_ key: Key) -> Bool {
        let held = sum(key, .held)
        return held > .zero && held > levels[key]!.onHand
    }

    func view(_ order: Int) -> HoldView {
        var hold = holds[order]!
        hold.atRisk = hold.state == .held && hold.lines.contains { isAtRisk($0.key) }
        hold.refunds.sort { ($0.at, $0.payment) < ($1.at, $1.payment) }
        return hold
    }

    // MARK: What happens

    mutating func apply(_ step: HoldStep) -> HoldOutcome {
        let before = levels.keys.filter(isAtRisk)
        let outcome = perform(step)
        for key in levels.keys where isAtRisk(key) && !before.contains(key) { risks[key, default: 0] += 1 }
        return outcome
    }

    private mutating func perform(_ step: HoldStep) -> HoldOutcome {
        switch step {
        case .place(let order, let lines, let sale, let customer, let seconds):
            return place(order, lines, sale: sale, customer: customer, seconds: seconds)
        case .confirm(let order, let payment): return confirm(order, payment)
        case .cancel(let order): return cancel(order)
        case .extend(let order, let seconds): return extend(order, seconds)
        case .wait(let milliseconds): now += Int64(milliseconds)
        case .expire: return expire()
        case .change(let key, let move): return change(key, move)
        case .count(let key, let quantity, let seconds): count(key, quantity, at: now - Int64(seconds) * 1000)
        case .offer(let product, let soldOutAt):
            retired.remove(product)
            for location in 0..<Self.locations {
                offer(Key(product: product, location: location), soldOut: soldOutAt.contains(location))
            }
        case .retire(let product): retired.insert(product)
        case .bringBack(let product): return retired.remove(product) == nil ? .conflict("exists") : .done
        case .beginSale(let sale, let from, let to, let lines): return beginSale(sale, from, to, lines)
        case .endSale(let sale):
            guard let found = sales[sale] else { return .unknown("sale") }
            if found.endedAt == nil, now < found.to { sales[sale]!.endedAt = now }
        case .restart: break
        }
        return .done
    }

    private mutating func place(
        _ order: Int, _ lines: [HoldStep.Line], sale: Int?, customer: Int?, seconds: Int
    ) -> HoldOutcome {
        if let sale {
            guard let found = sales[sale] else { return .unknown("sale") }
            if found.endedAt != nil || now >= found.to { return .refused("sale_ended", available: nil, nil) }
            if now < found.from { return .refused("sale_not_started", available: nil, nil) }
        }
        for (index, line) in lines.enumerated() {
            if let sale {
                guard let offered = sales[sale]!.lines[line.key] else { return .unknown("sku") }
                if offered.limit != nil, customer == nil { return .invalid("customer") }
            }
            if lines[..<index].contains(where: { $0.key == line.key }) { return .invalid("sku") }
            if retired.contains(line.key.product) { return .refused("product_retired", available: nil, line.key) }
            if tracking(line.key) != .tracked { return .refused("not_tracked", available: nil, line.key) }
            let available = available(line.key, sale: sale)
            if available < line.quantity { return .refused("insufficient_stock", available: available, line.key) }
            if let allowed = allowance(line.key, sale: sale, customer: customer), allowed < line.quantity {
                return .refused("customer_limit", available: max(.zero, allowed), line.key)
            }
        }
        let lifetime = Int64(seconds) * 1000
        let remaining = lines.map { available($0.key, sale: sale) - $0.quantity }
        holds[order] = HoldView(
            order: order, state: .held, lines: lines, remaining: remaining, sale: sale, customer: customer, placedAt: now,
            expiresAt: now + lifetime)
        lifetimes[order] = lifetime
        events[order] = ["hold.placed"]
        return .hold(view(order))
    }

    private mutating func confirm(_ order: Int, _ payment: Int) -> HoldOutcome {
        guard var hold = holds[order] else { return .unknown(nil) }
        if let before = hold.refunds.first(where: { $0.payment == payment }) { return .refund(before) }
        switch hold.state {
        case .confirmed:
            if hold.payment == payment { return .hold(view(order)) }
            return refund(order, payment, .alreadyConfirmed)
        case .cancelled:
            return refund(order, payment, .holdCancelled)
        case .held:
            for (index, line) in hold.lines.enumerated() where levels[line.key]!.onHand < line.quantity {
                return refund(order, payment, .insufficientStock, max(.zero, levels[line.key]!.onHand), index)
            }
            hold.late = now >= hold.expiresAt
        case .expired:
            for (index, line) in hold.lines.enumerated() {
                let available = available(line.key, sale: hold.sale)
                if available < line.quantity { return refund(order, payment, .insufficientStock, available, index) }
                if let allowed = allowance(line.key, sale: hold.sale, customer: hold.customer), allowed < line.quantity {
                    return refund(order, payment, .customerLimit, max(.zero, allowed), index)
                }
            }
            hold.late = true
        }
        for line in hold.lines {
            levels[line.key]!.onHand = levels[line.key]!.onHand - line.quantity
            levels[line.key]!.movements += 1
            levels[line.key]!.demand += line.quantity
        }
        hold.state = .confirmed
        hold.confirmedAt = now
        hold.payment = payment
        holds[order] = hold
        events[order]!.append("hold.confirmed")
        return .hold(view(order))
    }

    private mutating func refund(
        _ order: Int, _ payment: Int, _ reason: RefundReason, _ available: Quantity = .zero, _ line: Int? = nil
    ) -> HoldOutcome {
        let refund = RefundView(payment: payment, reason: reason, available: available, line: line, at: now)
        holds[order]!.refunds.append(refund)
        events[order]!.append("hold.refund_due")
        return .refund(refund)
    }

    private mutating func cancel(_ order: Int) -> HoldOutcome {
        guard let hold = holds[order] else { return .unknown(nil) }
        if hold.state == .cancelled { return .hold(view(order)) }
        guard hold.state == .held else { return .refused("hold_not_held", available: nil, nil) }
        holds[order]!.state = .cancelled
        holds[order]!.cancelledAt = now
        events[order]!.append("hold.cancelled")
        return .hold(view(order))
    }

    private mutating func extend(_ order: Int, _ seconds: Int) -> HoldOutcome {
        guard let hold = holds[order] else { return .unknown(nil) }
        guard hold.state == .held else { return .refused("hold_not_held", available: nil, nil) }
        lifetimes[order] = Int64(seconds) * 1000
        holds[order]!.expiresAt = now + Int64(seconds) * 1000
        events[order]!.append("hold.extended")
        return .hold(view(order))
    }

    /// One that began in what is now the future gets its time from now; all that are due then expire, and no other.
    private mutating func expire() -> HoldOutcome {
        var count = 0
        for (order, hold) in holds where hold.state == .held {
            if hold.expiresAt - lifetimes[order]! > now { holds[order]!.expiresAt = now + lifetimes[order]! }
            guard holds[order]!.expiresAt <= now else { continue }
            holds[order]!.state = .expired
            holds[order]!.expiredAt = now
            events[order]!.append("hold.expired")
            count += 1
        }
        return .expired(count)
    }

    private mutating func change(_ key: Key, _ move: StockMove) -> HoldOutcome {
        if retired.contains(key.product) { return .conflict("retired") }
        var level = levels[key]!
        level.countedAt = level.countedAt ?? now
        switch move {
        case .set(let quantity): (level.onHand, level.countedAt) = (quantity, now)
        case .sell(let quantity):
            level.onHand = level.onHand - quantity
            level.demand += quantity
        case .receive(let quantity), .adjust(let quantity): level.onHand += quantity
        }
        level.soldOut = false
        level.kept = nil
        level.movements += 1
        levels[key] = level
        return .done
    }

    private mutating func count(_ key: Key, _ quantity: Quantity?, at: Int64) {
        if retired.contains(key.product) { return }
        if let last = levels[key]!.countedAt, at < last, last <= now + StoreTransaction.clockSkew.milliseconds { return }
        levels[key]!.countedAt = quantity == nil ? nil : at
        guard let quantity else { return }
        if levels[key]!.soldOut { levels[key]!.kept = quantity } else { settle(key, quantity) }
    }

    private mutating func offer(_ key: Key, soldOut: Bool) {
        guard levels[key]!.soldOut != soldOut else { return }
        levels[key]!.soldOut = soldOut
        if soldOut {
            levels[key]!.kept = levels[key]!.countedAt == nil ? nil : levels[key]!.onHand
            settle(key, .zero)
        } else {
            settle(key, levels[key]!.kept ?? .zero)
            levels[key]!.kept = nil
        }
    }

    /// What a source says again is no movement.
    private mutating func settle(_ key: Key, _ quantity: Quantity) {
        if levels[key]!.onHand != quantity { levels[key]!.movements += 1 }
        levels[key]!.onHand = quantity
    }

    private mutating func beginSale(_ sale: Int, _ from: Int, _ to: Int, _ lines: [HoldStep.SaleLine]) -> HoldOutcome {
        if to <= from || to <= 0 { return .invalid("ends_at") }
        if sales[sale] != nil { return .conflict("exists") }
        if lines.contains(where: { retired.contains($0.key.product) }) { return .conflict("product_retired") }
        sales[sale] = Sale(
            from: now + Int64(from) * 1000, to: now + Int64(to) * 1000,
            lines: Dictionary(uniqueKeysWithValues: lines.map { ($0.key, $0) }))
        return .done
    }
}
