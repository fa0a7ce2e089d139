import StockDomain

/// A stock level as people are shown it.
package struct LevelRecord: Hashable, Sendable {
    package var key: LevelKey
    package var tenantID: Int64
    package var tenant: String
    package var sku: String
    package var name: String
    package var category: String?
    package var location: String
    package var onHand: Quantity
    package var held: Quantity
    package var incoming: Quantity
    package var tracking: Tracking
    package var stale: Bool
    package var severity: Severity
    package var lowThreshold: Quantity
    package var criticalThreshold: Quantity
    package var thresholdOrigin: ThresholdScope
    package var rate: SaleRate?
    package var countedAt: Timestamp?
    package var parLevel: Quantity?

    package var available: Quantity { onHand - held }
}

package struct LevelFilter: Hashable, Sendable {
    package var tenantID: Int64?
    package var sku: String?
    package var category: String?
    package var location: String?
    package var severity: Severity?

    package init(
        tenantID: Int64?, sku: String? = nil, category: String? = nil, location: String? = nil, severity: Severity? = nil
    ) {
        self.tenantID = tenantID
        self.sku = sku
        self.category = category
        self.location = location
        self.severity = severity
    }
}

/// How many levels of a location are how.
package struct LevelSummary: Hashable, Sendable {
    package var tenant: String
    package var location: String
    package var counts = Summary.Counts()

    private let isStale: Bool

    init(tenant: String, location: String, isStale: Bool) {
        self.tenant = tenant
        self.location = location
        self.isStale = isStale
    }

    mutating func count(_ tracking: Tracking?, _ severity: Severity?) {
        if isStale { counts.stale += 1 }
        guard tracking == .tracked else {
            counts.untracked += 1
            return
        }
        switch severity {
        case .low: counts.low += 1
        case .critical: counts.critical += 1
        case .out: counts.out += 1
        case .healthy, nil: counts.healthy += 1
        }
    }
}

extension StoreReader {
    /// In order of key, from after `key`. Retired products are left out.
    package func levels(_ filter: LevelFilter, after key: LevelKey, limit: Int) throws -> [LevelRecord] {
        let statement =
            switch filter.severity {
            case .low, .critical, .out: LevelListStatements.short
            case .healthy, nil: LevelListStatements.page
            }
        return try sql.all(
            statement, .int(key.productID), .int(key.locationID), .int(filter.tenantID), .text(filter.sku),
            .text(filter.category), .text(filter.location), .int(filter.severity?.rawValue), .int(limit), map: levelRecord)
    }

    /// All levels of one product, retired or not.
    package func levels(productID: Int64) throws -> [LevelRecord] {
        try sql.all(LevelListStatements.ofProduct, .int(productID), map: levelRecord)
    }

    package func level(_ key: LevelKey) throws -> LevelRecord? {
        try sql.first(LevelListStatements.one, .int(key.productID), .int(key.locationID), map: levelRecord)
    }

    /// By names, for which one look-up does.
    package func level(_ sku: String, at location: String, tenantID: Int64) throws -> LevelRecord? {
        try sql.first(LevelListStatements.named, .int(tenantID), .text(sku), .text(location), map: levelRecord)
    }

    /// By location, in order of name.
    package func levelSummaries(tenantID: Int64?) throws -> [LevelSummary] {
        // Counted here and not by GROUP BY, which would sort a million rows in memory first.
        var byLocation: [Int64: LevelSummary] = [:]
        try sql.execute(LevelListStatements.summarized, [.int(tenantID)]) { row in
            byLocation[row.int(0)] = LevelSummary(tenant: row.text(1), location: row.text(2), isStale: row.bool(3))
            return true
        }
        try sql.execute(LevelListStatements.conditions, []) { row in
            byLocation[row.int(0)]?.count(Tracking(rawValue: Int(row.int(1))), Severity(rawValue: Int(row.int(2))))
            return true
        }
        return byLocation.values.filter { $0.counts.total > 0 }.sorted { ($0.location, $0.tenant) < ($1.location, $1.tenant) }
    }

