import StockDomain

/// A level with what its product and location say of it: all that its rules need.
struct LevelRow {
    /// What every count and movement may change.
    struct Stock: Hashable {
        var onHand: Quantity
        var tracking: Tracking
        var countedAt: Timestamp?
        var lastMovement: Int64?
        var severity: Severity
        var alertSeverity: Severity
        var outSince: Timestamp?
    }

    /// What changes with settings, sources and sales.
    struct Rest: Hashable {
        var soldOut: Bool
        var keptCount: Quantity?
        var overrideTracked: Bool?
        var parLevel: Quantity?
        var sourceThreshold: Quantity?
        var thresholds: Thresholds
        var rate: SaleRate?
        var rateDay: Int64?
        var lastSoldAt: Timestamp?
        var knownSince: Timestamp

        /// What somebody has said of it, and not what came of that.
        var said: FormerLevel {
            FormerLevel(par: parLevel?.scaled, sourceThreshold: sourceThreshold?.scaled, tracked: overrideTracked, soldOut: soldOut)
        }
    }

    var productID: Int64
    var locationID: Int64
    var onHand: Quantity
    /// Of `onHand`; changed by holds alone, and not written back with the rest.
    var held: Quantity
    var tracking: Tracking
    /// Taken off sale at the source: nothing is on hand while this is set, and `keptCount` holds again afterwards.
    var soldOut: Bool
    var keptCount: Quantity?
    var overrideTracked: Bool?
    var parLevel: Quantity?
    var sourceThreshold: Quantity?
    var countedAt: Timestamp?
    var lastMovement: Int64?
    var thresholds: Thresholds
    var severity: Severity
    var alertSeverity: Severity
    var rate: SaleRate?
    var rateDay: Int64?
    var lastSoldAt: Timestamp?
    var outSince: Timestamp?
    var knownSince: Timestamp

    // Of the product and the location; not written back.
    var tenantID: Int64
    var category: String?
    var productPar: Quantity?
    var productTracked: Bool
    var productThreshold: Quantity?
    var retired: Bool
    var stale: Bool
    var locationName: String

    /// As it stands in the database; nil: not at all yet. What differs from it is what `save` writes.
    fileprivate(set) var stored: (stock: Stock, rest: Rest)?

    var stock: Stock {
        Stock(
            onHand: onHand, tracking: tracking, countedAt: countedAt, lastMovement: lastMovement, severity: severity,
            alertSeverity: alertSeverity, outSince: outSince)
    }

    var rest: Rest {
        Rest(
            soldOut: soldOut, keptCount: keptCount, overrideTracked: overrideTracked, parLevel: parLevel,
            sourceThreshold: sourceThreshold, thresholds: thresholds, rate: rate, rateDay: rateDay, lastSoldAt: lastSoldAt,
            knownSince: knownSince)
    }

    /// What the source or a person says of tracking, and whether anybody has counted yet.
    func trackingNow() -> Tracking {
        guard !retired, overrideTracked ?? productTracked else { return .untracked }
        return countedAt == nil && !soldOut ? .unknown : .tracked
    }

    /// How short it is with so much on hand; nil where it is not tracked. A retired product's levels are not.
    func severity(onHand: Quantity) -> Severity? {
        trackingNow() == .tracked ? thresholds.severity(onHand: onHand) : nil
    }

    /// What is true of it now.
    func condition(trigger: AlertRule.Trigger, now: Timestamp) -> Condition {
        if retired { return .well(.productRetired, because: .notTracked) }
        guard tracking == .tracked else { return .well(.untracked, because: .notTracked) }
        guard severity > .healthy else { return .well(trigger == .change ? .restocked : .settingChanged, because: nil) }
        guard thresholds.enabled else { return .well(.settingChanged, because: .alertsOff) }
        if let days = thresholds.requireSalesDays, lastSoldAt.map({ now - $0 > .days(Int64(days)) }) ?? true {
            return .well(.settingChanged, because: .noRecentSales(days: days))
        }
        return .short(severity)
    }
}

extension StoreReader {
    func levelRow(productID: Int64, locationID: Int64) throws -> LevelRow? {
        try sql.first(LevelStatements.load, .int(productID), .int(locationID)) { row in
            var level = decoded(row)
            level.stored = (level.stock, level.rest)
            return level
        }
    }

    fileprivate func decoded(_ row: any SQLRow) -> LevelRow {
        func quantity(_ column: Int) -> Quantity? { row.optionalInt(column).map(Quantity.init(scaled:)) }
        func instant(_ column: Int) -> Timestamp? { row.optionalInt(column).map(Timestamp.init(milliseconds:)) }
        func scope(_ column: Int) -> ThresholdScope { ThresholdScope(rawValue: Int(row.int(column))) ?? .configuration }
        func severity(_ column: Int) -> Severity { Severity(rawValue: Int(row.int(column))) ?? .healthy }
        return LevelRow(
            productID: row.int(0), locationID: row.int(1), onHand: Quantity(scaled: row.int(2)), held: Quantity(scaled: row.int(33)),
            tracking: Tracking(rawValue: Int(row.int(3))) ?? .unknown, soldOut: row.bool(4), keptCount: quantity(32),
            overrideTracked: row.optionalInt(5).map { $0 != 0 }, parLevel: quantity(6), sourceThreshold: quantity(7),
            countedAt: instant(8), lastMovement: row.optionalInt(9),
            thresholds: Thresholds(
                low: Quantity(scaled: row.int(10)), critical: Quantity(scaled: row.int(11)), lowOrigin: scope(12),
                criticalOrigin: scope(13), enabled: row.bool(14), requireSalesDays: row.optionalInt(15).map(Int.init),
                dependsOnRate: row.bool(16)),
            severity: severity(17), alertSeverity: severity(18),
            rate: quantity(19).map(SaleRate.init(unitsPerDay:)), rateDay: row.optionalInt(20), lastSoldAt: instant(21),
            outSince: instant(22), knownSince: Timestamp(milliseconds: row.int(23)), tenantID: row.int(24),
            category: row.optionalText(25), productPar: quantity(26), productTracked: row.bool(27),
            productThreshold: quantity(28), retired: !row.isNull(29), stale: !row.isNull(30), locationName: row.text(31))
    }
}

