import StockDomain

package struct LevelKey: Hashable, Comparable, Sendable {
    package var productID: Int64
    package var locationID: Int64

    package static let first = LevelKey(productID: 0, locationID: 0)

    package init(productID: Int64, locationID: Int64) {
        self.productID = productID
        self.locationID = locationID
    }

    package static func < (a: LevelKey, b: LevelKey) -> Bool { (a.productID, a.locationID) < (b.productID, b.locationID) }
}

/// Levels that share something; nil members mean all.
package struct LevelSelection: Hashable, Sendable {
    package var tenantID: Int64?
    package var productID: Int64?
    package var category: String?
    package var locationID: Int64?

    package init(tenantID: Int64? = nil, productID: Int64? = nil, category: String? = nil, locationID: Int64? = nil) {
        self.tenantID = tenantID
        self.productID = productID
        self.category = category
        self.locationID = locationID
    }

    init(tenantID: Int64, _ key: ThresholdKey) {
        self.init(tenantID: tenantID, productID: key.productID, category: key.category, locationID: key.locationID)
    }
}

extension StoreReader {
    /// The levels whose alert is not what their stock and settings call for, in order of key: found by index among those
    /// that are short and those with an alert, as no others can be out of step.
    package func levelsOutOfStep(_ selection: LevelSelection, now: Timestamp) throws -> [LevelKey] {
        var found: Set<LevelKey> = []
        for statement in [SweepStatements.shortOutOfStep, SweepStatements.alertedOutOfStep] {
            try sql.execute(
                statement, [.int(now.milliseconds), .int(selection.tenantID), .int(selection.locationID)]
            ) { row in
                found.insert(levelKey(row))
                return true
            }
        }
        return found.sorted()
    }

    package func levelKeys(_ selection: LevelSelection, after key: LevelKey, limit: Int) throws -> [LevelKey] {
        if let productID = selection.productID {
            return try sql.all(
                SweepStatements.ofProduct, .int(productID), .int(key.locationID), .int(limit), .int(selection.locationID),
                map: levelKey)
        }
        return try sql.all(
            SweepStatements.keys, .int(key.productID), .int(key.locationID), .int(limit), .int(selection.tenantID),
            .text(selection.category), .int(selection.locationID), map: levelKey)
    }

    /// How many levels a sweep of `selection` compares.
    package func levelCount(_ selection: LevelSelection) throws -> Int {
        guard let locationID = selection.locationID else { return try tally("levels", tenantID: selection.tenantID) }
        return Int(try sql.int(SweepStatements.countAtLocation, .int(locationID)))
    }

    /// Levels whose alert was held back until now at the latest, or before the clock jumped back.
    package func levelsDue(_ selection: LevelSelection = LevelSelection(), limit: Int, now: Timestamp) throws -> [LevelKey] {
        try sql.all(
            SweepStatements.due, .int(now.milliseconds), .int(limit), .int(selection.tenantID), .int(selection.locationID),
            map: levelKey)
    }

    /// When the next alert or notice that is held back is to be told.
    package func nextDue() throws -> Timestamp? {
        let alert = try sql.first(SweepStatements.nextDue) { $0.optionalInt(0) }?.map(Timestamp.init(milliseconds:))
        let notices = try standingNotices().compactMap(\.dueAt)
        return (notices + [alert].compactMap(\.self)).min()
    }

    /// Levels with an open alert, for the daily reminder.
    package func levelsToRemindOf(after key: LevelKey, limit: Int) throws -> [LevelKey] {
        try sql.all(SweepStatements.open, .int(key.productID), .int(key.locationID), .int(limit), map: levelKey)
    }

    /// Levels that have ever sold, whose rate of sale ages day by day.
    package func levelsWithRate(after key: LevelKey, limit: Int) throws -> [LevelKey] {
        try sql.all(SweepStatements.rated, .int(key.productID), .int(key.locationID), .int(limit), map: levelKey)
    }

    private func levelKey(_ row: any SQLRow) -> LevelKey { LevelKey(productID: row.int(0), locationID: row.int(1)) }
}

extension StoreTransaction {
    /// Evaluates these levels' alerts anew.
    package func evaluate(_ keys: [LevelKey], trigger: AlertRule.Trigger, now: Timestamp) throws -> Evaluation {
        var sum = Evaluation()
        for key in keys {
            guard var row = try levelRow(productID: key.productID, locationID: key.locationID) else { continue }
            sum.add(try evaluate(&row, trigger: trigger, now: now))
            try save(&row)
        }
        return sum
    }

