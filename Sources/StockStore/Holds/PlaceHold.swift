import StockDomain

/// What somebody wants held.
package struct HoldDraft: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package var sku: String
        package var location: String
        package var quantity: Quantity
        /// What stands before the names of its members where something is wrong with them: `lines[2].`.
        package var path: String

        package init(sku: String, location: String, quantity: Quantity, path: String = "") {
            self.sku = sku
            self.location = location
            self.quantity = quantity
            self.path = path
        }
    }

    /// Of order references, customers and payment references, in characters.
    package static let referenceLimit = 128
    package static let mostLines = 100
    package static let longestLifetime = Duration.days(7)

    package var lines: [Line]
    package var sale: String?
    package var lifetime: Duration
    package var orderRef: String
    package var customer: String?

    package init(
        lines: [Line], sale: String? = nil, lifetime: Duration = .minutes(10), orderRef: String, customer: String? = nil
    ) {
        self.lines = lines
        self.sale = sale
        self.lifetime = lifetime
        self.orderRef = orderRef
        self.customer = customer
    }
}

extension StoreTransaction {
    /// Holds all lines or none, and never more than is there: throws `HoldConflict` naming the line that falls short.
    ///
    /// The hold's row is its event `hold.placed`, too, and the reply is made of what is at hand: this is what thousands
    /// of buyers wait for.
    package func placeHold(_ draft: HoldDraft, tenant: String, now: Timestamp) throws -> HoldRecord {
        try check(draft)
        let sale = try draft.sale.map { try saleToHold(in: $0, tenant: tenant, now: now) }
        var wanted: [Wanted] = []
        wanted.reserveCapacity(draft.lines.count)
        for line in draft.lines {
            let found = try want(line, tenant: tenant, sale: sale, customer: draft.customer)
            guard !wanted.contains(where: { $0.key == found.key }) else {
                throw StoreError.invalid("\(line.path)sku", "\(line.sku) at \(line.location) is named twice: add the quantities up")
            }
            if let refusal = HoldRule.refusal(of: line.quantity, from: found.stock) {
                throw HoldConflict(refusal, of: line, sale: draft.sale)
            }
            wanted.append(found)
        }
        // Nothing was written yet, and nothing below fails but for the disk.
        let hold = HoldRecord(
            id: sql.nextID(), tenantID: wanted[0].tenantID, tenant: tenant, state: .held, orderRef: draft.orderRef,
            customer: draft.customer, saleID: sale?.id, sale: sale?.name, placedAt: now, lifetime: draft.lifetime,
            expiresAt: now + draft.lifetime,
            lines: zip(draft.lines, wanted).map { line, found in
                HoldRecord.Line(
                    key: found.key, sku: line.sku, name: found.name, location: line.location, quantity: line.quantity,
                    price: found.price, remaining: found.stock.available - line.quantity)
            })
        for (line, found) in zip(draft.lines, wanted) { try take(line, found, hold) }
        try insert(hold)
        return hold
    }

    private func check(_ draft: HoldDraft) throws {
        guard (1...HoldDraft.mostLines).contains(draft.lines.count) else {
            throw StoreError.invalid("lines", "lines must be from 1 to \(HoldDraft.mostLines)")
        }
        try checkLifetime(draft.lifetime)
        try checkedReference(draft.orderRef, field: "order_ref")
        if let customer = draft.customer { try checkedReference(customer, field: "customer") }
        for line in draft.lines where line.quantity <= .zero {
            throw StoreError.invalid("\(line.path)quantity", "\(line.path)quantity must be more than 0")
        }
    }

    func checkLifetime(_ lifetime: Duration) throws {
        guard lifetime >= .seconds(1), lifetime <= HoldDraft.longestLifetime else {
            throw StoreError.invalid(
                "ttl_s", "ttl_s must be from 1 to \(HoldDraft.longestLifetime.components.seconds) seconds")
        }
    }

    /// A line as the store found it.
    private struct Wanted {
        var tenantID: Int64
        var key: LevelKey
        var name: String
        var stock: LineStock
        var price: Money?
    }

    private func want(_ line: HoldDraft.Line, tenant: String, sale: RunningSale?, customer: String?) throws -> Wanted {
        let found = try sql.first(PlaceStatements.find, .text(tenant), .text(line.sku), .text(line.location)) { row in
            Wanted(
                tenantID: row.int(0), key: LevelKey(productID: row.int(1), locationID: row.int(2)), name: row.text(3),
                stock: LineStock(
                    onHand: Quantity(scaled: row.int(4)), held: Quantity(scaled: row.int(5)),
                    tracking: Tracking(rawValue: Int(row.int(6))) ?? .unknown, retired: !row.isNull(7)))
        }
        guard var wanted = found else { throw missing(line, tenant: tenant) }
        if let sale { try limit(&wanted, line, by: sale, customer: customer) }
        return wanted
    }

