import StockDomain

package struct ProductRecord: Hashable, Sendable {
    package var id: Int64
    package var tenantID: Int64
    package var tenant: String
    package var sku: String
    package var name: String
    package var category: String?
    package var unit: String?
    package var packSize: Quantity?
    package var price: Money?
    package var cost: Money?
    package var parLevel: Quantity?
    package var retiredAt: Timestamp?
}

/// A product as a person states it. A member that is nil is not set.
package struct ProductDraft: Hashable, Sendable {
    package var sku: String
    package var name: String
    package var category: String?
    package var unit: String?
    package var packSize: Quantity?
    package var price: Money?
    package var cost: Money?
    package var parLevel: Quantity?

    package init(
        sku: String, name: String, category: String? = nil, unit: String? = nil, packSize: Quantity? = nil,
        price: Money? = nil, cost: Money? = nil, parLevel: Quantity? = nil
    ) {
        self.sku = sku
        self.name = name
        self.category = category
        self.unit = unit
        self.packSize = packSize
        self.price = price
        self.cost = cost
        self.parLevel = parLevel
    }
}

package struct ProductFilter: Hashable, Sendable {
    package var tenantID: Int64?
    /// Part of the SKU or name, in any case.
    package var query: String?
    package var category: String?
    package var includeRetired = false

    package init(tenantID: Int64?, query: String? = nil, category: String? = nil, includeRetired: Bool = false) {
        self.tenantID = tenantID
        self.query = query
        self.category = category
        self.includeRetired = includeRetired
    }

    /// `query` in the middle of a LIKE, where `%` and `_` mean themselves.
    fileprivate var pattern: String? {
        query?.lowercased().replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_")
    }
}

extension StoreReader {
    package func product(_ sku: String, tenantID: Int64) throws -> ProductRecord {
        guard let found = try sql.first(ProductStatements.bySKU, .int(tenantID), .text(sku), map: productRecord) else {
            throw StoreError.notFound("no product has the SKU \"\(sku)\"")
        }
        return found
    }

    /// Ids in outside systems, by source name.
    package func externalIDs(productID: Int64) throws -> [String: String] {
        Dictionary(
            try sql.all(ProductStatements.references, .int(productID)) { ($0.text(0), $0.text(1)) },
            uniquingKeysWith: { $1 })
    }

    /// Par levels of single locations, by name.
    package func parLevels(productID: Int64) throws -> [String: Quantity] {
        Dictionary(
            try sql.all(ProductStatements.parLevels, .int(productID)) { ($0.text(0), Quantity(scaled: $0.int(1))) },
            uniquingKeysWith: { $1 })
    }

    /// In order of SKU, from after `cursor` (a SKU and a tenant's id).
    package func products(_ filter: ProductFilter, after cursor: (sku: String, tenantID: Int64)?, limit: Int) throws -> [ProductRecord] {
        let sku = cursor?.sku ?? "", tenantID = cursor?.tenantID ?? 0
        return try sql.all(
            filter.tenantID == nil ? ProductStatements.pageOfAll : ProductStatements.page, .int(filter.tenantID ?? 0),
            .text(sku), .int(tenantID), .text(filter.pattern), .text(filter.category), .int(filter.includeRetired),
            .int(limit), map: productRecord)
    }

    private func productRecord(_ row: any SQLRow) -> ProductRecord {
        let currency = row.text(10)
        return ProductRecord(
            id: row.int(0), tenantID: row.int(1), tenant: row.text(2), sku: row.text(3), name: row.text(4),
            category: row.optionalText(5), unit: row.optionalText(6),
            packSize: row.quantity(7),
            price: row.optionalInt(8).map { Money(amount: $0, currency: currency) },
            cost: row.optionalInt(9).map { Money(amount: $0, currency: currency) },
            parLevel: row.quantity(11),
            retiredAt: row.instant(12))
    }
}

