import StockDomain

extension StoreTransaction {
    /// Lets go what was held back on `channel` until now. What was held back in the future, before the wall clock jumped
    /// back, is looked at, too.
    func releaseHeld(_ channel: ChannelKind, beyond horizon: Timestamp, limit: Int, now: Timestamp) throws {
        let ids = try sql.all(
            ReleaseStatements.due, .text(channel.rawValue), .int(now.milliseconds), .int(limit)) { $0.int(0) }
        let early = try sql.all(
            ReleaseStatements.fromTheFuture, .text(channel.rawValue), .int(horizon.milliseconds), .int(now.milliseconds),
            .int(limit)) { $0.int(0) }
        for id in ids + early { _ = try release(id, now: now) }
    }

    /// Lets a delivery go that was held back, if its address wants it now: what is over by now is left out, what has
    /// changed is told as it is, and what the address has heard by another way is left out, too. Returns whether there is
    /// something to send; if not, it waits on, or has been dropped.
    private func release(_ id: Int64, now: Timestamp) throws -> Bool {
        let delivery = SQLValue.int(id)
        guard
            let held = try sql.first(
                ReleaseStatements.held, delivery,
                map: { (addressID: $0.int(0), tenantID: $0.int(1), noticeID: $0.optionalInt(2), kind: $0.text(3)) }),
            let address = try storedAddress(held.addressID)
        else { return try dropHeld(id, because: NotTold.addressOff(reason: nil).name) }
        guard address.preferences.contactEnabled, address.preferences.enabled else {
            return try dropHeld(id, because: NotTold.addressOff(reason: nil).name)
        }
        let letsOut = try sql.int(ReleaseStatements.worst, delivery) == Severity.out.rawValue
        let isSummary = held.kind == Message.Kind.summary.rawValue
        if isSummary, !address.preferences.summaries { return try dropHeld(id, because: NotTold.noSummaries.name) }
        if let still = address.preferences.rest(letsOut: letsOut && held.kind == Message.Kind.alert.rawValue, now: now) {
            try sql.run(ReleaseStatements.holdOn, .int(still.until.milliseconds), .text(still.name), delivery)
            return false
        }
        let isWorthTelling =
            if let noticeID = held.noticeID {
                try held.kind == Message.Kind.resolved.rawValue || sql.int(ReleaseStatements.noticeStands, .int(noticeID)) > 0
            } else {
                // Of its own day, which stays as it was.
                try isSummary || refresh(id, addressID: held.addressID, now: now)
            }
        guard isWorthTelling else { return try dropHeld(id, because: NotTold.overBeforeTold.name) }
        try sql.run(ReleaseStatements.letGo, .int(now.milliseconds), delivery)
        addresses = [:]
        return true
    }

    /// Returns whether anything is left to tell.
    private func refresh(_ id: Int64, addressID: Int64, now: Timestamp) throws -> Bool {
        struct Item {
            var alertID: Int64, occasion: String, productID: Int64, locationID: Int64
        }
        let items = try sql.all(ReleaseStatements.items, .int(id)) {
            Item(alertID: $0.int(0), occasion: $0.text(1), productID: $0.int(2), locationID: $0.int(3))
        }
        var left = 0
        for item in items {
            let standing = try sql.first(ReleaseStatements.standing, .int(item.productID), .int(item.locationID)) {
                (
                    id: $0.int(0), severity: Severity(rawValue: Int($0.int(1))) ?? .low, stock: $0.int(2),
                    isAcknowledged: $0.text(3) == "acknowledged"
                )
            }
            if item.occasion == Message.Occasion.resolved.rawValue {
                // That it is over would be wrong where it has come back.
                if standing == nil { left += 1 } else { try leaveOut(item.alertID, of: id, because: .overBeforeTold, now: now) }
                continue
            }
            guard let standing else {
                try leaveOut(item.alertID, of: id, because: .overBeforeTold, now: now)
                continue
            }
            if standing.isAcknowledged, item.occasion == Message.Occasion.reminder.rawValue {
                try leaveOut(item.alertID, of: id, because: .acknowledged, now: now)
                continue
            }
            let place = LevelKey(productID: item.productID, locationID: item.locationID)
            let known = [
                try lastTelling(of: standing.id, at: addressID, standing.severity, except: id, now: now),
                try lastApart(of: place, at: addressID, standing.severity, now: now),
            ].compactMap(\.self).max()
            if let at = known {
                try leaveOut(item.alertID, of: id, because: .toldLately(at: at), now: now)
                continue
            }
            // It came back, and what it came back as waits here, too.
            if standing.id != item.alertID, items.contains(where: { $0.alertID == standing.id }) {
                try leaveOut(item.alertID, of: id, because: .overBeforeTold, now: now)
                continue
            }
            left += 1
            try sql.run(
                ReleaseStatements.updateItem, .int(standing.id), .int(standing.severity.rawValue), .int(standing.stock),
                .int(id), .int(item.alertID))
            // It came back under another number while its telling was held back: this is how somebody hears of it.
            if standing.id != item.alertID { try sql.run(ReleaseStatements.told, .int(standing.id)) }
        }
        return left > 0
    }

