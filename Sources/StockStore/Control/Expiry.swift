import StockDomain

/// What is past its lifetime, found once before it is forgotten in small transactions.
package struct Expired: Hashable, Sendable {
    fileprivate var now: Timestamp
    fileprivate var cutoff: Timestamp
    /// The last event to go. Events go from the first on without a gap: watchers are told from where on they have all.
    fileprivate var lastEvent: Int64
}

extension StoreReader {
    /// How long resolved alerts with their timelines, finished deliveries, resolved notices, outages, silences and escalations that are
    /// over, what is known of files, and the audit are kept: a year, and so long after it that the same season can be looked up.
    package static let recordLifetime = Duration.days(400)
    /// By its id, a sale is known for so long.
    static let saleLifetime = Duration.days(120)
    /// Watchers can come back for so long.
    package static let eventLifetime = Duration.days(7)

    package func expired(now: Timestamp) throws -> Expired {
        Expired(
            now: now, cutoff: now - StoreReader.recordLifetime,
            lastEvent: try lastEvent(before: now - StoreReader.eventLifetime, now: now))
    }

    /// The last of the events that are older than `cutoff` and stand before all that are younger. One that is dated in the
    /// future says nothing: the clock was ahead then.
    private func lastEvent(before cutoff: Timestamp, now: Timestamp) throws -> Int64 {
        let young =
            try sql.first(ExpiryStatements.firstEvent, .int(cutoff.milliseconds), .int(now.milliseconds)) { $0.int(0) } ?? .max
        return try sql.first(ExpiryStatements.lastEvent, .int(young), .int(cutoff.milliseconds)) { $0.int(0) } ?? 0
    }
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
        _ = try remove(ExpiryStatements.sales, .int((expired.now - StoreReader.saleLifetime).milliseconds), .int(limit))
        _ = try remove(ExpiryStatements.outages, .int(expired.cutoff.milliseconds), .int(limit))
        if try forgetEvents(through: expired.lastEvent, limit: limit) { more = true }
        if try forgetAudit(before: expired.cutoff, now: expired.now, limit: limit) { more = true }
        if try forgetFormer(before: expired.cutoff, limit: limit) { more = true }

        // A delivery goes when all that it told is gone: a digest may have told of thousands.
        let items = try remove(ExpiryStatements.items, .int(expired.cutoff.milliseconds), .int(limit))
        if items < limit { _ = try remove(ExpiryStatements.deliveries, .int(expired.cutoff.milliseconds), .int(limit)) }
        let timelines = try remove(ExpiryStatements.timelines, .int(expired.cutoff.milliseconds), .int(limit))
        if timelines < limit { _ = try remove(ExpiryStatements.alerts, .int(expired.cutoff.milliseconds), .int(limit)) }
        _ = try remove(ExpiryStatements.summaries, .int(expired.cutoff.milliseconds), .int(limit))
        _ = try remove(ExpiryStatements.notices, .int(expired.cutoff.milliseconds), .int(limit))
        for statement in [ExpiryStatements.silences, ExpiryStatements.steps, ExpiryStatements.escalations, ExpiryStatements.files] {
            _ = try remove(statement, .int(expired.cutoff.milliseconds), .int(limit))
        }
        if try forgetInbox(before: expired.cutoff, limit: limit) >= limit { more = true }
        return more
    }

    /// Forgets the first events up to `last`, at most `limit`. Movements stay, but are no longer handed to watchers. Returns
    /// whether there may be more.
    private func forgetEvents(through last: Int64, limit: Int) throws -> Bool {
        var floor: Int64 = 0
        var count = 0
        try sql.execute(ExpiryStatements.oldestEvents, [.int(last), .int(limit)]) { row in
            floor = row.int(0)
            count += 1
            return true
        }
        guard count > 0 else { return false }
        try keepSetting(StoreReader.eventFloor, String(floor))
        try sql.run(ExpiryStatements.events, .int(floor))
        return count == limit
    }
}

private enum ExpiryStatements {
    static let firstEvent = SQL("SELECT id FROM event WHERE at >= ?1 AND at <= ?2 ORDER BY id LIMIT 1")
    static let lastEvent = SQL("SELECT id FROM event WHERE id < ? AND at < ? ORDER BY id DESC LIMIT 1")

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
    static let oldestEvents = SQL("SELECT id FROM event WHERE id <= ? ORDER BY id LIMIT ?")
    static let events = SQL("DELETE FROM event WHERE id <= ?")

    /// The first so many to go. Dead ones stay: somebody has to decide about them.
    private static let finished = """
        SELECT id FROM delivery WHERE state IN ('sent', 'dropped') AND created_at < ?1 ORDER BY created_at, id LIMIT ?2
        """
    static let items = SQL(
        """
        DELETE FROM delivery_alert WHERE (delivery_id, alert_id) IN
            (SELECT delivery_id, alert_id FROM delivery_alert WHERE delivery_id IN (\(finished)) LIMIT ?2)
        """)
    static let deliveries = SQL("DELETE FROM delivery WHERE id IN (\(finished))")
    private static let over = """
        SELECT id FROM alert WHERE state = 'resolved' AND resolved_at < ?1
            AND NOT EXISTS (SELECT 1 FROM delivery_alert WHERE alert_id = alert.id)
        ORDER BY resolved_at, id LIMIT ?2
        """
    static let timelines = SQL(
        """
        DELETE FROM alert_event WHERE (alert_id, seq) IN
            (SELECT alert_id, seq FROM alert_event WHERE alert_id IN (\(over)) LIMIT ?2)
        """)
    static let alerts = SQL("DELETE FROM alert WHERE id IN (\(over))")
    static let summaries = SQL(
        """
        DELETE FROM summary_day WHERE (tenant_id, day) IN
            (SELECT tenant_id, day FROM summary_day WHERE at < ?1
                AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.tenant_id = summary_day.tenant_id
                    AND delivery.summary_day = summary_day.day) LIMIT ?2)
        """)
    static let silences = SQL(
        """
        DELETE FROM silence WHERE id IN
            (SELECT id FROM silence WHERE COALESCE(expired_at, ends_at) < ?1 ORDER BY COALESCE(expired_at, ends_at) LIMIT ?2)
        """)
    /// Those that alerts still follow stay, as they are followed to their end.
    private static let unset = """
        SELECT id FROM escalation WHERE unset_at < ?1
            AND id NOT IN (SELECT escalation_id FROM alert WHERE state <> 'resolved' AND escalation_id IS NOT NULL)
        ORDER BY id LIMIT ?2
        """
    static let steps = SQL("DELETE FROM escalation_step WHERE escalation_id IN (\(unset))")
    static let escalations = SQL("DELETE FROM escalation WHERE id IN (\(unset))")
    /// By the time of the last to go, and not by their keys, for which SQLite looks through all files of a source.
    static let files = SQL(
        """
        DELETE FROM csv_file WHERE recorded_at <= (SELECT MAX(recorded_at) FROM
            (SELECT recorded_at FROM csv_file WHERE recorded_at < ?1 ORDER BY recorded_at LIMIT ?2) AS old)
        """)
    static let notices = SQL(
        """
        DELETE FROM notice WHERE id IN
            (SELECT id FROM notice WHERE resolved_at IS NOT NULL AND resolved_at < ?1
                AND NOT EXISTS (SELECT 1 FROM delivery WHERE notice_id = notice.id) ORDER BY resolved_at, id LIMIT ?2)
        """)
}
