import StockDomain

/// A flash sale as people are shown it, all of it from one snapshot.
package struct SaleRecord: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package var sku: String
        package var productName: String
        package var location: String
        package var price: Money?
        package var limitPerCustomer: Quantity?
        package var sale: SaleStock
        /// Of the level that it is sold from.
        package var stock: LineStock
    }

    package var id: Int64
    package var tenant: String
    package var name: String
    package var hours: SaleHours
    package var createdAt: Timestamp
    package var lines: [Line] = []

    /// What buyers are shown of each line.
    package func showings(at now: Timestamp) -> [SaleShowing] {
        let state = hours.state(at: now)
        return lines.map { SaleShowing($0.sale, of: $0.stock, while: state) }
    }
}

/// A flash sale as somebody plans it.
package struct SaleDraft: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package var sku: String
        package var location: String
        package var quantity: Quantity
        package var price: Money?
        package var limitPerCustomer: Quantity?

        package init(
            sku: String, location: String, quantity: Quantity, price: Money? = nil, limitPerCustomer: Quantity? = nil
        ) {
            self.sku = sku
            self.location = location
            self.quantity = quantity
            self.price = price
            self.limitPerCustomer = limitPerCustomer
        }
    }

    package static let mostLines = 100

    package var name: String
    package var startsAt: Timestamp
    package var endsAt: Timestamp
    package var lines: [Line]

    package init(name: String, startsAt: Timestamp, endsAt: Timestamp, lines: [Line]) {
        self.name = name
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.lines = lines
    }
}

extension StoreReader {
    package func sale(_ name: String, tenantID: Int64) throws -> SaleRecord {
        guard let found = try sql.first(SaleStatements.byName, .int(tenantID), .text(name), map: saleRecord) else {
            throw unknownSale(name)
        }
        return try withLines(found)
    }

    package func sale(id: Int64) throws -> SaleRecord? {
        try sql.first(SaleStatements.byID, .int(id), map: saleRecord).map(withLines)
    }

    /// Newest first, from before the sale `before`; tenant nil: all.
    package func sales(
        tenantID: Int64?, state: SaleHours.State?, before: Int64?, limit: Int, now: Timestamp
    ) throws -> [SaleRecord] {
        let found = try sql.all(
            SaleStatements.page, .int(before ?? .max), .int(limit), .int(tenantID), .text(state?.rawValue),
            .int(now.milliseconds), map: saleRecord)
        return try found.map(withLines)
    }

    func saleID(_ name: String, tenantID: Int64) throws -> Int64 {
        guard let id = try sql.first(SaleStatements.idByName, .int(tenantID), .text(name), map: { $0.int(0) }) else {
            throw unknownSale(name)
        }
        return id
    }

    func unknownSale(_ name: String) -> StoreError {
        .notFound("no sale is named \"\(name)\"", field: "sale")
    }

    private func saleRecord(_ row: any SQLRow) -> SaleRecord {
        SaleRecord(
            id: row.int(0), tenant: row.text(1), name: row.text(2),
            hours: SaleHours(
                startsAt: Timestamp(milliseconds: row.int(3)), endsAt: Timestamp(milliseconds: row.int(4)),
                endedAt: row.instant(5)),
            createdAt: Timestamp(milliseconds: row.int(6)))
    }

    private func withLines(_ record: SaleRecord) throws -> SaleRecord {
        var record = record
        record.lines = try sql.all(SaleStatements.lines, .int(record.id)) { row in
            let currency = row.text(7)
            let sale = SaleStock(
                quantity: Quantity(scaled: row.int(3)), held: Quantity(scaled: row.int(4)), sold: Quantity(scaled: row.int(5)))
            let stock = LineStock(
                onHand: Quantity(scaled: row.int(9)), held: Quantity(scaled: row.int(10)),
                tracking: Tracking(rawValue: Int(row.int(11))) ?? .unknown, retired: !row.isNull(12))
            return SaleRecord.Line(
                sku: row.text(0), productName: row.text(1), location: row.text(2),
                price: row.optionalInt(6).map { Money(amount: $0, currency: currency) },
                limitPerCustomer: row.quantity(8), sale: sale, stock: stock)
        }
        return record
    }
}

extension StoreTransaction {
    package func createSale(_ draft: SaleDraft, tenantID: Int64, now: Timestamp) throws -> SaleRecord {
        try check(draft, now: now)
        guard try sql.first(SaleStatements.idByName, .int(tenantID), .text(draft.name), map: { $0.int(0) }) == nil else {
            throw StoreError.conflict("exists", "a sale named \"\(draft.name)\" exists already")
        }
        let id = try sql.insert(
            SaleStatements.insert, .int(tenantID), .text(draft.name), .int(draft.startsAt.milliseconds),
            .int(draft.endsAt.milliseconds), .int(now.milliseconds))
        var known: Set<LevelKey> = []
        for (seq, line) in draft.lines.enumerated() {
            let path = "lines[\(seq)]"
            let key = try level(of: line, path: path, tenantID: tenantID, now: now)
            guard known.insert(key).inserted else {
                throw StoreError.invalid("\(path).sku", "\(line.sku) at \(line.location) is named twice")
            }
            try sql.run(
                SaleStatements.insertLine, .int(id), .int(key.productID), .int(key.locationID), .int(seq),
                .int(line.quantity.scaled), .int(line.price?.amount), .text(line.price?.currency),
                .int(line.limitPerCustomer?.scaled))
        }
        let created = try sale(draft.name, tenantID: tenantID)
        try emit(Emission(kind: "sale.created", tenantID: tenantID, saleID: id, numbers: created.numbers(at: now)), now: now)
        return created
    }