    /// Resolves these levels' thresholds from the settings as they are now, and evaluates their alerts.
    package func resettle(_ keys: [LevelKey], now: Timestamp) throws {
        for key in keys {
            guard var row = try levelRow(productID: key.productID, locationID: key.locationID) else { continue }
            row.thresholds = try resolvedThresholds(row)
            _ = try settle(&row, trigger: .sweep, now: now)
        }
    }

    func resettle(_ selection: LevelSelection, now: Timestamp) throws {
        var last = LevelKey.first
        while true {
            let keys = try levelKeys(selection, after: last, limit: 10_000)
            guard let end = keys.last else { return }
            try resettle(keys, now: now)
            last = end
        }
    }

    /// Brings these levels' rates of sale to today.
    package func refreshRates(_ keys: [LevelKey], now: Timestamp) throws {
        for key in keys {
            guard var row = try levelRow(productID: key.productID, locationID: key.locationID) else { continue }
            try refreshRate(&row, now: now)
            _ = try settle(&row, trigger: .sweep, now: now)
        }
    }
}

private enum SweepStatements {
    /// The severity that should be alerted, as `LevelRow.condition` has it.
    private static let called = """
        CASE WHEN tracking <> 1 OR alerts_on = 0 THEN 0
            WHEN require_sales_days IS NOT NULL
                AND (last_sold_at IS NULL OR ?1 - last_sold_at > require_sales_days * 86400000) THEN 0
            WHEN on_hand <= 0 THEN 3 WHEN on_hand <= critical_at THEN 2 WHEN on_hand <= low_at THEN 1 ELSE 0 END
        """
    private static let outOfStep = """
        alert_severity <> \(called) AND (?3 IS NULL OR level.location_id = ?3)
            AND (?2 IS NULL OR level.location_id IN (SELECT id FROM location WHERE tenant_id = ?2))
        """
    /// `severity` is what stock and thresholds come to, kept with them; a level that is healthy by it and has no alert
    /// has nothing to be out of step with.
    static let shortOutOfStep = SQL("SELECT product_id, location_id FROM level WHERE severity > 0 AND \(outOfStep)")
    /// The order of the join is prescribed: from the alerts, which are few, to their levels.
    static let alertedOutOfStep = SQL(
        """
        SELECT level.product_id, level.location_id FROM alert CROSS JOIN level
        WHERE state <> 'resolved' AND level.product_id = alert.product_id AND level.location_id = alert.location_id
            AND \(outOfStep)
        """)
    static let keys = SQL(
        """
        SELECT level.product_id, level.location_id FROM level JOIN product ON product.id = level.product_id
        WHERE (level.product_id, level.location_id) > (?1, ?2) AND (?4 IS NULL OR product.tenant_id = ?4)
            AND (?5 IS NULL OR product.category = ?5) AND (?6 IS NULL OR level.location_id = ?6)
        ORDER BY level.product_id, level.location_id LIMIT ?3
        """)
    static let ofProduct = SQL(
        """
        SELECT product_id, location_id FROM level WHERE product_id = ?1 AND location_id > ?2
            AND (?4 IS NULL OR location_id = ?4) ORDER BY location_id LIMIT ?3
        """)
    static let countAtLocation = SQL("SELECT COUNT(*) FROM level WHERE location_id = ?")
    static let due = SQL(
        """
        SELECT product_id, location_id FROM alert
        WHERE due_at <= ?1 AND (?3 IS NULL OR tenant_id = ?3) AND (?4 IS NULL OR location_id = ?4)
        UNION ALL SELECT product_id, location_id FROM alert
        WHERE due_at > ?1 AND held_at > ?1 AND (?3 IS NULL OR tenant_id = ?3) AND (?4 IS NULL OR location_id = ?4)
        LIMIT ?2
        """)
    static let nextDue = SQL("SELECT MIN(due_at) FROM alert WHERE due_at IS NOT NULL")
    static let open = SQL(
        """
        SELECT product_id, location_id FROM alert
        WHERE state <> 'resolved' AND (product_id, location_id) > (?, ?)
        ORDER BY product_id, location_id LIMIT ?
        """)
    static let rated = SQL(
        """
        SELECT product_id, location_id FROM level
        WHERE rate IS NOT NULL AND (product_id, location_id) > (?, ?) ORDER BY product_id, location_id LIMIT ?
        """)
}