extension StoreTransaction {
    /// A SKU that was retired comes back as the draft has it, with its history.
    package func createProduct(_ draft: ProductDraft, tenantID: Int64, now: Timestamp) throws -> ProductRecord {
        try check(draft)
        if let known = try sql.first(ProductStatements.idBySKU, .int(tenantID), .text(draft.sku), map: { $0.int(0) }) {
            try keepingProduct(known, tenantID: tenantID, now: now) {
                guard try revive(productID: known, tenantID: tenantID) else {
                    throw StoreError.conflict("exists", "a product with the SKU \"\(draft.sku)\" exists already")
                }
                try write(draft, to: known)
            }
            try resettle(LevelSelection(tenantID: tenantID, productID: known), now: now)
        } else {
            _ = try insertProduct(draft, tracked: true, sourceThreshold: nil, tenantID: tenantID, now: now)
        }
        return try product(draft.sku, tenantID: tenantID)
    }

    /// Whether it was retired. Its levels are the caller's to settle.
    func revive(productID: Int64, tenantID: Int64) throws -> Bool {
        guard try sql.run(ProductStatements.revive, .int(productID)) > 0 else { return false }
        try count("products", by: 1, tenantID: tenantID)
        try count("levels", by: Int(try sql.int(ProductStatements.levels, .int(productID))), tenantID: tenantID)
        return true
    }

    func insertProduct(
        _ draft: ProductDraft, tracked: Bool, sourceThreshold: Quantity?, tenantID: Int64, now: Timestamp
    ) throws -> Int64 {
        let inserted = try sql.first(
            ProductStatements.insert, .int(tenantID), .text(draft.sku), .text(draft.name), .text(draft.category),
            .text(draft.unit), .int(draft.packSize?.scaled), .int(draft.price?.amount), .int(draft.cost?.amount),
            .text(draft.price?.currency ?? draft.cost?.currency), .int(draft.parLevel?.scaled), .int(tracked),
            .int(sourceThreshold?.scaled), .int(now.milliseconds), map: { $0.int(0) })
        guard let inserted else { throw StoreError(.internal, "inserting a product gave no id") }
        try count("products", by: 1, tenantID: tenantID)
        return inserted
    }

    /// Binds the product to what sources call it, by the name of a source of the same tenant, and to nothing else.
    package func setExternalIDs(_ ids: [String: String], productID: Int64, tenantID: Int64) throws {
        try sql.run(ProductStatements.removeReferences, .int(productID))
        for (source, externalID) in ids.sorted(by: { $0.key < $1.key }) {
            try checked(externalID, field: "external_ids.\(source)")
            guard let sourceID = try sql.first(LocationStatements.sourceID, .text(source), .int(tenantID), map: { $0.int(0) })
            else { throw StoreError.invalid("external_ids.\(source)", "no source is named \"\(source)\"") }
            try sql.run(ProductStatements.insertReference, .int(sourceID), .text(externalID), .int(productID))
        }
    }

    /// Replaces what a person may set; settles the product's levels anew, as par level and category move thresholds.
    package func updateProduct(_ draft: ProductDraft, tenantID: Int64, now: Timestamp) throws -> ProductRecord {
        try check(draft)
        let before = try product(draft.sku, tenantID: tenantID)
        try keepingProduct(before.id, tenantID: tenantID, now: now) { try write(draft, to: before.id) }
        if before.parLevel != draft.parLevel || before.category != draft.category {
            try resettle(LevelSelection(tenantID: tenantID, productID: before.id), now: now)
        }
        return try product(draft.sku, tenantID: tenantID)
    }

    private func write(_ draft: ProductDraft, to id: Int64) throws {
        try sql.run(
            ProductStatements.update, .text(draft.name), .text(draft.category), .text(draft.unit),
            .int(draft.packSize?.scaled), .int(draft.price?.amount), .int(draft.cost?.amount),
            .text(draft.price?.currency ?? draft.cost?.currency), .int(draft.parLevel?.scaled), .int(id))
    }

    /// Hides the product from lists and resolves its alerts; its history stays.
    package func retireProduct(_ sku: String, tenantID: Int64, now: Timestamp) throws -> ProductRecord {
        let found = try product(sku, tenantID: tenantID)
        if found.retiredAt == nil { try retire(productID: found.id, tenantID: tenantID, now: now) }
        return try product(sku, tenantID: tenantID)
    }

