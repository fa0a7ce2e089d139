import StockDomain

extension StoreReader {
    /// How long a hold is remembered after it ended: gateways repeat what they told of a payment for days, not months.
    package static let holdLifetime = Duration.days(90)

    /// The first hold that is too young to have ended before `cutoff`: those that may be forgotten stand before it.
    package func firstHold(from cutoff: Timestamp) throws -> Int64 {
        try sql.first(ForgetStatements.firstFrom, .int(cutoff.milliseconds)) { $0.int(0) } ?? .max
    }
}

extension StoreTransaction {
    /// Forgets at most `limit` holds that stand before `end` and ended before `cutoff`, with the payments refused of
    /// them. Returns how many.
    package func forgetHolds(endedBefore cutoff: Timestamp, before end: Int64, limit: Int) throws -> Int {
        try sql.run(ForgetStatements.holds, .int(cutoff.milliseconds), .int(end), .int(limit))
    }

    /// Forgets at most `limit` of what customers bought in sales that were over by `cutoff` and have no holds any more.
    /// Returns how many.
    package func forgetCustomers(ofSalesBefore cutoff: Timestamp, limit: Int) throws -> Int {
        try sql.run(ForgetStatements.customers, .int(cutoff.milliseconds), .int(limit))
    }
}

private enum ForgetStatements {
    static let firstFrom = SQL("SELECT id FROM hold WHERE placed_at >= ? ORDER BY id LIMIT 1")
    static let holds = SQL(
        """
        DELETE FROM hold WHERE id IN (
            SELECT id FROM hold
            WHERE id < ?2 AND state <> 'held' AND COALESCE(confirmed_at, cancelled_at, expired_at) < ?1
            ORDER BY id LIMIT ?3)
        """)
    static let customers = SQL(
        """
        DELETE FROM flash_sale_customer WHERE (sale_id, product_id, location_id, customer) IN (
            SELECT sale_id, product_id, location_id, customer FROM flash_sale_customer
            WHERE sale_id IN (
                SELECT id FROM flash_sale WHERE COALESCE(ended_at, ends_at) < ?1
                    AND NOT EXISTS (SELECT 1 FROM hold WHERE hold.sale_id = flash_sale.id))
            LIMIT ?2)
        """)
}
