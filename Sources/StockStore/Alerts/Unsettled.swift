import StockDomain

/// A threshold setting or an escalation that was changed, or taken away, and bears on so many levels that nobody else could
/// write until all of them were settled: it is recorded with the setting, and they are settled in parts. Until its turn a
/// level keeps the thresholds, and its alert the escalation, that it had. What stops midway goes on from where it stood.
package struct Unsettled: Hashable, Sendable {
    package var id: Int64
    fileprivate var selection: LevelSelection
    /// Of its levels, only those with an alert that somebody may still be told of, and of those only what that follows.
    fileprivate var isOfEscalations: Bool
    /// Up to here they are settled.
    fileprivate var last: LevelKey
}

extension StoreReader {
    /// The oldest first.
    package func unsettled() throws -> [Unsettled] { try sql.all(UnsettledStatements.all, .int(nil as Int64?), map: unsettled) }

    /// nil: all its levels are settled.
    package func unsettled(_ id: Int64) throws -> Unsettled? {
        try sql.first(UnsettledStatements.all, .int(id), map: unsettled)
    }

    /// The levels that come next; none where all are settled.
    package func levels(of unsettled: Unsettled, limit: Int) throws -> [LevelKey] {
        guard unsettled.isOfEscalations else { return try levelKeys(unsettled.selection, after: unsettled.last, limit: limit) }
        return try levelsWithOpenAlerts(tenantID: unsettled.selection.tenantID, after: unsettled.last, limit: limit)
    }

    private func unsettled(_ row: any SQLRow) -> Unsettled {
        Unsettled(
            id: row.int(0),
            selection: LevelSelection(tenantID: row.int(1), category: row.optionalText(2), locationID: row.optionalInt(3)),
            isOfEscalations: row.bool(6), last: LevelKey(productID: row.int(4), locationID: row.int(5)))
    }
}

extension StoreTransaction {
    /// From so many levels of a tenant on, those that a setting bears on are settled in parts.
    package static let settledAtOnce = 2000

    /// Settles the levels that a setting bears on. Where they may be many it only notes that, and returns its number.
    func settle(_ selection: LevelSelection, atOnce: Int, now: Timestamp) throws -> Int64? {
        guard selection.productID == nil, try tally("levels", tenantID: selection.tenantID) > atOnce else {
            try resettle(selection, now: now)
            return nil
        }
        return try sql.insert(
            UnsettledStatements.insert, .int(selection.tenantID), .text(selection.category), .int(selection.locationID),
            .int(false))
    }

    /// Lets the open alerts of a tenant follow its escalations as they are now; where they are many, in parts.
    func settleEscalations(tenantID: Int64, atOnce: Int, now: Timestamp) throws {
        guard try tally("alerts_open", tenantID: tenantID) > atOnce else {
            for key in try levelsWithOpenAlerts(tenantID: tenantID, after: .first, limit: .max) {
                try followEscalationAnew(key, now: now)
            }
            return
        }
        _ = try sql.insert(UnsettledStatements.insert, .int(tenantID), .null, .null, .int(true))
        // Who takes the steps that are due settles first.
        commit.heldBack = true
    }

    /// Settles the next levels of `unsettled`, or notes that there are no more.
    package func settle(_ keys: [LevelKey], of unsettled: Unsettled, now: Timestamp) throws {
        guard let last = keys.last else {
            try sql.run(UnsettledStatements.remove, .int(unsettled.id))
            return
        }
        if unsettled.isOfEscalations {
            for key in keys { try followEscalationAnew(key, now: now) }
        } else {
            try resettle(keys, now: now)
        }
        try sql.run(UnsettledStatements.advance, .int(last.productID), .int(last.locationID), .int(unsettled.id))
    }
}

private enum UnsettledStatements {
    static let all = SQL(
        """
        SELECT id, tenant_id, category, location_id, last_product, last_location, escalations FROM unsettled
        WHERE ?1 IS NULL OR id = ?1 ORDER BY id
        """)
    static let insert = SQL(
        """
        INSERT INTO unsettled (tenant_id, category, location_id, last_product, last_location, escalations)
        VALUES (?, ?, ?, 0, 0, ?)
        """)
    static let advance = SQL("UPDATE unsettled SET last_product = ?, last_location = ? WHERE id = ?")
    static let remove = SQL("DELETE FROM unsettled WHERE id = ?")
}
