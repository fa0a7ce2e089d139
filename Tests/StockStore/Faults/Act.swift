import StockDomain
@testable import StockStore
import StockTestSupport

/// One transaction of a test. It leaves a trace of each of its parts, so that half of it is told from all of it.
struct Act: Sendable {
    struct Order: Sendable {
        let number: Int
        let level: Int
        let quantity: Int
        let inSale: Bool

        var name: String { "act-\(number)" }
    }

    enum Kind: Sendable {
        case count(level: Int, Int)
        case sale(level: Int, Int)
        case receipt(level: Int, Int)
        case transfer(from: Int, to: Int, Int)
        case contact(addresses: Int)
        case deliver
        case place(Order)
        case confirm(Order)
        case cancel(Order)
        case expire
        /// Writes as a transfer does, and then finds a reason against it.
        case refused(from: Int, to: Int, Int)
    }

    /// In order of being queued.
    let number: Int
    let kind: Kind

    var name: String { "act-\(number)" }

    /// For a reason of its own.
    var mayBeRefused: Bool {
        switch kind {
        case .place, .refused: true
        default: false
        }
    }

    func perform(in tx: StoreTransaction, on shop: Shop) throws {
        let now = shop.now + .seconds(Int64(number))
        func change(_ change: StockChange, _ level: Int) throws {
            let key = shop.levels[level].key
            try tx.change(
                change, productID: key.productID, locationID: key.locationID,
                origin: MovementOrigin(by: "test", reason: name, at: now), now: now)
        }
        var answer = "done"
        switch kind {
        case .count(let level, let quantity): try change(.count(Quantity(quantity)), level)
        case .sale(let level, let quantity): try change(.sale(Quantity(quantity)), level)
        case .receipt(let level, let quantity): try change(.receipt(Quantity(quantity)), level)
        case .transfer(let from, let to, let quantity), .refused(let from, let to, let quantity):
            try change(.sale(Quantity(quantity)), from)
            try change(.receipt(Quantity(quantity)), to)
        case .contact(let addresses):
            let records = (0..<addresses).map {
                AddressRecord(
                    kind: .email, value: "\(name)-\($0)@example.com", preferences: AddressPreferences(minSeverity: .low))
            }
            // Nobody is told by it: what is to be delivered does not grow with the number of contacts.
            _ = try tx.createContact(name, enabled: false, addresses: records, tenantID: shop.tenantID, now: now)
        case .deliver:
            var random = SeededGenerator(seed: UInt64(number))
            for delivery in try tx.claim(.email, limit: 3, lease: .minutes(2), now: now) {
                _ = try tx.complete(delivery, .sent(reference: name), now: now, using: &random)
            }
        case .place(let order):
            let level = shop.levels[order.level]
            let line = HoldDraft.Line(sku: level.sku, location: level.location, quantity: Quantity(order.quantity))
            _ = try tx.placeHold(
                HoldDraft(
                    lines: [line], sale: order.inSale ? Shop.sale : nil, lifetime: .minutes(2), orderRef: name,
                    customer: "customer-\(number % 5)"), tenant: "default", now: now)
        case .confirm(let order):
            answer = "none"
            guard let hold = try hold(of: order, in: tx, shop) else { break }
            let paid = try tx.confirmHold(hold.id, paymentRef: name, by: "test", tenantID: shop.tenantID, now: now)
            if case .success = paid { answer = "confirmed" } else { answer = "refunded" }
        case .cancel(let order):
            answer = "none"
            guard let hold = try hold(of: order, in: tx, shop), hold.state == .held else { break }
            _ = try tx.cancelHold(hold.id, reason: name, tenantID: shop.tenantID, now: now)
            answer = "cancelled"
        case .expire:
            _ = try tx.expireHolds(limit: 3, now: now)
        }
        try tx.recordReply(
            tenantID: shop.tenantID, method: "act", key: name, paramsHash: "", reply: answer, now: now)
        if case .refused = kind { throw StoreError.conflict("test", "\(name) is refused") }
    }

    private func hold(of order: Order, in tx: StoreTransaction, _ shop: Shop) throws -> HoldRecord? {
        try tx.holds(HoldFilter(tenantID: shop.tenantID, orderRef: order.name), before: nil, limit: 1).first
    }

    /// Whether `traces` are all that it leaves.
    func isWhole(_ traces: Traces) -> Bool {
        var all = Traces(reply: "done")
        switch kind {
        case .count, .sale, .receipt: all.movements = 1
        case .transfer: all.movements = 2
        case .contact(let addresses): all.addresses = addresses
        case .deliver, .expire: break
        case .place: all.holds = 1
        case .confirm, .cancel:
            all.reply = traces.reply
            switch traces.reply {
            case "confirmed": all.payments = 1
            case "refunded": all.refunds = 1
            case "cancelled": all.cancellations = 1
            case "none": break
            default: return false
            }
        case .refused: return false
        }
        return traces == all
    }

    /// What it makes of the units on hand, by level, having left these traces.
    func apply(to stock: inout [Int], _ traces: Traces) {
        switch kind {
        case .count(let level, let quantity): stock[level] = quantity
        case .sale(let level, let quantity): stock[level] -= quantity
        case .receipt(let level, let quantity): stock[level] += quantity
        case .transfer(let from, let to, let quantity):
            stock[from] -= quantity
            stock[to] += quantity
        case .confirm(let order): stock[order.level] -= traces.payments * order.quantity
        case .contact, .deliver, .place, .cancel, .expire, .refused: break
        }
    }
}

/// What there is of an act in a database.
struct Traces: Hashable, Sendable {
    var reply: String?
    var movements = 0
    var addresses = 0
    var holds = 0
    var payments = 0
    var refunds = 0
    var cancellations = 0
}

/// What happens next, in a shop of some levels: each act knows those before it.
struct Acts {
    private var number = 0
    private var orders: [Act.Order] = []

    mutating func next(_ count: Int, in shop: Shop, using random: inout SeededGenerator) -> [Act] {
        (0..<count).map { _ in next(in: shop, using: &random) }
    }

    private mutating func next(in shop: Shop, using random: inout SeededGenerator) -> Act {
        number += 1
        return Act(number: number, kind: kind(levels: shop.levels.count, using: &random))
    }

    private mutating func kind(levels: Int, using random: inout SeededGenerator) -> Act.Kind {
        let level = Int.random(in: 0..<levels, using: &random), other = Int.random(in: 0..<levels, using: &random)
        let quantity = Int.random(in: 0...20, using: &random)
        switch Int.random(in: 0..<24, using: &random) {
        case 0..<3: return .count(level: level, quantity * 3)
        case 3..<5: return .sale(level: level, quantity / 4)
        case 5..<8: return .receipt(level: level, quantity)
        case 8..<10: return .transfer(from: level, to: other, quantity)
        case 10: return .contact(addresses: 1 + quantity % 3)
        case 11..<13: return .deliver
        case 13: return .refused(from: level, to: other, quantity)
        case 14: return .expire
        case 15..<20:
            // Every other one takes part in the sale, which is of the first level.
            let order = Act.Order(
                number: number, level: quantity % 2 == 0 ? 0 : level, quantity: 1 + quantity / 4, inSale: quantity % 2 == 0)
            orders.append(order)
            return .place(order)
        case let which:
            guard let order = orders.suffix(6).randomElement(using: &random) else { return .deliver }
            return which < 23 ? .confirm(order) : .cancel(order)
        }
    }
}
