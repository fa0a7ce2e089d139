import StockDomain
@testable import StockStore
import StockTestSupport

/// One transaction of a test. It leaves a trace of each of its parts, so that half of it is told from all of it.
struct Act: Sendable {
    enum Kind: Sendable {
        case count(level: Int, Int)
        case sale(level: Int, Int)
        case receipt(level: Int, Int)
        case transfer(from: Int, to: Int, Int)
        case contact(addresses: Int)
        case deliver
        /// Writes as a transfer does, and then finds a reason against it.
        case refused(from: Int, to: Int, Int)
    }

    /// In order of being queued.
    let number: Int
    let kind: Kind

    var name: String { "act-\(number)" }

    static func any(number: Int, levels: Int, using random: inout SeededGenerator) -> Act {
        let level = Int.random(in: 0..<levels, using: &random), other = Int.random(in: 0..<levels, using: &random)
        let quantity = Int.random(in: 0...30, using: &random)
        let kind: Kind =
            switch Int.random(in: 0..<16, using: &random) {
            case 0..<4: .count(level: level, quantity * 2)
            case 4..<8: .sale(level: level, quantity)
            case 8..<10: .receipt(level: level, quantity)
            case 10..<12: .transfer(from: level, to: other, quantity)
            case 12: .contact(addresses: 1 + quantity % 3)
            case 13..<15: .deliver
            default: .refused(from: level, to: other, quantity)
            }
        return Act(number: number, kind: kind)
    }

    func perform(in tx: StoreTransaction, on shop: Shop) throws {
        let now = shop.now + .seconds(Int64(number))
        func change(_ change: StockChange, _ level: Int) throws {
            let key = shop.levels[level]
            try tx.change(
                change, productID: key.productID, locationID: key.locationID,
                origin: MovementOrigin(by: "test", reason: name, at: now), now: now)
        }
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
            _ = try tx.createContact(name, enabled: false, addresses: records, tenantID: shop.tenantID)
        case .deliver:
            var random = SeededGenerator(seed: UInt64(number))
            for delivery in try tx.claim(.email, limit: 3, lease: .minutes(2), now: now) {
                _ = try tx.complete(delivery.id, lease: delivery.lease, .sent(reference: name), now: now, using: &random)
            }
        }
        try tx.recordReply(
            tenantID: shop.tenantID, method: "act", key: name, paramsHash: "", reply: "{}", now: now)
        if case .refused = kind { throw StoreError.conflict("test", "\(name) is refused") }
    }

    /// How much there is of it in the database when it is done.
    var traces: Traces {
        switch kind {
        case .count, .sale, .receipt: Traces(replies: 1, movements: 1)
        case .transfer: Traces(replies: 1, movements: 2)
        case .contact(let addresses): Traces(replies: 1, addresses: addresses)
        case .deliver: Traces(replies: 1)
        case .refused: Traces()
        }
    }

    /// What it makes of the units on hand, by level.
    func apply(to stock: inout [Int]) {
        switch kind {
        case .count(let level, let quantity): stock[level] = quantity
        case .sale(let level, let quantity): stock[level] -= quantity
        case .receipt(let level, let quantity): stock[level] += quantity
        case .transfer(let from, let to, let quantity):
            stock[from] -= quantity
            stock[to] += quantity
        case .contact, .deliver, .refused: break
        }
    }
}

struct Traces: Hashable, Sendable {
    var replies = 0
    var movements = 0
    var addresses = 0
}
