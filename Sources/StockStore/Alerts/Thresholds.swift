import StockDomain

package struct ThresholdRecord: Hashable, Sendable {
    package var tenant: String
    package var sku: String?
    package var category: String?
    package var location: String?
    package var low: ThresholdSpec?
    package var critical: ThresholdSpec?
    package var enabled: Bool?
    package var requireSalesDays: Int?
}

/// Which setting: nil members mean all.
package struct ThresholdKey: Hashable, Sendable {
    package var productID: Int64?
    package var category: String?
    package var locationID: Int64?

    package init(productID: Int64? = nil, category: String? = nil, locationID: Int64? = nil) {
        self.productID = productID
        self.category = category
        self.locationID = locationID
    }
}

package struct ThresholdFilter: Hashable, Sendable {
    package var tenantID: Int64?
    package var sku: String?
    package var category: String?
    package var location: String?

    package init(tenantID: Int64?, sku: String? = nil, category: String? = nil, location: String? = nil) {
        self.tenantID = tenantID
        self.sku = sku
        self.category = category
        self.location = location
    }
}

extension StoreReader {
    /// In the order in which they were set, from after the id `cursor`. The second value is the cursor of each.
    package func thresholds(_ filter: ThresholdFilter, after cursor: Int64, limit: Int) throws -> [(ThresholdRecord, Int64)] {
        try sql.all(
            ThresholdStatements.page, .int(filter.tenantID), .int(cursor), .int(limit), .text(filter.sku),
            .text(filter.category), .text(filter.location)) { (thresholdRecord($0), $0.int(0)) }
    }

    /// The setting of exactly that scope.
    package func threshold(_ key: ThresholdKey, tenantID: Int64) throws -> ThresholdRecord? {
        try sql.first(
            ThresholdStatements.one, .int(tenantID), .int(key.productID ?? 0), .text(key.category ?? ""),
            .int(key.locationID ?? 0), map: thresholdRecord)
    }

    private func thresholdRecord(_ row: any SQLRow) -> ThresholdRecord {
        ThresholdRecord(
            tenant: row.text(1), sku: row.optionalText(2), category: row.optionalText(3), location: row.optionalText(4),
            low: row.optionalText(5).flatMap(ThresholdSpec.init), critical: row.optionalText(6).flatMap(ThresholdSpec.init),
            enabled: row.optionalInt(7).map { $0 != 0 }, requireSalesDays: row.optionalInt(8).map(Int.init))
    }

    /// Every setting that bears on the level, with what its source says.
    func settings(for row: LevelRow) throws -> [ThresholdSetting] {
        let stored =
            try allSettings(tenantID: row.tenantID)
            ?? sql.all(
                ThresholdStatements.bearing, .int(row.tenantID), .int(row.productID), .text(row.category ?? ""),
                .int(row.locationID), map: StoredSetting.init)
        return bearing(stored, on: row)
    }

    /// Those of the settings that bear on the level, with what its source says.
    func bearing(_ stored: [StoredSetting], on row: LevelRow) -> [ThresholdSetting] {
        let settings = stored.filter { $0.bears(on: row) }.map(\.setting)
        guard let own = row.sourceThreshold ?? row.productThreshold else { return settings }
        return settings + [ThresholdSetting(scope: .source, low: .quantity(own))]
    }

    /// Those of the tenant, once a transaction has asked for enough levels' that keeping them pays; nil before that, and
    /// where they are many.
    private func allSettings(tenantID: Int64) throws -> [StoredSetting]? {
        if let known = knownSettings.byTenant[tenantID] { return known }
        knownSettings.lookups += 1
        guard knownSettings.lookups > KnownSettings.worthKeeping else { return nil }
        let found = try sql.all(
            ThresholdStatements.ofTenant, .int(tenantID), .int(KnownSettings.few + 1), map: StoredSetting.init)
        knownSettings.byTenant[tenantID] = .some(found.count > KnownSettings.few ? nil : found)
        return found.count > KnownSettings.few ? nil : found
    }

    func resolvedThresholds(_ row: LevelRow) throws -> Thresholds {
        Thresholds.resolve(
            try settings(for: row), par: row.parLevel ?? row.productPar, rate: row.rate, defaults: policy.defaults)
    }
}

extension StoreTransaction {
    /// Replaces the setting of that scope and settles every level it bears on; where they may be many it returns the number of
    /// what is left to do, see `Unsettled`.
    @discardableResult
    package func setThreshold(
        _ key: ThresholdKey, low: ThresholdSpec?, critical: ThresholdSpec?, enabled: Bool?, requireSalesDays: Int?,
        tenantID: Int64, atOnce: Int = settledAtOnce, now: Timestamp
    ) throws -> Int64? {
        if low == nil, critical == nil, enabled == nil, requireSalesDays == nil {
            throw StoreError.invalid("low", "a threshold setting needs low, critical, enabled or require_sales_days")
        }
        if let days = requireSalesDays, !(1...3650).contains(days) {
            throw StoreError.invalid("require_sales_days", "require_sales_days must be from 1 to 3650")
        }
        if let category = key.category { try checked(category, field: "category") }
        try remove(key, tenantID: tenantID, now: now)
        try sql.run(
            ThresholdStatements.insert, .int(tenantID), .int(key.productID), .text(key.category), .int(key.locationID),
            .text(low?.description), .text(critical?.description), enabled.map { .int($0) } ?? .null,
            .int(requireSalesDays), .int(now.milliseconds))
        return try settle(LevelSelection(tenantID: tenantID, key), atOnce: atOnce, now: now)
    }

