import StockDomain

/// A hold as people are shown it.
package struct HoldRecord: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package var key: LevelKey
        package var sku: String
        package var name: String
        package var location: String
        package var quantity: Quantity
        /// In the sale that it was bought in.
        package var price: Money?
        /// What could still be held right after this was.
        package var remaining: Quantity
    }

    package var id: Int64
    package var tenantID: Int64
    package var tenant: String
    package var state: HoldState
    package var orderRef: String
    package var customer: String?
    package var saleID: Int64?
    package var sale: String?
    package var placedAt: Timestamp
    /// From placing it, or from when it was last extended, until it expires.
    package var lifetime: Duration
    package var expiresAt: Timestamp
    package var confirmedAt: Timestamp?
    package var cancelledAt: Timestamp?
    package var expiredAt: Timestamp?
    package var cancelReason: String?
    package var paymentRef: String?
    package var late = false
    /// Held, and less is there of a line than is held of it in all.
    package var atRisk = false
    package var lines: [Line] = []
    /// Of the payments that were refused the last that came, at most `shownRefusals`, newest first.
    package var refused: [RefusedPayment] = []
    /// All of them.
    package var refusedCount = 0

    /// A gateway that is out of its mind sends a payment a second for days: all are kept, and nobody reads all of them in
    /// each reply.
    package static let shownRefusals = 100
}

/// A payment that came for a hold and could not be given goods.
package struct RefusedPayment: Error, Hashable, Sendable {
    package var holdID: Int64
    package var paymentRef: String
    package var at: Timestamp
    package var refusal: PaymentRefusal
    /// Of the line that fell short.
    package var sku: String?
    package var location: String?
}

/// Why a hold is not given, extended or cancelled, and the line that is to blame.
package struct HoldConflict: Error, Hashable, CustomStringConvertible, Sendable {
    package var refusal: HoldRefusal
    package var sku: String?
    package var location: String?
    /// For operators: names the place and the fix.
    package var description: String
}

extension StoreReader {
    package func hold(_ id: Int64, tenantID: Int64?) throws -> HoldRecord {
        guard let found = try sql.first(HoldStatements.byID, .int(id), .int(tenantID), map: holdRecord) else {
            throw StoreError.notFound("there is no hold \(id); those that ended are kept for 90 days")
        }
        return try withLines(found)
    }

    /// When the next hold expires.
    package func nextHoldExpiry() throws -> Timestamp? {
        try sql.first(HoldStatements.nextExpiry) { $0.optionalInt(0) }?.map(Timestamp.init(milliseconds:))
    }

    /// Payments refused of a hold, newest first, from before that one.
    package func refusedPayments(
        of id: Int64, tenantID: Int64, before: (at: Timestamp, paymentRef: String)?, limit: Int
    ) throws -> [RefusedPayment] {
        let hold = try hold(id, tenantID: tenantID)
        let before = before ?? (Timestamp(milliseconds: .max), "")
        return try sql.all(
            HoldStatements.refused, .int(id), .int(before.at.milliseconds), .text(before.paymentRef), .int(limit)
        ) { refusedPayment($0, of: id, hold.lines) }
    }

    /// `lines`: of the hold, or none where nobody asks which line fell short.
    func refusedPayment(_ paymentRef: String, of id: Int64, _ lines: [HoldRecord.Line] = []) throws -> RefusedPayment? {
        try sql.first(HoldStatements.refusedOne, .int(id), .text(paymentRef)) { refusedPayment($0, of: id, lines) }
    }

    private func refusedPayment(_ row: any SQLRow, of id: Int64, _ lines: [HoldRecord.Line]) -> RefusedPayment {
        let index = row.optionalInt(4).map(Int.init)
        let line = index.flatMap { lines.indices.contains($0) ? lines[$0] : nil }
        return RefusedPayment(
            holdID: id, paymentRef: row.text(0), at: Timestamp(milliseconds: row.int(1)),
            refusal: PaymentRefusal(
                reason: RefundReason(rawValue: row.text(2)) ?? .insufficientStock, available: Quantity(scaled: row.int(3)),
                line: index), sku: line?.sku, location: line?.location)
    }

