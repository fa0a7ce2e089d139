import StockDomain

extension StoreReader {
    /// How long a hold is remembered after it ended: gateways repeat what they told of a payment for days, not months.
    package static let holdLifetime = Duration.days(90)
}

extension StoreTransaction {
    /// Forgets at most `limit` holds that ended before `cutoff`, and as many payments refused of them, which go first: of one
    /// hold they may be many. Returns whether there may be more.
    package func forgetHolds(endedBefore cutoff: Timestamp, limit: Int) throws -> Bool {
        let refused = try sql.run(ForgetStatements.refused, .int(cutoff.milliseconds), .int(limit))
        guard refused < limit else { return true }
        return try sql.run(ForgetStatements.holds, .int(cutoff.milliseconds), .int(limit)) == limit
    }

    /// Forgets at most `limit` of what customers bought in sales that were over by `cutoff` and have no holds any more.
    /// Returns how many.
    package func forgetCustomers(ofSalesBefore cutoff: Timestamp, limit: Int) throws -> Int {
        try sql.run(ForgetStatements.customers, .int(cutoff.milliseconds), .int(limit))
    }
}

private enum ForgetStatements {
    private static let ended = """
        SELECT id FROM hold WHERE state <> 'held' AND COALESCE(confirmed_at, cancelled_at, expired_at) < ?1
        ORDER BY COALESCE(confirmed_at, cancelled_at, expired_at), id LIMIT ?2
        """
    static let refused = SQL(
        """
        DELETE FROM refused_payment WHERE (hold_id, payment_ref) IN
            (SELECT hold_id, payment_ref FROM refused_payment WHERE hold_id IN (\(ended)) LIMIT ?2)
        """)
    static let holds = SQL("DELETE FROM hold WHERE id IN (\(ended))")
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
