import Foundation
import StockDomain

extension StoreTransaction {
    /// Applies one page of a source together with its bookmark: catalogue, levels, ledger, demand, alerts and
    /// notifications in one transaction. Replaying a page changes nothing.
    ///
    /// - Parameter isLast: false for a part of a page that others follow: it leaves the bookmark where it is.
    package func apply(_ page: SyncPage, from source: SourceRecord, isLast: Bool = true, now: Timestamp) throws {
        var skipped = page.skipped
        for location in page.locations {
            if let reason = try apply(location, source, now: now) {
                skipped.append(SkippedObject(object: "location \(location.externalID)", reason: reason))
            }
        }
        for product in page.products {
            if let reason = try apply(product, source, now: now) {
                skipped.append(SkippedObject(object: "product \(product.externalID)", reason: reason))
            }
        }
        var places = try References(source: source.id, sql)
        let counts = try apply(page.counts, &places, source, now: now, skipped: &skipped)

        var sales = 0
        var touched: [LevelKey: [SourceSale]] = [:]
        for sale in page.sales {
            guard let key = try places.key(sale.key, sql) else {
                skipped.append(SkippedObject(
                    object: "sale \(sale.externalID)", reason: "the product or location is not known"))
                continue
            }
            if try isNewSale(sale.externalID, of: source.id, soldAt: sale.soldAt, now: now) {
                touched[key, default: []].append(sale)
            }
        }
        for (key, group) in touched.sorted(by: { $0.key < $1.key }) {
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
            SourceStatements.progress, .text(isLast ? page.resume : nil), .text(page.phase), .int(isLast), .int(counts),
            .int(sales), .int(skipped.count), .int(source.id))
    }

    /// Remembers the sale, and returns whether it was not known. Of one that is older than sales are remembered nobody can
    /// tell: it may have been counted then, and no rate of sale goes by it any more.
    func isNewSale(_ externalID: String, of sourceID: Int64, soldAt: Timestamp, now: Timestamp) throws -> Bool {
        guard soldAt >= now - StoreReader.saleLifetime else { return false }
        return try sql.run(
            PageStatements.insertSale, .int(sourceID), .text(externalID), .int(soldAt.milliseconds)) > 0
    }

    /// Returns why it was skipped.
    private func apply(_ location: SourceLocation, _ source: SourceRecord, now: Timestamp) throws -> String? {
        let zone = TimeZone(identifier: location.timeZone) == nil ? "UTC" : location.timeZone
        if let known = try sql.first(PageStatements.location, .int(source.id), .text(location.externalID), map: { $0.int(0) }) {
            let taken = try sql.first(LocationStatements.idByName, .int(source.tenantID), .text(location.name), map: { $0.int(0) })
            // A name that another location has already is left to it.
            let name = taken == nil || taken == known ? location.name : nil
            try sql.run(PageStatements.updateLocation, .text(name), .text(zone), .int(known))
            zones[known] = nil
            return nil
        }
        guard location.active else { return nil }
        guard let id = try claimLocation(location, zone, source, now: now) else {
            return "other locations of \(source.name) are named \(location.name) and \(ownName(of: location))"
        }
        try sql.run(LocationStatements.insertReference, .int(source.id), .text(location.externalID), .int(id))
        for productID in try sql.all(PageStatements.productsOfSource, .int(source.id), map: { $0.int(0) }) {
            var row = try levelRowOrNew(productID: productID, locationID: id, now: now)
            _ = try settle(&row, trigger: .sweep, now: now)
        }
        return nil
    }

    /// The location of the same name that no other object of this source is, or a new one; nil where other objects of
    /// the source have every name that it could have.
    private func claimLocation(
        _ location: SourceLocation, _ zone: String, _ source: SourceRecord, now: Timestamp
    ) throws -> Int64? {
        for name in [location.name, ownName(of: location)] {
            guard try sql.first(LocationStatements.idByName, .int(source.tenantID), .text(name), map: { $0.int(0) }) != nil
            else { return try insertLocation(name, timeZone: zone, tenantID: source.tenantID, now: now) }
            let unclaimed = try sql.first(
                PageStatements.unclaimedLocation, .int(source.tenantID), .text(name), .int(source.id), map: { $0.int(0) })
            if let unclaimed { return unclaimed }
        }
        return nil
    }

    private func ownName(of location: SourceLocation) -> String { "\(location.name) (\(location.externalID))" }

