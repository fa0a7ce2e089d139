import Foundation
import StockDomain

extension StoreTransaction {
    /// Applies one page of a source together with its bookmark: catalogue, levels, ledger, demand, alerts and
    /// notifications in one transaction. Replaying a page changes nothing.
    package func apply(_ page: SyncPage, from source: SourceRecord, now: Timestamp) throws {
        var skipped = page.skipped
        for location in page.locations { try apply(location, source, now: now) }
        for product in page.products {
            if let reason = try apply(product, source, now: now) {
                skipped.append(SkippedObject(object: "product \(product.externalID)", reason: reason))
            }
        }
        var places = ReferenceCache(source: source.id)
        var counts = 0, sales = 0
        // In order of key, so that neighbouring rows of the level table are written together.
        var located: [(key: LevelKey, count: SourceCount)] = []
        for count in page.counts {
            if let key = try places.key(count.key, sql) {
                located.append((key, count))
            } else {
                skipped.append(SkippedObject(
                    object: "count of \(count.key.productID) at \(count.key.locationID)",
                    reason: "the product or location is not known"))
            }
        }
        located.sort { ($0.key.productID, $0.key.locationID) < ($1.key.productID, $1.key.locationID) }
        for (key, count) in located where try apply(count, at: key, source, now: now) { counts += 1 }

        var touched: [LevelKey: [SourceSale]] = [:]
        for sale in page.sales {
            guard let key = try places.key(sale.key, sql) else {
                skipped.append(SkippedObject(
                    object: "sale \(sale.externalID)", reason: "the product or location is not known"))
                continue
            }
            let isNew = try sql.run(
                PageStatements.insertSale, .int(source.id), .text(sale.externalID), .int(sale.soldAt.milliseconds)) > 0
            if isNew { touched[key, default: []].append(sale) }
        }
        for (key, group) in touched.sorted(by: { ($0.key.productID, $0.key.locationID) < ($1.key.productID, $1.key.locationID) }) {
            var row = try levelRowOrNew(productID: key.productID, locationID: key.locationID, now: now)
            for sale in group { try addDemand(sale.quantity, at: min(sale.soldAt, now), in: &row) }
            try refreshRate(&row, now: now)
            _ = try settle(&row, trigger: .sweep, now: now)
            sales += group.count
        }
        for object in skipped {
            try sql.run(
                SourceStatements.insertSkipped, .int(source.id), .text(object.object), .text(object.reason),
                .int(now.milliseconds))
        }
        try sql.run(
            SourceStatements.progress, .text(page.resume), .text(page.phase), .int(counts), .int(sales),
            .int(skipped.count), .int(source.id))
    }

    private func apply(_ location: SourceLocation, _ source: SourceRecord, now: Timestamp) throws {
        let zone = TimeZone(identifier: location.timeZone) == nil ? "UTC" : location.timeZone
        if let known = try sql.first(PageStatements.location, .int(source.id), .text(location.externalID), map: { $0.int(0) }) {
            let taken = try sql.first(LocationStatements.idByName, .int(source.tenantID), .text(location.name), map: { $0.int(0) })
            // A name that another location has already is left to it.
            let name = taken == nil || taken == known ? location.name : nil
            try sql.run(PageStatements.updateLocation, .text(name), .text(zone), .int(known))
            zones[known] = nil
            return
        }
        guard location.active else { return }
        var id = try sql.first(
            PageStatements.unclaimedLocation, .int(source.tenantID), .text(location.name), .int(source.id), map: { $0.int(0) })
        if id == nil {
            let taken = try sql.first(LocationStatements.idByName, .int(source.tenantID), .text(location.name), map: { $0.int(0) })
            let name = taken == nil ? location.name : "\(location.name) (\(location.externalID))"
            id = try insertLocation(name, timeZone: zone, tenantID: source.tenantID, now: now)
        }
        guard let id else { return }
        try sql.run(LocationStatements.insertReference, .int(source.id), .text(location.externalID), .int(id))
        for productID in try sql.all(PageStatements.productsOfSource, .int(source.id), map: { $0.int(0) }) {
            var row = try levelRowOrNew(productID: productID, locationID: id, now: now)
            _ = try settle(&row, trigger: .sweep, now: now)
        }
    }

