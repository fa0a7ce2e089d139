import Foundation
import StockDomain

/// Whose rows are applied.
package struct ImportTerms: Hashable, Sendable {
    package var tenantID: Int64
    /// Sales are told apart by its external ids.
    package var sourceID: Int64
    /// When levels were counted whose rows do not say.
    package var countedAt: Timestamp
    /// The rows were applied before: products that exist are left as they are.
    package var isReplay: Bool

    package init(tenantID: Int64, sourceID: Int64, countedAt: Timestamp, isReplay: Bool = false) {
        self.tenantID = tenantID
        self.sourceID = sourceID
        self.countedAt = countedAt
        self.isReplay = isReplay
    }
}

extension StoreTransaction {
    /// Applies a page of a source's file together with its bookmark. Replaying it changes nothing.
    package func apply(_ page: ImportPage, from source: SourceRecord, now: Timestamp) throws -> ImportOutcome {
        let terms = ImportTerms(
            tenantID: source.tenantID, sourceID: source.id, countedAt: page.countedAt, isReplay: page.isReplay)
        var outcome = try importRows(page.lines, terms, now: now)
        outcome.skipped = (outcome.skipped + page.unreadable).sorted { $0.line < $1.line }
        for skipped in outcome.skipped.prefix(page.listed) {
            try sql.run(
                SourceStatements.insertSkipped, .int(source.id), .text("\(page.phase) line \(skipped.line)"),
                .text(skipped.reason), .int(now.milliseconds))
        }
        if let file = page.finished {
            try sql.run(
                ImportStatements.keepFile, .int(source.id), .text(file.digest), .text(file.name),
                .int(file.countedAt.milliseconds), .int(now.milliseconds))
        }
        var counts = 0, sales = 0
        switch page.lines.first?.content {
        case .level: counts = outcome.applied
        case .sale: sales = outcome.applied
        case .product, nil: break
        }
        try sql.run(
            SourceStatements.progress, .text(try page.resume(outcome)), .text(page.phase), .int(1), .int(counts), .int(sales),
            .int(outcome.skipped.count), .int(source.id))
        return outcome
    }

    /// Applies rows that name products by SKU and locations by name. A row that cannot be applied costs itself.
    package func importRows(_ lines: [ImportLine], _ terms: ImportTerms, now: Timestamp) throws -> ImportOutcome {
        var outcome = ImportOutcome()
        var names = ImportNames(tenantID: terms.tenantID)
        var levels: [StatedLevel] = []
        var sales: [LevelKey: [StatedSale]] = [:]
        for line in lines {
            do {
                switch line.content {
                case .product(let product):
                    if try apply(product, terms, now: now) { outcome.applied += 1 } else { outcome.unchanged += 1 }
                case .level(let level):
                    let key = try names.key(level.sku, level.location, sql)
                    let countedAt =
                        try level.countedAt.map { try instant($0, at: key, "counted_at", now: now) } ?? min(terms.countedAt, now)
                    levels.append(
                        StatedLevel(key: key, index: levels.count, line: line.line, quantity: level.quantity, countedAt: countedAt))
                case .sale(let sale):
                    let key = try names.key(sale.sku, sale.location, sql)
                    let soldAt = try instant(sale.soldAt, at: key, "sold_at", now: now)
                    if try isNewSale(sale.externalID, of: terms.sourceID, soldAt: soldAt, now: now) {
                        sales[key, default: []].append(StatedSale(quantity: sale.quantity, soldAt: soldAt))
                        outcome.applied += 1
                    } else {
                        outcome.unchanged += 1
                    }
                }
            } catch let problem as RowProblem {
                outcome.skipped.append(SkippedLine(line: line.line, reason: problem))
            }
        }
        // Neighbouring rows are written together.
        for level in levels.sorted() { try apply(level, terms, &outcome, now: now) }
        for (key, group) in sales.sorted(by: { $0.key < $1.key }) {
            var row = try levelRowOrNew(productID: key.productID, locationID: key.locationID, now: now)
            for sale in group { try addDemand(sale.quantity, at: sale.soldAt, in: &row) }
            try refreshRate(&row, now: now)
            _ = try settle(&row, trigger: .sweep, now: now)
        }
        return outcome
    }

    /// A row holds as of when they were counted: what was counted later stands, and what was counted otherwise at that
    /// very time as well, since sales may have moved it.
    private func apply(_ level: StatedLevel, _ terms: ImportTerms, _ outcome: inout ImportOutcome, now: Timestamp) throws {
        let known = try sql.first(ImportStatements.level, .int(level.key.productID), .int(level.key.locationID)) {
            (onHand: Quantity(scaled: $0.int(0)), countedAt: $0.instant(1))
        }
        if let known, let last = known.countedAt, last <= now + StoreTransaction.clockSkew, level.countedAt <= last {
            if level.countedAt == last, level.quantity == known.onHand {
                outcome.unchanged += 1
            } else {
                outcome.overtaken += 1
            }
            return
        }
        if try recount(level.key, to: level.quantity, at: level.countedAt, sourceID: terms.sourceID, now: now) == nil {
            _ = try apply(
                .counted(level.quantity), countedAt: level.countedAt, at: level.key, sourceID: terms.sourceID, now: now)
        }
        outcome.applied += 1
    }

    /// Of the location's clocks where the file has no zone. One that lies a little ahead is now: clocks differ.
    private func instant(_ time: ImportTime, at key: LevelKey, _ column: String, now: Timestamp) throws -> Timestamp {
        let at = time.instant(in: try timeZone(ofLocation: key.locationID))
        guard at <= now + StoreTransaction.clockSkew else { throw RowProblem.future(column, at) }
        return min(at, now)
    }