    /// Says which of the names is unknown.
    private func missing(_ line: HoldDraft.Line, tenant: String) -> any Error {
        do {
            let tenantID = try self.tenantID(tenant)
            do {
                _ = try product(line.sku, tenantID: tenantID)
            } catch let error as StoreError where error.code == .notFound {
                return StoreError.notFound(error.description, field: "\(line.path)sku")
            }
            return StoreError.notFound("no location is named \"\(line.location)\"", field: "\(line.path)location")
        } catch {
            return error
        }
    }

    private func limit(_ wanted: inout Wanted, _ line: HoldDraft.Line, by sale: RunningSale, customer: String?) throws {
        guard let terms = try saleTerms(of: wanted.key, saleID: sale.id, customer: customer) else {
            throw StoreError.notFound(
                "\(line.sku) at \(line.location) is not in the sale \"\(sale.name)\"", field: "\(line.path)sku")
        }
        if terms.limit != nil, customer == nil {
            throw StoreError.invalid(
                "customer", "customer must be given: the sale \"\(sale.name)\" limits what one may buy of \(line.sku)")
        }
        wanted.stock.sale = terms.stock
        wanted.stock.limit = terms.limit
        wanted.price = terms.price
    }

    private func take(_ line: HoldDraft.Line, _ found: Wanted, _ hold: HoldRecord) throws {
        // What was read above holds in this transaction; the condition is there for whoever breaks that.
        let taken = try sql.run(
            PlaceStatements.take, .int(line.quantity.scaled), .int(found.key.productID), .int(found.key.locationID))
        guard taken == 1 else {
            throw HoldConflict(.insufficientStock(available: .zero), of: line, sale: hold.sale)
        }
        guard let saleID = hold.saleID else { return }
        try sql.run(
            PlaceStatements.takeOfSale, .int(line.quantity.scaled), .int(saleID), .int(found.key.productID),
            .int(found.key.locationID))
        if found.stock.limit != nil, let customer = hold.customer {
            try useUp(line.quantity, of: found.key, saleID: saleID, customer: customer)
        }
    }

    private func insert(_ hold: HoldRecord) throws {
        try sql.run(
            PlaceStatements.insert, .int(hold.id), .int(hold.tenantID), .text(hold.orderRef), .text(hold.customer),
            .int(hold.saleID), .int(hold.placedAt.milliseconds), .int(hold.lifetime.milliseconds),
            .int(hold.expiresAt.milliseconds))
        for (seq, line) in hold.lines.enumerated() {
            try sql.run(
                PlaceStatements.insertLine, .int(hold.id), .int(line.key.productID), .int(line.key.locationID), .int(seq),
                .int(line.quantity.scaled), .int(line.remaining.scaled))
        }
        try countHeld(1, tenantID: hold.tenantID)
        commit.lastEvent = hold.id
        commit.expects(hold.expiresAt)
    }
}

extension HoldConflict {
    /// `line` nil: the sale as a whole is to blame.
    init(_ refusal: HoldRefusal, of line: HoldDraft.Line?, sale: String?) {
        let sku = line?.sku ?? "", product = "\(sku) at \(line?.location ?? "")"
        let text =
            switch refusal {
            case .insufficientStock(let available):
                "\(available > .zero ? "only \(available)" : "nothing") of \(product) can be held now"
            case .customerLimit(let available):
                "the customer may hold \(available > .zero ? "only \(available) more" : "no more") of \(product) in this sale"
            case .notTracked: "nobody knows how much of \(product) is there: count it first, by stock.set"
            case .productRetired: "the product \(sku) is retired"
            case .saleNotStarted(let start): "the sale \"\(sale ?? "")\" begins at \(start)"
            case .saleEnded(let end): "the sale \"\(sale ?? "")\" ended at \(end)"
            case .notHeld(let state): "the hold is \(state.rawValue)"
            }
        self.init(refusal: refusal, sku: line?.sku, location: line?.location, description: text)
    }
}

private enum PlaceStatements {
    static let find = SQL(
        """
        SELECT tenant.id, product.id, location.id, product.name, on_hand, held, tracking, retired_at
        FROM tenant JOIN product ON product.tenant_id = tenant.id AND sku = ?2
        JOIN location ON location.tenant_id = tenant.id AND location.name = ?3
        LEFT JOIN level ON level.product_id = product.id AND level.location_id = location.id
        WHERE tenant.name = ?1
        """)
    static let take = SQL(
        "UPDATE level SET held = held + ?1 WHERE product_id = ?2 AND location_id = ?3 AND on_hand - held >= ?1")
    static let takeOfSale = SQL(
        "UPDATE flash_sale_line SET held = held + ? WHERE sale_id = ? AND product_id = ? AND location_id = ?")
    static let insert = SQL(
        """
        INSERT INTO hold (id, tenant_id, state, order_ref, customer, sale_id, placed_at, lifetime, expires_at)
        VALUES (?, ?, 'held', ?, ?, ?, ?, ?, ?)
        """)
    static let insertLine = SQL(
        """
        INSERT INTO hold_line (hold_id, product_id, location_id, seq, quantity, remaining) VALUES (?, ?, ?, ?, ?, ?)
        """)
}