    /// Returns why it was skipped.
    private func apply(_ product: SourceProduct, _ source: SourceRecord, now: Timestamp) throws -> String? {
        let known = try sql.first(PageStatements.product, .int(source.id), .text(product.externalID), map: { $0.int(0) })
        if product.deleted {
            if let known, try sql.int(PageStatements.isLive, .int(known)) == 1 {
                try retire(productID: known, tenantID: source.tenantID, now: now)
            }
            return nil
        }
        guard !product.sku.isEmpty, !product.name.isEmpty else { return "it has no name or SKU" }
        let id: Int64
        var anew = true
        if let known {
            id = known
            anew = try sql.run(
                PageStatements.updateProduct, .text(product.name), .text(product.category), .int(product.price?.amount),
                .text(product.price?.currency), .int(product.tracked), .int(product.alertThreshold?.scaled), .int(id)) > 0
            if try revive(productID: id, tenantID: source.tenantID) { anew = true }
        } else {
            id = try claimProduct(product, source, now: now)
            try sql.run(PageStatements.insertReference, .int(source.id), .text(product.externalID), .int(id))
        }
        try keepConversion(of: product, source)
        let locations = try sql.all(PageStatements.locationsOfSource, .int(source.id)) { ($0.int(0), $0.text(1)) }
        for (locationID, externalID) in locations {
            let override = product.overrides.first { $0.locationID == externalID }
            try apply(override, to: LevelKey(productID: id, locationID: locationID), anew: anew, source, now: now)
        }
        return nil
    }

    /// The product of the same SKU that no other object of this source is, or a new one.
    private func claimProduct(_ product: SourceProduct, _ source: SourceRecord, now: Timestamp) throws -> Int64 {
        var sku = product.sku
        if let same = try sql.first(ProductStatements.idBySKU, .int(source.tenantID), .text(sku), map: { $0.int(0) }) {
            if try sql.int(PageStatements.isReferenced, .int(source.id), .int(same)) == 0 {
                try sql.run(
                    PageStatements.updateProduct, .text(product.name), .text(product.category),
                    .int(product.price?.amount), .text(product.price?.currency), .int(product.tracked),
                    .int(product.alertThreshold?.scaled), .int(same))
                _ = try revive(productID: same, tenantID: source.tenantID)
                return same
            }
            // Two objects with one SKU are two products: their stock must not be thrown together.
            sku = "\(sku)#\(product.externalID)"
        }
        return try insertProduct(
            ProductDraft(sku: sku, name: product.name, category: product.category, price: product.price),
            tracked: product.tracked, sourceThreshold: product.alertThreshold, tenantID: source.tenantID, now: now)
    }

    private func apply(
        _ override: SourceProduct.Override?, to key: LevelKey, anew: Bool, _ source: SourceRecord, now: Timestamp
    ) throws {
        var row = try levelRowOrNew(productID: key.productID, locationID: key.locationID, now: now)
        let soldOut = override?.soldOut ?? false
        let same =
            row.overrideTracked == override?.tracked && row.sourceThreshold == override?.alertThreshold && row.soldOut == soldOut
        if same, !anew { return }
        row.overrideTracked = override?.tracked
        row.sourceThreshold = override?.alertThreshold
        row.thresholds = try resolvedThresholds(row)
        var trigger = AlertRule.Trigger.sweep
        if row.soldOut != soldOut {
            trigger = .change
            row.soldOut = soldOut
            if soldOut { row.keptCount = row.countedAt == nil ? nil : row.onHand }
            try move(
                &row, .count, to: soldOut ? .zero : row.keptCount ?? .zero,
                origin: MovementOrigin(reason: soldOut ? "sold out at the source" : "on sale again", sourceID: source.id, at: now),
                always: false, now: now)
            if !soldOut { row.keptCount = nil }
        }
        _ = try settle(&row, trigger: trigger, now: now)
    }

    private func keepConversion(of product: SourceProduct, _ source: SourceRecord) throws {
        if let conversion = product.conversion {
            try sql.run(
                PageStatements.insertConversion, .int(source.id), .text(product.externalID),
                .text(conversion.stockedID), .int(conversion.stocked.scaled), .int(conversion.sold.scaled))
        } else {
            try sql.run(PageStatements.removeConversion, .int(source.id), .text(product.externalID))
        }
    }

