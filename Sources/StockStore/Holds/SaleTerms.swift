import StockDomain

/// A flash sale that can be bought in now.
struct RunningSale {
    var id: Int64
    var name: String
}

/// On what terms a sale sells a product.
struct SaleTerms {
    var stock: SaleStock
    /// And what the customer has used up of it.
    var limit: CustomerLimit?
    var price: Money?
}

extension StoreReader {
    /// Throws `HoldConflict` where it has not begun or is over.
    func saleToHold(in name: String, tenant: String, now: Timestamp) throws -> RunningSale {
        let found = try sql.first(TermsStatements.hours, .text(tenant), .text(name)) { row in
            (
                id: row.int(0),
                hours: SaleHours(
                    startsAt: Timestamp(milliseconds: row.int(1)), endsAt: Timestamp(milliseconds: row.int(2)),
                    endedAt: row.instant(3))
            )
        }
        guard let found else {
            _ = try self.tenant(tenant)
            throw unknownSale(name)
        }
        if let refusal = found.hours.refusal(at: now) { throw HoldConflict(refusal, of: nil, sale: name) }
        return RunningSale(id: found.id, name: name)
    }

    /// nil: the product is not in the sale.
    func saleTerms(of key: LevelKey, saleID: Int64, customer: String?) throws -> SaleTerms? {
        try sql.first(
            TermsStatements.line, .int(saleID), .int(key.productID), .int(key.locationID), .text(customer)
        ) { row in
            let currency = row.text(4)
            return SaleTerms(
                stock: SaleStock(
                    quantity: Quantity(scaled: row.int(0)), held: Quantity(scaled: row.int(1)),
                    sold: Quantity(scaled: row.int(2))),
                limit: row.optionalInt(5).map {
                    CustomerLimit(limit: Quantity(scaled: $0), used: Quantity(scaled: row.int(6)))
                }, price: row.optionalInt(3).map { Money(amount: $0, currency: currency) })
        }
    }
}

extension StoreTransaction {
    /// Counts against the customer's limit.
    func useUp(_ quantity: Quantity, of key: LevelKey, saleID: Int64, customer: String) throws {
        try sql.run(
            TermsStatements.useUp, .int(saleID), .int(key.productID), .int(key.locationID), .text(customer),
            .int(quantity.scaled))
    }

    /// Counts no longer, where it did. A customer who has nothing left in the sale leaves no row behind.
    func giveBack(_ quantity: Quantity, of key: LevelKey, saleID: Int64, customer: String) throws {
        let values: [SQLValue] = [
            .int(quantity.scaled), .int(saleID), .int(key.productID), .int(key.locationID), .text(customer),
        ]
        if try sql.execute(TermsStatements.giveBackAll, values, row: { _ in true }) == 0 {
            try sql.execute(TermsStatements.giveBack, values, row: { _ in true })
        }
    }
}

private enum TermsStatements {
    static let hours = SQL(
        """
        SELECT flash_sale.id, starts_at, ends_at, ended_at
        FROM tenant JOIN flash_sale ON flash_sale.tenant_id = tenant.id AND flash_sale.name = ?2 WHERE tenant.name = ?1
        """)
    static let line = SQL(
        """
        SELECT quantity, held, sold, price, currency, limit_per_customer,
            (SELECT units FROM flash_sale_customer
             WHERE sale_id = ?1 AND product_id = ?2 AND location_id = ?3 AND customer = ?4)
        FROM flash_sale_line WHERE sale_id = ?1 AND product_id = ?2 AND location_id = ?3
        """)
    static let useUp = SQL(
        """
        INSERT INTO flash_sale_customer (sale_id, product_id, location_id, customer, units) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (sale_id, product_id, location_id, customer)
            DO UPDATE SET units = flash_sale_customer.units + excluded.units
        """)
    static let giveBackAll = SQL(
        """
        DELETE FROM flash_sale_customer
        WHERE units = ?1 AND sale_id = ?2 AND product_id = ?3 AND location_id = ?4 AND customer = ?5
        """)
    static let giveBack = SQL(
        """
        UPDATE flash_sale_customer SET units = units - ?1
        WHERE sale_id = ?2 AND product_id = ?3 AND location_id = ?4 AND customer = ?5
        """)
}