extension StoreTransaction {
    /// The level, made if there is none: a level exists as soon as somebody speaks of it. A new one is written by `save`.
    func levelRowOrNew(productID: Int64, locationID: Int64, now: Timestamp) throws -> LevelRow {
        if let row = try levelRow(productID: productID, locationID: locationID) { return row }
        let new = try sql.first(
            LevelStatements.loadNew, .int(productID), .int(locationID), .int(now.milliseconds), map: decoded)
        guard var row = new else {
            throw StoreError(.internal, "a level of product \(productID) at location \(locationID): one of them is not there")
        }
        row.tracking = row.trackingNow()
        row.thresholds = try resolvedThresholds(row)
        if !row.retired { try count("levels", by: 1, tenantID: row.tenantID) }
        return row
    }

    /// Writes what has changed, and nothing where nothing has.
    func save(_ row: inout LevelRow) throws {
        let stock = row.stock, rest = row.rest
        // Settings, sources and sales seldom change anything; counts and movements seldom anything else.
        if let stored = row.stored, stored.rest == rest {
            guard stored.stock != stock else { return }
            try sql.run(
                LevelStatements.updateStock, .int(stock.onHand.scaled), .int(stock.tracking.rawValue),
                .int(stock.countedAt?.milliseconds), .int(stock.lastMovement), .int(stock.severity.rawValue),
                .int(stock.alertSeverity.rawValue), .int(stock.outSince?.milliseconds), .int(row.productID),
                .int(row.locationID))
        } else {
            try sql.run(
                row.stored == nil ? LevelStatements.insert : LevelStatements.update, .int(stock.onHand.scaled),
                .int(stock.tracking.rawValue), .int(rest.soldOut), .int(rest.keptCount?.scaled), .int(rest.overrideTracked),
                .int(rest.parLevel?.scaled), .int(rest.sourceThreshold?.scaled), .int(stock.countedAt?.milliseconds),
                .int(stock.lastMovement), .int(rest.thresholds.low.scaled), .int(rest.thresholds.critical.scaled),
                .int(rest.thresholds.lowOrigin.rawValue), .int(rest.thresholds.criticalOrigin.rawValue),
                .int(rest.thresholds.enabled), .int(rest.thresholds.requireSalesDays), .int(rest.thresholds.dependsOnRate),
                .int(stock.severity.rawValue), .int(stock.alertSeverity.rawValue), .int(rest.rate?.unitsPerDay.scaled),
                .int(rest.rateDay), .int(rest.lastSoldAt?.milliseconds), .int(stock.outSince?.milliseconds),
                .int(rest.knownSince.milliseconds), .int(row.productID), .int(row.locationID))
        }
        row.stored = (stock, rest)
    }
}

private enum LevelStatements {
    static let load = SQL(
        """
        SELECT level.product_id, level.location_id, on_hand, tracking, sold_out, override_tracked, level.par_level,
            level.source_threshold, counted_at, last_movement, low_at, critical_at, low_origin, critical_origin, alerts_on,
            require_sales_days, rate_dependent, severity, alert_severity, rate, rate_day, last_sold_at, out_since,
            known_since, product.tenant_id, product.category, product.par_level, product.tracked,
            product.source_threshold, product.retired_at, location.stale_since, location.name, kept_count, held
        FROM level JOIN product ON product.id = level.product_id JOIN location ON location.id = level.location_id
        WHERE level.product_id = ? AND level.location_id = ?
        """)
    /// A level that is not there yet, in the same columns.
    static let loadNew = SQL(
        """
        SELECT product.id, location.id, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, 0, 0, 7, 7, 1, NULL, 0, 0, 0, NULL, NULL, NULL,
            NULL, ?3, product.tenant_id, product.category, product.par_level, product.tracked,
            product.source_threshold, product.retired_at, location.stale_since, location.name, NULL, 0
        FROM product JOIN location ON location.id = ?2 WHERE product.id = ?1
        """)
    static let insert = SQL(
        """
        INSERT INTO level (on_hand, tracking, sold_out, kept_count, override_tracked, par_level, source_threshold,
            counted_at, last_movement, low_at, critical_at, low_origin, critical_origin, alerts_on, require_sales_days,
            rate_dependent, severity, alert_severity, rate, rate_day, last_sold_at, out_since, known_since, product_id,
            location_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    static let update = SQL(
        """
        UPDATE level SET on_hand = ?, tracking = ?, sold_out = ?, kept_count = ?, override_tracked = ?, par_level = ?,
            source_threshold = ?, counted_at = ?, last_movement = ?, low_at = ?, critical_at = ?, low_origin = ?,
            critical_origin = ?, alerts_on = ?, require_sales_days = ?, rate_dependent = ?, severity = ?,
            alert_severity = ?, rate = ?, rate_day = ?, last_sold_at = ?, out_since = ?, known_since = ?
        WHERE product_id = ? AND location_id = ?
        """)
    static let updateStock = SQL(
        """
        UPDATE level SET on_hand = ?, tracking = ?, counted_at = ?, last_movement = ?, severity = ?, alert_severity = ?,
            out_since = ?
        WHERE product_id = ? AND location_id = ?
        """)
}
