import StockDomain

package struct HoldFilter: Hashable, Sendable {
    package var tenantID: Int64?
    package var state: HoldState?
    package var customer: String?
    package var orderRef: String?
    package var sale: String?
    package var atRisk = false

    package init(
        tenantID: Int64?, state: HoldState? = nil, customer: String? = nil, orderRef: String? = nil, sale: String? = nil,
        atRisk: Bool = false
    ) {
        self.tenantID = tenantID
        self.state = state
        self.customer = customer
        self.orderRef = orderRef
        self.sale = sale
        self.atRisk = atRisk
    }
}

extension StoreReader {
    /// Newest first, from before the hold `before`.
    package func holds(_ filter: HoldFilter, before: Int64?, limit: Int) throws -> [HoldRecord] {
        let saleID: Int64? = try filter.sale.map { name in
            guard let tenantID = filter.tenantID else {
                throw StoreError.invalid("sale", "sale names one of a tenant's: name the tenant, or leave out the sale")
            }
            return try self.saleID(name, tenantID: tenantID)
        }
        func page(_ statement: SQL, of tenantID: Int64?) throws -> [HoldRecord] {
            try sql.all(
                statement, .int(before ?? .max), .int(limit), .int(tenantID), .text(filter.state?.rawValue),
                .text(filter.customer), .text(filter.orderRef), .int(saleID), .int(filter.atRisk), map: holdRecord)
        }
        guard let statement = HoldListStatements.ofTenant(filter) else {
            return try page(saleID == nil ? HoldListStatements.all : HoldListStatements.ofSale, of: filter.tenantID).map(withLines)
        }
        if let tenantID = filter.tenantID { return try page(statement, of: tenantID).map(withLines) }
        // There are few tenants, and what is asked for of each is at hand: sorted together, the first of all are among the
        // first of each.
        let found = try tenants().flatMap { try page(statement, of: $0.id) }.sorted { $0.id > $1.id }
        return try found.prefix(limit).map(withLines)
    }
}

/// Pages of holds, each in the order of the index that leads to what is asked for first: nothing is sorted, and no more is
/// read than is wanted.
enum HoldListStatements {
    /// By an index that begins with the tenant; nil: there is none.
    static func ofTenant(_ filter: HoldFilter) -> SQL? {
        if filter.orderRef != nil { return ofOrder }
        if filter.customer != nil { return ofCustomer }
        if filter.atRisk { return atRisk }
        // Before the sale: in one that is over, next to all have been paid for.
        return filter.state == .held ? held : nil
    }

    private static let filter = """
         AND (?3 IS NULL OR hold.tenant_id = ?3) AND (?4 IS NULL OR hold.state = ?4)
            AND (?5 IS NULL OR customer = ?5) AND (?6 IS NULL OR order_ref = ?6) AND (?7 IS NULL OR sale_id = ?7)
            AND (?8 = 0 OR (hold.state = 'held' AND
        """ + hasLineAtRisk + "))"
    /// Of the levels at risk there are few, and they are put together once.
    private static let hasLineAtRisk = """
         EXISTS (SELECT 1 FROM hold_line WHERE hold_id = hold.id AND (product_id, location_id) IN
                (SELECT product_id, location_id FROM level WHERE held > on_hand AND held > 0))
        """
    private static let order = " AND hold.id < ?1 ORDER BY hold.id DESC LIMIT ?2"
    private static let select = HoldStatements.select
    static let all = SQL(select + " WHERE hold.id > 0" + filter + order)
    static let ofSale = SQL(select + " WHERE sale_id = ?7" + filter + order)
    static let ofOrder = SQL(select + " WHERE hold.tenant_id = ?3 AND order_ref = ?6" + filter + order)
    static let ofCustomer = SQL(select + " WHERE hold.tenant_id = ?3 AND customer = ?5" + filter + order)
    static let held = SQL(select + " WHERE hold.tenant_id = ?3 AND hold.state = 'held'" + filter + order)
    /// Looks at no hold while no level is at risk.
    static let atRisk = SQL(
        select + """
             WHERE EXISTS (SELECT 1 FROM level WHERE held > on_hand AND held > 0)
                AND hold.tenant_id = ?3 AND hold.state = 'held'
            """ + filter + order)
}
