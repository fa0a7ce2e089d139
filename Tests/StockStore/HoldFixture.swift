import StockDomain
@testable import StockStore
import StockTestSupport
import Testing

extension StoreFixture {
    @discardableResult
    func place(
        _ lines: (sku: String, quantity: Quantity)..., sale: String? = nil, for lifetime: Duration = .minutes(10),
        order: String = "order-1", customer: String? = nil
    ) throws -> HoldRecord {
        let draft = HoldDraft(
            lines: lines.enumerated().map {
                HoldDraft.Line(
                    sku: $1.sku, location: "store-1", quantity: $1.quantity, path: lines.count > 1 ? "lines[\($0)]." : "")
            }, sale: sale, lifetime: lifetime, orderRef: order, customer: customer)
        return try write { tx, now in try tx.placeHold(draft, tenant: "default", now: now) }
    }

    @discardableResult
    func place(_ sku: String, _ quantity: Int, sale: String? = nil, for lifetime: Duration = .minutes(10), customer: String? = nil) throws
        -> HoldRecord
    {
        try place((sku, Quantity(quantity)), sale: sale, for: lifetime, customer: customer)
    }

    /// Why nothing was held.
    func refusal(_ place: () throws -> HoldRecord) throws -> HoldRefusal {
        do {
            let hold = try place()
            Issue.record("hold \(hold.id) was placed")
            return .notHeld(hold.state)
        } catch let conflict as HoldConflict {
            return conflict.refusal
        }
    }

    @discardableResult
    func confirm(_ hold: HoldRecord, _ payment: String = "pay-1") throws -> Result<HoldRecord, RefusedPayment> {
        let tenantID = tenantID
        return try write { tx, now in
            try tx.confirmHold(hold.id, paymentRef: payment, by: "shop", tenantID: tenantID, now: now)
        }
    }

    /// Why the payment gets no goods; nil: it does.
    func refund(_ hold: HoldRecord, _ payment: String = "pay-1") throws -> PaymentRefusal? {
        if case .failure(let refused) = try confirm(hold, payment) { refused.refusal } else { nil }
    }

    @discardableResult
    func cancel(_ hold: HoldRecord, reason: String? = nil) throws -> HoldRecord {
        let tenantID = tenantID
        return try write { tx, now in try tx.cancelHold(hold.id, reason: reason, tenantID: tenantID, now: now) }
    }

    @discardableResult
    func expire(limit: Int = 500) throws -> Int {
        try write { tx, now in try tx.expireHolds(limit: limit, now: now) }
    }

    func hold(_ id: Int64) throws -> HoldRecord {
        let tenantID = tenantID
        return try write { tx, _ in try tx.hold(id, tenantID: tenantID) }
    }

    func level(_ key: LevelKey) throws -> LevelRecord {
        try #require(try write { tx, _ in try tx.level(key) })
    }

    @discardableResult
    func sale(
        _ name: String = "friday", _ lines: (sku: String, quantity: Int, limit: Int?)..., from start: Duration = .zero,
        to end: Duration = .hours(1)
    ) throws -> SaleRecord {
        let draft = SaleDraft(
            name: name, startsAt: now + start, endsAt: now + end,
            lines: lines.map {
                SaleDraft.Line(
                    sku: $0.sku, location: "store-1", quantity: Quantity($0.quantity),
                    price: Money(amount: 999, currency: "EUR"), limitPerCustomer: $0.limit.map { Quantity($0) })
            })
        let tenantID = tenantID
        return try write { tx, now in try tx.createSale(draft, tenantID: tenantID, now: now) }
    }

    func sale(_ name: String) throws -> SaleRecord {
        let tenantID = tenantID
        return try write { tx, _ in try tx.sale(name, tenantID: tenantID) }
    }

    /// What must be true at any time, whatever has happened.
    func checkHolds(sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
        let broken = try write { tx, _ in try tx.brokenHolds() }
        #expect(broken == [], sourceLocation: sourceLocation)
    }

    func events(_ prefix: String) throws -> [EventRecord] {
        try write { tx, _ in
            var all: [EventRecord] = [], cursor: Int64 = 0
            while true {
                let (page, next) = try tx.events(after: cursor, kinds: nil, tenantID: nil, limit: 100)
                if next == cursor { break }
                all += page
                cursor = next
            }
            return all.filter { $0.kind.hasPrefix(prefix) }
        }
    }

    func notices() throws -> [String] { try write { tx, _ in try tx.standingNotices().map(\.key) } }
}

extension StoreReader {
    /// Where what is held and sold is not what the holds add up to.
    func brokenHolds() throws -> [String] {
        // What came before in the same commit is counted at its end.
        try sql.writeTallies()
        return try sql.all(BrokenHolds.statement) { $0.text(0) }
    }
}

private enum BrokenHolds {
    static let statement = SQL(HoldInvariants.sql)
}