    /// Returns why it was skipped.
    private func apply(_ product: SourceProduct, _ source: SourceRecord, now: Timestamp) throws -> String? {
        let known = try sql.first(ReferenceStatements.product, .int(source.id), .text(product.externalID), map: { $0.int(0) })
        if product.deleted {
            if let known, try sql.int(PageStatements.isLive, .int(known)) == 1 {
                try retire(productID: known, tenantID: source.tenantID, now: now)
            }
            return nil
        }
        guard !product.sku.isEmpty, !product.name.isEmpty else { return "it has no name or SKU" }
        if let price = product.price, price.amount < 0 { return "its price is negative" }
        let id: Int64
        var anew = true
        if let known {
            id = known
            anew = try update(id, to: product, source, now: now)
        } else {
            guard let claimed = try claimProduct(product, source, now: now) else {
                return "other objects of \(source.name) have the SKUs \(product.sku) and \(ownSKU(of: product))"
            }
            id = claimed
            try sql.run(PageStatements.insertReference, .int(source.id), .text(product.externalID), .int(id))
        }
        try keepConversion(of: product, source)
        let locations = try sql.all(PageStatements.locationsOfSource, .int(source.id)) { ($0.int(0), $0.text(1)) }
        for (locationID, externalID) in locations {
            let override = product.overrides.first { $0.locationID == externalID }
            try apply(override, to: LevelKey(productID: id, locationID: locationID), anew: anew, source, now: now)
        }
        if anew {
            // What the product says holds for its levels elsewhere too.
            let here = Set(locations.map(\.0))
            let all = try sql.all(PageStatements.levels, .int(id)) { LevelKey(productID: id, locationID: $0.int(0)) }
            try resettle(all.filter { !here.contains($0.locationID) }, now: now)
        }
        return nil
    }

    /// The product of the same SKU that no other object of this source is, or a new one. Two objects with one SKU are two
    /// products, as their stock must not be thrown together: the second has its own id in its SKU. nil where that is
    /// another object's as well.
    private func claimProduct(_ product: SourceProduct, _ source: SourceRecord, now: Timestamp) throws -> Int64? {
        for sku in [product.sku, ownSKU(of: product)] {
            guard
                let same = try sql.first(ProductStatements.idBySKU, .int(source.tenantID), .text(sku), map: { $0.int(0) })
            else {
                return try insertProduct(
                    ProductDraft(sku: sku, name: product.name, category: product.category, price: product.price),
                    tracked: product.tracked, sourceThreshold: product.alertThreshold, tenantID: source.tenantID, now: now)
            }
            guard try sql.int(PageStatements.isReferenced, .int(source.id), .int(same)) == 0 else { continue }
            _ = try update(same, to: product, source, now: now)
            return same
        }
        return nil
    }

    /// Returns whether that was news.
    private func update(_ id: Int64, to product: SourceProduct, _ source: SourceRecord, now: Timestamp) throws -> Bool {
        try keepingProduct(id, tenantID: source.tenantID, now: now) {
            let isNews = try sql.run(
                PageStatements.updateProduct, .text(product.name), .text(product.category), .int(product.price?.amount),
                .text(product.price?.currency), .int(product.tracked), .int(product.alertThreshold?.scaled), .int(id)) > 0
            return try revive(productID: id, tenantID: source.tenantID) || isNews
        }
    }

    private func ownSKU(of product: SourceProduct) -> String { "\(product.sku)#\(product.externalID)" }

    private func apply(
        _ override: SourceProduct.Override?, to key: LevelKey, anew: Bool, _ source: SourceRecord, now: Timestamp
    ) throws {
        var row = try levelRowOrNew(productID: key.productID, locationID: key.locationID, now: now)
        let soldOut = override?.soldOut ?? false
        let same =
            row.overrideTracked == override?.tracked && row.sourceThreshold == override?.alertThreshold && row.soldOut == soldOut
        if same, !anew, row.stored != nil { return }
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
}

enum PageStatements {
    static let location = SQL("SELECT location_id FROM location_ref WHERE source_id = ? AND external_id = ?")
    static let updateLocation = SQL("UPDATE location SET name = COALESCE(?, name), time_zone = ? WHERE id = ?")
    static let unclaimedLocation = SQL(
        """
        SELECT id FROM location WHERE tenant_id = ?1 AND name = ?2
            AND NOT EXISTS (SELECT 1 FROM location_ref WHERE location_id = location.id AND source_id = ?3)
        """)
    static let locationsOfSource = SQL("SELECT location_id, external_id FROM location_ref WHERE source_id = ?")
    static let productsOfSource = SQL("SELECT product_id FROM product_ref WHERE source_id = ?")
    static let levels = SQL("SELECT location_id FROM level WHERE product_id = ?")
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