    /// Returns whether the count was news.
    private func apply(_ count: SourceCount, at key: LevelKey, _ source: SourceRecord, now: Timestamp) throws -> Bool {
        var row = try levelRowOrNew(productID: key.productID, locationID: key.locationID, now: now)
        guard !row.retired else { return false }
        // A source whose clock is ahead must not keep its own next counts out.
        let countedAt = min(count.countedAt, now)
        if let last = row.countedAt, countedAt < last { return false }
        switch count.value {
        case .counted(let quantity):
            row.countedAt = countedAt
            if row.soldOut {
                row.keptCount = quantity
            } else {
                try move(
                    &row, .count, to: quantity, origin: MovementOrigin(sourceID: source.id, at: countedAt), always: false,
                    now: now)
            }
        case .unknown:
            row.countedAt = nil
        case .untracked:
            row.overrideTracked = false
        }
        _ = try settle(&row, trigger: .change, now: now)
        return true
    }
}

/// The ids behind a source's own, looked up once a page.
private struct ReferenceCache {
    let source: Int64
    private var products: [String: Int64?] = [:]
    private var locations: [String: Int64?] = [:]

    init(source: Int64) { self.source = source }

    mutating func key(_ key: SourceLevelKey, _ sql: any SQLConnection) throws -> LevelKey? {
        let product =
            try products[key.productID]
            ?? sql.first(PageStatements.product, .int(source), .text(key.productID)) { $0.int(0) }
        products[key.productID] = .some(product)
        let location =
            try locations[key.locationID]
            ?? sql.first(PageStatements.location, .int(source), .text(key.locationID)) { $0.int(0) }
        locations[key.locationID] = .some(location)
        guard let product, let location else { return nil }
        return LevelKey(productID: product, locationID: location)
    }
}

private enum PageStatements {
    static let location = SQL("SELECT location_id FROM location_ref WHERE source_id = ? AND external_id = ?")
    static let updateLocation = SQL("UPDATE location SET name = COALESCE(?, name), time_zone = ? WHERE id = ?")
    static let unclaimedLocation = SQL(
        """
        SELECT id FROM location WHERE tenant_id = ?1 AND name = ?2
            AND NOT EXISTS (SELECT 1 FROM location_ref WHERE location_id = location.id AND source_id = ?3)
        """)
    static let locationsOfSource = SQL("SELECT location_id, external_id FROM location_ref WHERE source_id = ?")
    static let productsOfSource = SQL("SELECT product_id FROM product_ref WHERE source_id = ?")
    static let product = SQL("SELECT product_id FROM product_ref WHERE source_id = ? AND external_id = ?")
    static let isLive = SQL("SELECT COUNT(*) FROM product WHERE id = ? AND retired_at IS NULL")
    static let isReferenced = SQL("SELECT COUNT(*) FROM product_ref WHERE source_id = ? AND product_id = ?")
    static let updateProduct = SQL(
        """
        UPDATE product SET name = ?1, category = ?2, price = ?3, currency = COALESCE(?4, currency), tracked = ?5,
            source_threshold = ?6
        WHERE id = ?7 AND (name <> ?1 OR COALESCE(category, '') <> COALESCE(?2, '') OR COALESCE(price, -1) <> COALESCE(?3, -1)
            OR COALESCE(currency, '') <> COALESCE(?4, currency, '') OR tracked <> ?5
            OR COALESCE(source_threshold, -1) <> COALESCE(?6, -1))
        """)
    static let insertReference = SQL("INSERT INTO product_ref (source_id, external_id, product_id) VALUES (?, ?, ?)")
    static let insertConversion = SQL(
        """
        INSERT INTO stock_conversion (source_id, external_id, stocked_id, stocked, sold) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (source_id, external_id) DO UPDATE SET stocked_id = excluded.stocked_id,
            stocked = excluded.stocked, sold = excluded.sold
        """)
    static let removeConversion = SQL("DELETE FROM stock_conversion WHERE source_id = ? AND external_id = ?")
    static let insertSale = SQL(
        "INSERT INTO sale (source_id, external_id, sold_at) VALUES (?, ?, ?) ON CONFLICT (source_id, external_id) DO NOTHING")
}
