import StockDomain

/// Where what is past its lifetime ends, found once before it is forgotten in small transactions.
package struct Expired: Hashable, Sendable {
    fileprivate var now: Timestamp
    fileprivate var cutoff: Timestamp
    /// Everything before these numbers was made before the cutoff. What was made later is not even looked at, and so
    /// nothing is searched for what is not there.
    fileprivate var deliveriesBefore: Int64
    fileprivate var alertsBefore: Int64
    fileprivate var noticesBefore: Int64
}

extension StoreReader {
    /// How long resolved alerts with their timelines, finished deliveries, resolved notices and outages are kept: a year,
    /// and so long after it that the same season can be looked up.
    package static let recordLifetime = Duration.days(400)
    /// A source sends a sale again for no longer than this.
    private static let saleLifetime = Duration.days(120)
    /// Watchers can come back for so long.
    package static let eventLifetime = Duration.days(7)

    package func expired(now: Timestamp) throws -> Expired {
        let cutoff = now - StoreReader.recordLifetime
        func end(_ statement: SQL) throws -> Int64 {
            try sql.first(statement, .int(cutoff.milliseconds)) { $0.int(0) } ?? .max
        }
        return Expired(
            now: now, cutoff: cutoff, deliveriesBefore: try end(ExpiryStatements.firstDelivery),
            alertsBefore: try end(ExpiryStatements.firstAlert), noticesBefore: try end(ExpiryStatements.firstNotice))
    }

    fileprivate static func lastSold(_ now: Timestamp) -> Timestamp { now - saleLifetime }
}

extension StoreTransaction {
    /// Forgets at most `limit` of each kind of what is past its lifetime and what nothing that stays refers to. Returns
    /// whether there may be more: the caller goes on in further transactions, between which others have their turn.
    package func forget(_ expired: Expired, limit: Int) throws -> Bool {
        var more = false
        func remove(_ statement: SQL, _ values: SQLValue...) throws -> Int {
            let count = try sql.execute(statement, values) { _ in true }
            if count >= limit { more = true }
            return count
        }
        _ = try remove(
            ExpiryStatements.replies, .int((expired.now - StoreTransaction.replyLifetime).milliseconds), .int(limit))
        _ = try remove(ExpiryStatements.sales, .int(StoreReader.lastSold(expired.now).milliseconds), .int(limit))
        _ = try remove(ExpiryStatements.outages, .int(expired.cutoff.milliseconds), .int(limit))
        if try forgetEvents(before: expired.now - StoreReader.eventLifetime, limit: limit) { more = true }

        // A delivery goes when all that it told is gone: a digest may have told of thousands.
        let items = try remove(ExpiryStatements.items, .int(expired.deliveriesBefore), .int(limit))
        if items < limit { _ = try remove(ExpiryStatements.deliveries, .int(expired.deliveriesBefore), .int(limit)) }
        let timelines = try remove(
            ExpiryStatements.timelines, .int(expired.alertsBefore), .int(expired.cutoff.milliseconds), .int(limit))
        if timelines < limit {
            _ = try remove(
                ExpiryStatements.alerts, .int(expired.alertsBefore), .int(expired.cutoff.milliseconds), .int(limit))
        }
        _ = try remove(
            ExpiryStatements.notices, .int(expired.noticesBefore), .int(expired.cutoff.milliseconds), .int(limit))
        return more
    }

    /// Forgets the oldest events from before `cutoff`. Movements stay, but are no longer handed to watchers. Returns
    /// whether there may be more.
    @discardableResult
    package func forgetEvents(before cutoff: Timestamp, limit: Int = 1000) throws -> Bool {
        var floor: Int64 = 0
        var count = 0
        try sql.execute(ExpiryStatements.oldestEvents, [.int(limit)]) { row in
            guard row.int(1) < cutoff.milliseconds else { return false }
            floor = row.int(0)
            count += 1
            return true
        }
        guard count > 0 else { return false }
        try sql.run(ExpiryStatements.setFloor, .text(String(floor)))
        try sql.run(ExpiryStatements.events, .int(floor))
        return count == limit
    }
}

private enum ExpiryStatements {
    static let firstDelivery = SQL("SELECT id FROM delivery WHERE created_at >= ? ORDER BY id LIMIT 1")
    static let firstAlert = SQL("SELECT id FROM alert WHERE opened_at >= ? ORDER BY id LIMIT 1")
    static let firstNotice = SQL("SELECT id FROM notice WHERE opened_at >= ? ORDER BY id LIMIT 1")

    static let replies = SQL(
        """
        DELETE FROM recorded_reply WHERE (tenant_id, method, key) IN
            (SELECT tenant_id, method, key FROM recorded_reply WHERE at <= ?1 ORDER BY at LIMIT ?2)
        """)
    static let sales = SQL(
        """
        DELETE FROM sale WHERE (source_id, external_id) IN
            (SELECT source_id, external_id FROM sale WHERE sold_at < ?1 ORDER BY sold_at LIMIT ?2)
        """)
    static let outages = SQL(
        """
        DELETE FROM outage WHERE (product_id, location_id, began_at) IN
            (SELECT product_id, location_id, began_at FROM outage WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2)
        """)
    static let oldestEvents = SQL("SELECT id, at FROM event ORDER BY id LIMIT ?")
    static let setFloor = SQL(
        """
        INSERT INTO meta (key, value) VALUES ('event_floor', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """)
    static let events = SQL("DELETE FROM event WHERE id <= ?")

    /// Dead ones stay: somebody has to decide about them.
    private static let finished = "SELECT id FROM delivery WHERE id < ?1 AND state IN ('sent', 'dropped')"
    static let items = SQL(
        """
        DELETE FROM delivery_alert WHERE (delivery_id, alert_id) IN
            (SELECT delivery_id, alert_id FROM delivery_alert WHERE delivery_id < ?1 AND delivery_id IN (\(finished)) LIMIT ?2)
        """)
    static let deliveries = SQL("DELETE FROM delivery WHERE id IN (\(finished) ORDER BY id LIMIT ?2)")
    private static let over = """
        SELECT id FROM alert WHERE id < ?1 AND state = 'resolved' AND resolved_at < ?2
            AND NOT EXISTS (SELECT 1 FROM delivery_alert WHERE alert_id = alert.id)
        """
    static let timelines = SQL(
        """
        DELETE FROM alert_event WHERE (alert_id, seq) IN
            (SELECT alert_id, seq FROM alert_event WHERE alert_id < ?1 AND alert_id IN (\(over)) LIMIT ?3)
        """)
    static let alerts = SQL("DELETE FROM alert WHERE id IN (\(over) ORDER BY id LIMIT ?3)")
    static let notices = SQL(
        """
        DELETE FROM notice WHERE id IN
            (SELECT id FROM notice WHERE id < ?1 AND resolved_at < ?2
                AND NOT EXISTS (SELECT 1 FROM delivery WHERE notice_id = notice.id) ORDER BY id LIMIT ?3)
        """)
}