    func retire(productID: Int64, tenantID: Int64, now: Timestamp) throws {
        try keepingProduct(productID, tenantID: tenantID, now: now) {
            _ = try sql.run(ProductStatements.retire, .int(now.milliseconds), .int(productID))
        }
        try count("products", by: -1, tenantID: tenantID)
        try resettle(LevelSelection(tenantID: tenantID, productID: productID), now: now)
        try count("levels", by: -Int(try sql.int(ProductStatements.levels, .int(productID))), tenantID: tenantID)
    }

    private func check(_ draft: ProductDraft) throws {
        try checked(draft.sku, field: "sku")
        try checked(draft.name, field: "name")
        if let category = draft.category { try checked(category, field: "category") }
        if let unit = draft.unit { try checked(unit, field: "unit", limit: 32) }
        if let packSize = draft.packSize, packSize <= .zero {
            throw StoreError.invalid("pack_size", "pack_size must be more than 0")
        }
        if let par = draft.parLevel, par < .zero { throw StoreError.invalid("par_level", "par_level must not be negative") }
        for (field, money) in [("price", draft.price), ("cost", draft.cost)] {
            if let money { try checked(money, field: field) }
        }
        if let price = draft.price, let cost = draft.cost, price.currency != cost.currency {
            throw StoreError.invalid("cost.currency", "price and cost must be in one currency")
        }
    }

    func checked(_ money: Money, field: String) throws {
        guard money.amount >= 0 else { throw StoreError.invalid("\(field).amount", "\(field) must not be negative") }
        guard money.currency.utf8.count == 3, money.currency.utf8.allSatisfy({ (65...90).contains($0) }) else {
            throw StoreError.invalid("\(field).currency", "\(field).currency must be an ISO 4217 code such as USD")
        }
    }
}

enum ProductStatements {
    private static let select = """
        SELECT product.id, tenant_id, tenant.name, sku, product.name, category, unit, pack_size, price, cost, currency,
            par_level, retired_at
        FROM product JOIN tenant ON tenant.id = tenant_id
        """
    private static let filter = """
         AND (?4 IS NULL OR LOWER(sku) LIKE '%' || ?4 || '%' ESCAPE '!' OR LOWER(product.name) LIKE '%' || ?4 || '%' ESCAPE '!')
            AND (?5 IS NULL OR category = ?5) AND (?6 = 1 OR retired_at IS NULL)
        """
    static let bySKU = SQL(select + " WHERE tenant_id = ? AND sku = ?")
    static let page = SQL(select + " WHERE tenant_id = ?1 AND (sku, tenant_id) > (?2, ?3)" + filter + " ORDER BY sku LIMIT ?7")
    static let pageOfAll = SQL(
        select + " WHERE ?1 = 0 AND (sku, tenant_id) > (?2, ?3)" + filter + " ORDER BY sku, tenant_id LIMIT ?7")
    static let idBySKU = SQL("SELECT id FROM product WHERE tenant_id = ? AND sku = ?")
    static let references = SQL(
        "SELECT source.name, external_id FROM product_ref JOIN source ON source.id = source_id WHERE product_id = ?")
    static let parLevels = SQL(
        """
        SELECT location.name, par_level FROM level JOIN location ON location.id = location_id
        WHERE product_id = ? AND par_level IS NOT NULL
        """)
    static let removeReferences = SQL("DELETE FROM product_ref WHERE product_id = ?")
    static let insertReference = SQL(
        """
        INSERT INTO product_ref (source_id, external_id, product_id) VALUES (?, ?, ?)
        ON CONFLICT (source_id, external_id) DO UPDATE SET product_id = excluded.product_id
        """)
    static let insert = SQL(
        """
        INSERT INTO product (tenant_id, sku, name, category, unit, pack_size, price, cost, currency, par_level, tracked,
            source_threshold, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
        """)
    static let update = SQL(
        """
        UPDATE product SET name = ?, category = ?, unit = ?, pack_size = ?, price = ?, cost = ?, currency = ?, par_level = ?
        WHERE id = ?
        """)
    static let retire = SQL("UPDATE product SET retired_at = ? WHERE id = ?")
    static let revive = SQL("UPDATE product SET retired_at = NULL WHERE id = ? AND retired_at IS NOT NULL")
    static let levels = SQL("SELECT COUNT(*) FROM level WHERE product_id = ?")
}