    /// Newest first, from the movement `from` (nil: the last) backwards. The second value is where the next page begins.
    package func history(_ key: LevelKey, from: Int64?, limit: Int) throws -> (movements: [Movement], next: Int64?) {
        var next: Int64?
        var found: [Movement] = []
        try sql.execute(
            LevelListStatements.history, [.int(key.productID), .int(key.locationID), .int(from), .int(limit + 1)]
        ) { row in
            if found.count == limit {
                next = row.int(8)
                return false
            }
            found.append(
                Movement(
                    kind: Movement.Kind(rawValue: row.text(0)) ?? .adjustment, delta: Quantity(scaled: row.int(1)),
                    balance: Quantity(scaled: row.int(2)), at: Timestamp(milliseconds: row.int(3)),
                    by: row.optionalText(4), reason: row.optionalText(5), source: row.optionalText(6),
                    externalID: row.optionalText(7)))
            return true
        }
        return (found, next)
    }

    private func levelRecord(_ row: any SQLRow) -> LevelRecord {
        LevelRecord(
            key: LevelKey(productID: row.int(0), locationID: row.int(1)), tenantID: row.int(2), tenant: row.text(3),
            sku: row.text(4), name: row.text(5), category: row.optionalText(6), location: row.text(7),
            onHand: Quantity(scaled: row.int(8)), held: Quantity(scaled: row.int(9)),
            incoming: Quantity(scaled: row.int(10)), tracking: Tracking(rawValue: Int(row.int(11))) ?? .unknown,
            stale: !row.isNull(12), severity: Severity(rawValue: Int(row.int(13))) ?? .healthy,
            lowThreshold: Quantity(scaled: row.int(14)), criticalThreshold: Quantity(scaled: row.int(15)),
            thresholdOrigin: ThresholdScope(rawValue: Int(row.int(row.int(13) == 2 ? 17 : 16))) ?? .configuration,
            rate: row.optionalInt(18).map { SaleRate(unitsPerDay: Quantity(scaled: $0)) },
            countedAt: row.instant(19),
            parLevel: row.quantity(20))
    }
}

private enum LevelListStatements {
    private static let select = """
        SELECT level.product_id, level.location_id, product.tenant_id, tenant.name, sku, product.name, category,
            location.name, on_hand, held, incoming, tracking, stale_since, severity, low_at, critical_at, low_origin,
            critical_origin, rate, counted_at, COALESCE(level.par_level, product.par_level)
        FROM level JOIN product ON product.id = level.product_id JOIN location ON location.id = level.location_id
        JOIN tenant ON tenant.id = product.tenant_id
        """
    private static let filter = """
         WHERE (level.product_id, level.location_id) > (?1, ?2) AND retired_at IS NULL
            AND (?3 IS NULL OR product.tenant_id = ?3) AND (?4 IS NULL OR sku = ?4) AND (?5 IS NULL OR category = ?5)
            AND (?6 IS NULL OR location.name = ?6)
        """
    private static let order = " ORDER BY level.product_id, level.location_id LIMIT ?8"
    static let page = SQL(select + filter + " AND (?7 IS NULL OR (severity = ?7 AND tracking = 1))" + order)
    static let short = SQL(select + filter + " AND severity = ?7 AND severity > 0" + order)
    static let ofProduct = SQL(select + " WHERE level.product_id = ? ORDER BY location.name")
    static let one = SQL(select + " WHERE level.product_id = ? AND level.location_id = ?")
    static let named = SQL(
        select + " WHERE product.tenant_id = ?1 AND sku = ?2 AND location.tenant_id = ?1 AND location.name = ?3")
    static let summarized = SQL(
        """
        SELECT location.id, tenant.name, location.name, stale_since IS NOT NULL
        FROM location JOIN tenant ON tenant.id = location.tenant_id WHERE (?1 IS NULL OR location.tenant_id = ?1)
        """)
    static let conditions = SQL(
        """
        SELECT location_id, tracking, severity FROM level
        WHERE product_id NOT IN (SELECT id FROM product WHERE retired_at IS NOT NULL)
        """)
    static let history = SQL(
        """
        WITH RECURSIVE chain AS (
            SELECT movement.*, 1 AS depth FROM level
            JOIN movement ON movement.id = COALESCE(?3, level.last_movement)
                AND movement.product_id = level.product_id AND movement.location_id = level.location_id
            WHERE level.product_id = ?1 AND level.location_id = ?2
            UNION ALL
            SELECT movement.*, depth + 1 FROM chain JOIN movement ON movement.id = chain.previous_id WHERE depth < ?4)
        SELECT chain.kind, delta, balance, at, actor, reason, source.name, external_id, chain.id
        FROM chain LEFT JOIN source ON source.id = source_id ORDER BY depth
        """)
}
