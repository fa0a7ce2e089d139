import StockDomain

extension StoreReader {
    func window(_ productID: Int64, _ locationID: Int64) throws -> SuppressionWindow? {
        try sql.first(WindowStatements.window, .int(productID), .int(locationID)) { row in
            SuppressionWindow(
                severity: Severity(rawValue: Int(row.int(0))) ?? .low, notifiedAt: Timestamp(milliseconds: row.int(1)),
                until: Timestamp(milliseconds: row.int(2)))
        }
    }
}

extension StoreTransaction {
    func saveWindow(_ window: SuppressionWindow, _ productID: Int64, _ locationID: Int64) throws {
        try sql.run(
            WindowStatements.saveWindow, .int(productID), .int(locationID), .int(window.severity.rawValue),
            .int(window.notifiedAt.milliseconds), .int(window.until.milliseconds))
    }

    /// Undoes the window of an alert's product there where nobody gets what opened it, after all: it was held back until the
    /// alert was over, was dropped, or has died. What the window has held back since is looked at anew, and whoever comes to
    /// want to hear of the alert is told.
    func closeUntoldWindow(of alertID: Int64, now: Timestamp) throws {
        guard try sql.run(WindowStatements.closeUntold, .int(alertID)) > 0 else { return }
        try sql.run(WindowStatements.lookAgain, .int(alertID), .int(now.milliseconds))
        try sql.run(WindowStatements.lastNotified, .int(alertID))
        commit.heldBack = true
    }

    /// What had died and is retried tells of its alerts now: their windows begin with it, but for those that what others have
    /// heard had opened.
    func openWindowAgain(by delivery: Int64, now: Timestamp) throws {
        try sql.run(
            WindowStatements.openAgain, .int(delivery), .int(now.milliseconds), .int((now + policy.suppress).milliseconds))
        try sql.run(WindowStatements.notifiedAgain, .int(delivery), .int(now.milliseconds))
    }
}

private enum WindowStatements {
    static let window = SQL(
        "SELECT severity, notified_at, next_notify_at FROM suppression WHERE product_id = ? AND location_id = ?")
    static let saveWindow = SQL(
        """
        INSERT INTO suppression (product_id, location_id, severity, notified_at, next_notify_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (product_id, location_id) DO UPDATE SET severity = excluded.severity,
            notified_at = excluded.notified_at, next_notify_at = excluded.next_notify_at
        """)
    /// Those that were over by then had nothing to do with the window; but by a clock that was set back, one may be over before
    /// it was told.
    static let closeUntold = SQL(
        """
        DELETE FROM suppression
        WHERE (product_id, location_id) = (SELECT product_id, location_id FROM alert WHERE id = ?1)
            AND NOT EXISTS (SELECT 1 FROM alert JOIN delivery_alert ON alert_id = alert.id
                JOIN delivery ON delivery.id = delivery_id
                WHERE alert.product_id = suppression.product_id AND alert.location_id = suppression.location_id
                    AND (resolved_at IS NULL OR resolved_at >= notified_at OR last_notified_at >= notified_at) AND \(opensWindow)
                    AND ready_at >= notified_at)
        """)
    /// Of a `delivery_alert` and its `delivery`: it tells everybody who wants to hear, now or later. An escalation's contact has
    /// a window of its own.
    private static let opensWindow = "occasion NOT IN ('resolved', 'escalated') AND delivery.state NOT IN ('dropped', 'dead')"
    /// Of a delivery that is about to be sent.
    private static let toldBy = """
        FROM delivery JOIN delivery_alert ON delivery_id = delivery.id JOIN alert ON alert.id = alert_id
        WHERE delivery.id = ?1 AND delivery.state = 'queued' AND held_until IS NULL AND \(opensWindow)
            AND alert.state <> 'resolved'
        """
    static let openAgain = SQL(
        """
        INSERT INTO suppression (product_id, location_id, severity, notified_at, next_notify_at)
        SELECT product_id, location_id, delivery_alert.severity, ?2, ?3 \(toldBy)
        ON CONFLICT (product_id, location_id) DO NOTHING
        """)
    static let notifiedAgain = SQL(
        """
        UPDATE alert SET told = 1, last_notified_at = ?2 WHERE last_notified_at IS NULL AND id IN (SELECT alert.id \(toldBy))
        """)
    static let lastNotified = SQL(
        """
        UPDATE alert SET last_notified_at = (SELECT MAX(COALESCE(apart_at, created_at)) FROM delivery_alert
            JOIN delivery ON delivery.id = delivery_id WHERE alert_id = ?1 AND \(opensWindow))
        WHERE id = ?1
        """)
    static let lookAgain = SQL(
        """
        UPDATE alert SET due_at = ?2, escalate_at = CASE WHEN escalate_at = due_at THEN ?2 ELSE escalate_at END
        WHERE due_at > ?2 AND state <> 'resolved'
            AND (product_id, location_id) = (SELECT product_id, location_id FROM alert WHERE id = ?1)
        """)
}