    private func leaveOut(_ alertID: Int64, of delivery: Int64, because reason: NotTold, now: Timestamp) throws {
        try sql.run(
            ReleaseStatements.leaveOut, .int(alertID), .int(delivery), .int(now.milliseconds), .text(reason.kept))
        try sql.run(ReleaseStatements.removeItem, .int(delivery), .int(alertID))
    }

    private func dropHeld(_ id: Int64, because reason: String) throws -> Bool {
        let tenantID = try sql.int(ReleaseStatements.tenant, .int(id))
        try sql.run(ReleaseStatements.drop, .text(reason), .int(id))
        try count("deliveries_queued", by: -1, tenantID: tenantID)
        return false
    }
}

private enum ReleaseStatements {
    /// In the words of the index `delivery_wanted`.
    static let due = SQL(
        """
        SELECT id FROM delivery WHERE channel = ?1 AND state IN ('queued', 'sending')
            AND COALESCE(lease_until, next_attempt_at) <= ?2 AND held_until IS NOT NULL
        ORDER BY COALESCE(lease_until, next_attempt_at), id LIMIT ?3
        """)
    static let fromTheFuture = SQL(
        """
        SELECT id FROM delivery WHERE channel = ?1 AND state IN ('queued', 'sending')
            AND COALESCE(lease_until, next_attempt_at) > ?2 AND held_until IS NOT NULL AND created_at > ?3
        LIMIT ?4
        """)
    static let held = SQL("SELECT address_id, tenant_id, notice_id, kind FROM delivery WHERE id = ?")
    static let tenant = SQL("SELECT tenant_id FROM delivery WHERE id = ?")
    static let worst = SQL("SELECT COALESCE(MAX(severity), 0) FROM delivery_alert WHERE delivery_id = ?")
    static let noticeStands = SQL("SELECT COUNT(*) FROM notice WHERE id = ? AND resolved_at IS NULL")
    static let items = SQL(
        """
        SELECT alert_id, occasion, product_id, location_id FROM delivery_alert JOIN alert ON alert.id = alert_id
        WHERE delivery_id = ? ORDER BY alert_id
        """)
    static let standing = SQL(
        """
        SELECT alert.id, alert.severity, level.on_hand, state FROM alert
        JOIN level ON level.product_id = alert.product_id AND level.location_id = alert.location_id
        WHERE alert.product_id = ? AND alert.location_id = ? AND state <> 'resolved'
        """)
    static let leaveOut = SQL(
        """
        INSERT INTO left_out (alert_id, delivery_id, at, reason) VALUES (?, ?, ?, ?) ON CONFLICT (alert_id, delivery_id) DO NOTHING
        """)
    static let removeItem = SQL("DELETE FROM delivery_alert WHERE delivery_id = ? AND alert_id = ?")
    static let updateItem = SQL(
        """
        UPDATE delivery_alert SET alert_id = ?1, severity = ?2, stock = ?3 WHERE delivery_id = ?4 AND alert_id = ?5
        """)
    static let told = SQL("UPDATE alert SET told = 1 WHERE id = ?")
    static let holdOn = SQL(
        """
        UPDATE delivery SET held_until = ?1, held_because = ?2, ready_at = ?1, next_attempt_at = ?1 WHERE id = ?3
        """)
    static let letGo = SQL("UPDATE delivery SET held_until = NULL, apart_at = ? WHERE id = ?")
    static let drop = SQL("UPDATE delivery SET state = 'dropped', held_until = NULL, reason = ? WHERE id = ?")
}