    /// As `setThreshold`.
    @discardableResult
    package func unsetThreshold(
        _ key: ThresholdKey, tenantID: Int64, atOnce: Int = settledAtOnce, now: Timestamp
    ) throws -> Int64? {
        guard try remove(key, tenantID: tenantID, now: now) else {
            throw StoreError.notFound("no threshold setting has that scope")
        }
        return try settle(LevelSelection(tenantID: tenantID, key), atOnce: atOnce, now: now)
    }

    /// Returns whether there was one.
    @discardableResult
    private func remove(_ key: ThresholdKey, tenantID: Int64, now: Timestamp) throws -> Bool {
        let scope: [SQLValue] = [
            .int(tenantID), .int(key.productID ?? 0), .text(key.category ?? ""), .int(key.locationID ?? 0),
        ]
        var found: (id: Int64, former: FormerThreshold)?
        try sql.execute(ThresholdStatements.kept, scope) { row in
            found = (
                row.int(0),
                FormerThreshold(
                    productID: key.productID, category: key.category, locationID: key.locationID, low: row.optionalText(1),
                    critical: row.optionalText(2), enabled: row.optionalInt(3).map { $0 != 0 },
                    requireSalesDays: row.optionalInt(4).map(Int.init), setAt: row.int(5))
            )
            return false
        }
        guard let found else { return false }
        try keep(found.former, of: found.id, tenantID: tenantID, now: now)
        try sql.execute(ThresholdStatements.remove, scope) { _ in true }
        knownSettings = KnownSettings()
        return true
    }
}

/// A setting with what it holds for; nil members mean all.
struct StoredSetting {
    var productID: Int64?
    var category: String?
    var locationID: Int64?
    var setting: ThresholdSetting

    init(_ row: any SQLRow) {
        productID = row.optionalInt(0)
        category = row.optionalText(1)
        locationID = row.optionalInt(2)
        setting = ThresholdSetting(
            scope: ThresholdScope(product: productID != nil, category: category != nil, location: locationID != nil),
            low: row.optionalText(3).flatMap(ThresholdSpec.init), critical: row.optionalText(4).flatMap(ThresholdSpec.init),
            enabled: row.optionalInt(5).map { $0 != 0 }, requireSalesDays: row.optionalInt(6).map(Int.init))
    }

    init(_ former: FormerThreshold) {
        productID = former.productID
        category = former.category
        locationID = former.locationID
        setting = ThresholdSetting(
            scope: ThresholdScope(product: productID != nil, category: category != nil, location: locationID != nil),
            low: former.low.flatMap(ThresholdSpec.init), critical: former.critical.flatMap(ThresholdSpec.init),
            enabled: former.enabled, requireSalesDays: former.requireSalesDays)
    }

    fileprivate func bears(on row: LevelRow) -> Bool {
        (productID == nil || productID == row.productID) && (category == nil || category == row.category)
            && (locationID == nil || locationID == row.locationID)
    }
}

/// What a transaction knows of threshold settings.
struct KnownSettings {
    /// From so many levels on, reading all settings once costs less than looking up each level's.
    static let worthKeeping = 8
    /// More are not kept: going through them for each level would cost more than looking them up.
    static let few = 100

    var lookups = 0
    var byTenant: [Int64: [StoredSetting]?] = [:]
}

extension ThresholdScope {
    init(product: Bool, category: Bool, location: Bool) {
        self =
            switch (product, category, location) {
            case (true, _, true): .productAtLocation
            case (true, _, false): .product
            case (false, true, true): .categoryAtLocation
            case (false, true, false): .category
            case (false, false, true): .location
            case (false, false, false): .tenant
            }
    }
}

private enum ThresholdStatements {
    private static let select = """
        SELECT threshold.id, tenant.name, product.sku, threshold.category, location.name, low, critical, enabled,
            require_sales_days
        FROM threshold JOIN tenant ON tenant.id = threshold.tenant_id
        LEFT JOIN product ON product.id = threshold.product_id LEFT JOIN location ON location.id = threshold.location_id
        """
    static let page = SQL(
        """
        \(select) WHERE (?1 IS NULL OR threshold.tenant_id = ?1) AND threshold.id > ?2
            AND (?4 IS NULL OR product.sku = ?4) AND (?5 IS NULL OR threshold.category = ?5)
            AND (?6 IS NULL OR location.name = ?6)
        ORDER BY threshold.id LIMIT ?3
        """)
    static let one = SQL(
        """
        \(select) WHERE threshold.tenant_id = ?1 AND COALESCE(threshold.product_id, 0) = ?2
            AND COALESCE(threshold.category, '') = ?3 AND COALESCE(threshold.location_id, 0) = ?4
        """)
    static let bearing = SQL(
        """
        SELECT product_id, category, location_id, low, critical, enabled, require_sales_days FROM threshold
        WHERE tenant_id = ?1 AND COALESCE(product_id, 0) IN (0, ?2) AND COALESCE(category, '') IN ('', ?3)
            AND COALESCE(location_id, 0) IN (0, ?4)
        """)
    static let ofTenant = SQL(
        """
        SELECT product_id, category, location_id, low, critical, enabled, require_sales_days FROM threshold
        WHERE tenant_id = ? LIMIT ?
        """)
    static let kept = SQL(
        """
        SELECT id, low, critical, enabled, require_sales_days, set_at FROM threshold
        WHERE tenant_id = ?1 AND COALESCE(product_id, 0) = ?2 AND COALESCE(category, '') = ?3
            AND COALESCE(location_id, 0) = ?4
        """)
    static let remove = SQL(
        """
        DELETE FROM threshold WHERE tenant_id = ?1 AND COALESCE(product_id, 0) = ?2 AND COALESCE(category, '') = ?3
            AND COALESCE(location_id, 0) = ?4
        """)
    static let insert = SQL(
        """
        INSERT INTO threshold (tenant_id, product_id, category, location_id, low, critical, enabled, require_sales_days,
            set_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
}