    func withLines(_ hold: HoldRecord) throws -> HoldRecord {
        var hold = hold
        var atRisk = false
        try sql.execute(HoldStatements.lines, [.int(hold.id), .int(hold.saleID)]) { row in
            let currency = row.text(8)
            hold.lines.append(
                HoldRecord.Line(
                    key: LevelKey(productID: row.int(0), locationID: row.int(1)), sku: row.text(2), name: row.text(3),
                    location: row.text(4), quantity: Quantity(scaled: row.int(5)),
                    price: row.optionalInt(7).map { Money(amount: $0, currency: currency) },
                    remaining: Quantity(scaled: row.int(6))))
            if row.bool(9) { atRisk = true }
            return true
        }
        hold.atRisk = atRisk && hold.state == .held
        // Which is seldom.
        guard hold.refusedCount > 0 else { return hold }
        hold.refused = try sql.all(
            HoldStatements.refused, .int(hold.id), .int(Int64.max), .text(""), .int(HoldRecord.shownRefusals)
        ) { [lines = hold.lines, id = hold.id] in refusedPayment($0, of: id, lines) }
        return hold
    }

    func holdRecord(_ row: any SQLRow) -> HoldRecord {
        func instant(_ column: Int) -> Timestamp? { row.optionalInt(column).map(Timestamp.init(milliseconds:)) }
        return HoldRecord(
            id: row.int(0), tenantID: row.int(1), tenant: row.text(2), state: HoldState(rawValue: row.text(3)) ?? .held,
            orderRef: row.text(4), customer: row.optionalText(5), saleID: row.optionalInt(6), sale: row.optionalText(7),
            placedAt: Timestamp(milliseconds: row.int(8)), lifetime: .milliseconds(row.int(9)),
            expiresAt: Timestamp(milliseconds: row.int(10)), confirmedAt: instant(11), cancelledAt: instant(12),
            expiredAt: instant(13), cancelReason: row.optionalText(14), paymentRef: row.optionalText(15), late: row.bool(16),
            refusedCount: Int(row.int(17)))
    }
}

extension StoreTransaction {
    /// That so many more are held, for `StoreCounts`.
    func countHeld(_ n: Int, tenantID: Int64) throws { try count("holds_held", by: n, tenantID: tenantID) }
}

enum HoldStatements {
    static let select = """
        SELECT hold.id, hold.tenant_id, tenant.name, hold.state, order_ref, customer, sale_id, flash_sale.name, placed_at,
            lifetime, expires_at, confirmed_at, cancelled_at, expired_at, cancel_reason, payment_ref, late,
            hold.refused
        FROM hold JOIN tenant ON tenant.id = hold.tenant_id LEFT JOIN flash_sale ON flash_sale.id = sale_id
        """
    static let byID = SQL(select + " WHERE hold.id = ?1 AND (?2 IS NULL OR hold.tenant_id = ?2)")
    static let lines = SQL(
        """
        SELECT hold_line.product_id, hold_line.location_id, sku, product.name, location.name, hold_line.quantity,
            remaining, flash_sale_line.price, flash_sale_line.currency, level.held > level.on_hand
        FROM hold_line JOIN product ON product.id = hold_line.product_id
        JOIN location ON location.id = hold_line.location_id
        JOIN level ON level.product_id = hold_line.product_id AND level.location_id = hold_line.location_id
        LEFT JOIN flash_sale_line ON flash_sale_line.sale_id = ?2
            AND flash_sale_line.product_id = hold_line.product_id AND flash_sale_line.location_id = hold_line.location_id
        WHERE hold_id = ?1 ORDER BY hold_line.seq
        """)
    static let refused = SQL(
        """
        SELECT payment_ref, at, reason, available, line FROM refused_payment
        WHERE hold_id = ?1 AND (at, payment_ref) < (?2, ?3) ORDER BY at DESC, payment_ref DESC LIMIT ?4
        """)
    static let refusedOne = SQL(
        "SELECT payment_ref, at, reason, available, line FROM refused_payment WHERE hold_id = ? AND payment_ref = ?")
    static let nextExpiry = SQL("SELECT MIN(expires_at) FROM hold WHERE state = 'held'")
}