    /// Nothing can be held in it from now on; what is held can still be paid for. One that is over stays as it is.
    package func endSale(_ name: String, tenantID: Int64, now: Timestamp) throws -> SaleRecord {
        let found = try sale(name, tenantID: tenantID)
        guard found.hours.state(at: now) != .ended else { return found }
        try sql.run(SaleStatements.end, .int(now.milliseconds), .int(found.id))
        let ended = try sale(name, tenantID: tenantID)
        try emit(Emission(kind: "sale.ended", tenantID: tenantID, saleID: found.id, numbers: ended.numbers(at: now)), now: now)
        return ended
    }

    /// The level that a line is sold from, made known if it isn't.
    private func level(of line: SaleDraft.Line, path: String, tenantID: Int64, now: Timestamp) throws -> LevelKey {
        let product: ProductRecord
        do {
            product = try self.product(line.sku, tenantID: tenantID)
        } catch let error as StoreError where error.code == .notFound {
            throw StoreError.notFound(error.description, field: "\(path).sku")
        }
        guard product.retiredAt == nil else {
            throw StoreError.conflict(HoldRefusal.productRetired.name, "the product \(line.sku) is retired")
        }
        let location: LocationRecord
        do {
            location = try self.location(line.location, tenantID: tenantID)
        } catch let error as StoreError where error.code == .notFound {
            throw StoreError.notFound(error.description, field: "\(path).location")
        }
        let key = LevelKey(productID: product.id, locationID: location.id)
        if try level(key) == nil { try ensureLevel(key, now: now) }
        return key
    }

    private func check(_ draft: SaleDraft, now: Timestamp) throws {
        try checked(draft.name, field: "name")
        guard draft.startsAt < draft.endsAt else {
            throw StoreError.invalid("ends_at", "ends_at must be later than starts_at")
        }
        guard draft.endsAt > now else { throw StoreError.invalid("ends_at", "ends_at has passed: the sale would be over") }
        guard (1...SaleDraft.mostLines).contains(draft.lines.count) else {
            throw StoreError.invalid("lines", "lines must be from 1 to \(SaleDraft.mostLines)")
        }
        for (index, line) in draft.lines.enumerated() {
            let path = "lines[\(index)]"
            guard line.quantity > .zero else {
                throw StoreError.invalid("\(path).quantity", "\(path).quantity must be more than 0")
            }
            if let limit = line.limitPerCustomer, limit <= .zero {
                throw StoreError.invalid("\(path).limit_per_customer", "\(path).limit_per_customer must be more than 0")
            }
            if let price = line.price { try checked(price, field: "\(path).price") }
        }
    }
}

private enum SaleStatements {
    private static let select = """
        SELECT flash_sale.id, tenant.name, flash_sale.name, starts_at, ends_at, ended_at, flash_sale.created_at
        FROM flash_sale JOIN tenant ON tenant.id = flash_sale.tenant_id
        """
    static let byName = SQL(select + " WHERE flash_sale.tenant_id = ? AND flash_sale.name = ?")
    static let byID = SQL(select + " WHERE flash_sale.id = ?")
    static let page = SQL(
        select + """
             WHERE flash_sale.id < ?1 AND (?3 IS NULL OR flash_sale.tenant_id = ?3)
                AND (?4 IS NULL OR ?4 = CASE WHEN ended_at IS NOT NULL OR ends_at <= ?5 THEN 'ended'
                    WHEN starts_at > ?5 THEN 'planned' ELSE 'running' END)
            ORDER BY flash_sale.id DESC LIMIT ?2
            """)
    static let idByName = SQL("SELECT id FROM flash_sale WHERE tenant_id = ? AND name = ?")
    static let lines = SQL(
        """
        SELECT sku, product.name, location.name, quantity, flash_sale_line.held, sold, flash_sale_line.price,
            flash_sale_line.currency, limit_per_customer, on_hand, level.held, tracking, retired_at
        FROM flash_sale_line JOIN product ON product.id = flash_sale_line.product_id
        JOIN location ON location.id = flash_sale_line.location_id
        JOIN level ON level.product_id = flash_sale_line.product_id AND level.location_id = flash_sale_line.location_id
        WHERE sale_id = ? ORDER BY seq
        """)
    static let insert = SQL(
        "INSERT INTO flash_sale (tenant_id, name, starts_at, ends_at, created_at) VALUES (?, ?, ?, ?, ?)")
    static let insertLine = SQL(
        """
        INSERT INTO flash_sale_line (sale_id, product_id, location_id, seq, quantity, price, currency, limit_per_customer)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    static let end = SQL("UPDATE flash_sale SET ended_at = ? WHERE id = ?")
}