    /// Returns whether it was news.
    private func apply(_ product: ImportedProduct, _ terms: ImportTerms, now: Timestamp) throws -> Bool {
        let known = try sql.first(ProductStatements.idBySKU, .int(terms.tenantID), .text(product.sku), map: { $0.int(0) })
        guard known != nil else {
            guard let name = product.name else { throw RowProblem.unnamedProduct }
            _ = try createProduct(
                ProductDraft(
                    sku: product.sku, name: name, category: product.category ?? nil,
                    price: try money(product.price ?? nil, product.currency ?? "USD"), parLevel: product.parLevel ?? nil),
                tenantID: terms.tenantID, now: now)
            return true
        }
        let old = try self.product(product.sku, tenantID: terms.tenantID)
        guard old.retiredAt == nil else { throw RowProblem.retiredProduct(product.sku) }
        if terms.isReplay { return false }
        let oldCurrency = old.price?.currency ?? old.cost?.currency
        let draft = ProductDraft(
            sku: old.sku, name: product.name ?? old.name, category: product.category ?? old.category, unit: old.unit,
            packSize: old.packSize,
            price: try product.price.map { try money($0, product.currency ?? oldCurrency ?? "USD") } ?? old.price,
            cost: old.cost, parLevel: product.parLevel ?? old.parLevel)
        let same =
            draft.name == old.name && draft.category == old.category && draft.price == old.price
            && draft.parLevel == old.parLevel
        if same { return false }
        if let price = draft.price, let cost = draft.cost, price.currency != cost.currency {
            throw RowProblem.refused("its cost is in \(cost.currency), and price and cost must be in one currency")
        }
        _ = try updateProduct(draft, tenantID: terms.tenantID, now: now)
        return true
    }

    private func money(_ amount: Quantity?, _ currency: String) throws -> Money? {
        guard let amount else { return nil }
        guard let money = Money(amount, currency: currency) else {
            throw RowProblem.places("price", Money.minorDigits(of: currency), currency: currency)
        }
        return money
    }
}

extension StoreReader {
    /// The file of that digest that was applied for the source, and whether no other was applied since.
    package func appliedFile(digest: String, sourceID: Int64) throws -> (file: AppliedFile, isLast: Bool)? {
        try sql.first(ImportStatements.file, .int(sourceID), .text(digest)) { row in
            (
                AppliedFile(digest: digest, name: row.text(0), countedAt: Timestamp(milliseconds: row.int(1))), row.bool(2)
            )
        }
    }
}

extension StoreTransaction {
    /// What rows that come through the socket are told apart by: a source of the tenant's own that nobody configures.
    package func importSource(tenantID: Int64, tenant: String, now: Timestamp) throws -> Int64 {
        try registerSource("import@\(tenant)", kind: "import", tenant: tenant, now: now)
    }
}

/// Ids behind the names of a page's rows, each looked up once.
private struct ImportNames {
    let tenantID: Int64
    private var products: [String: Result<Int64, RowProblem>] = [:]
    private var locations: [String: Int64?] = [:]

    init(tenantID: Int64) { self.tenantID = tenantID }

    /// Throws `RowProblem` too.
    mutating func key(_ sku: String, _ location: String, _ sql: any SQLConnection) throws -> LevelKey {
        let place: Int64?
        if let known = locations[location] {
            place = known
        } else {
            place = try sql.first(LocationStatements.idByName, .int(tenantID), .text(location)) { $0.int(0) }
            locations[location] = .some(place)
        }
        if products[sku] == nil {
            let found = try sql.first(ImportStatements.product, .int(tenantID), .text(sku)) { (id: $0.int(0), isLive: $0.isNull(1)) }
            products[sku] = found.map { $0.isLive ? .success($0.id) : .failure(.retiredProduct(sku)) } ?? .failure(.unknownProduct(sku))
        }
        guard let product = try products[sku]?.get() else { throw RowProblem.unknownProduct(sku) }
        guard let place else { throw RowProblem.unknownLocation(location) }
        return LevelKey(productID: product, locationID: place)
    }
}

private struct StatedLevel: Comparable {
    var key: LevelKey
    var index: Int
    var line: Int
    var quantity: Quantity
    var countedAt: Timestamp

    /// Of one level the earlier count first; of two at one time the row that comes first in the file stands.
    static func < (a: StatedLevel, b: StatedLevel) -> Bool {
        if a.key != b.key { return a.key < b.key }
        return a.countedAt == b.countedAt ? a.index < b.index : a.countedAt < b.countedAt
    }
}

private struct StatedSale {
    var quantity: Quantity
    var soldAt: Timestamp
}

private enum ImportStatements {
    static let level = SQL("SELECT on_hand, counted_at FROM level WHERE product_id = ? AND location_id = ?")
    static let product = SQL("SELECT id, retired_at FROM product WHERE tenant_id = ? AND sku = ?")
    static let file = SQL(
        """
        SELECT name, at, NOT EXISTS (SELECT 1 FROM csv_file AS later
            WHERE later.source_id = csv_file.source_id AND later.at > csv_file.at)
        FROM csv_file WHERE source_id = ? AND digest = ?
        """)
    static let keepFile = SQL(
        """
        INSERT INTO csv_file (source_id, digest, name, at, recorded_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (source_id, digest) DO UPDATE SET name = excluded.name, at = excluded.at,
            recorded_at = excluded.recorded_at
        """)
}
