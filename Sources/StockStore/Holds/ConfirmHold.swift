import StockDomain

extension StoreTransaction {
    /// Sells what is held, for a payment. The same payment gets the same answer for as long as the hold is kept, also the
    /// refusal: it stands in the database although the caller is answered an error, so this must be committed.
    package func confirmHold(
        _ id: Int64, paymentRef: String, by: String?, tenantID: Int64, now: Timestamp
    ) throws -> Result<HoldRecord, RefusedPayment> {
        try decide(on: paymentRef, for: id, maySell: true, by: by, tenantID: tenantID, now: now)
    }

    /// A payment that must not sell anything, whatever is there: it came with the idempotency key of another. nil: it has
    /// its goods already, and nothing is to be given back.
    package func refusePayment(
        _ paymentRef: String, of id: Int64, tenantID: Int64, now: Timestamp
    ) throws -> RefusedPayment? {
        switch try decide(on: paymentRef, for: id, maySell: false, by: nil, tenantID: tenantID, now: now) {
        case .success: nil
        case .failure(let refused): refused
        }
    }

    private func decide(
        on paymentRef: String, for id: Int64, maySell: Bool, by: String?, tenantID: Int64, now: Timestamp
    ) throws -> Result<HoldRecord, RefusedPayment> {
        try checkedReference(paymentRef, field: "payment_ref")
        var hold = try hold(id, tenantID: tenantID)
        if hold.refusedCount > 0, let before = try refusedPayment(paymentRef, of: id, hold.lines) { return .failure(before) }
        let rows = hold.state == .held || hold.state == .expired ? try hold.lines.map { try row(of: $0) } : []
        let lines = try zip(hold.lines, rows).map { line, row in
            (quantity: line.quantity, stock: try stock(of: line, row, hold))
        }
        let standing = StandingHold(state: hold.state, expiresAt: hold.expiresAt, paymentRef: hold.paymentRef)
        switch HoldRule.decide(payment: paymentRef, for: standing, lines: lines, now: now) {
        case .known:
            return .success(hold)
        case .refuse(let refusal):
            return .failure(try refuse(paymentRef, refusal, for: hold, now: now))
        case .sell where !maySell:
            return .failure(try refuse(paymentRef, PaymentRefusal(reason: .keyReused), for: hold, now: now))
        case .sell(let late, let retaking):
            var remaining: [Quantity] = []
            for (index, line) in hold.lines.enumerated() {
                let left = try sell(line, rows[index], of: hold, retaking: retaking, by: by, now: now)
                // What had been given back counts against the limit again.
                if retaking, lines[index].stock.limit != nil, let saleID = hold.saleID, let customer = hold.customer {
                    try useUp(line.quantity, of: line.key, saleID: saleID, customer: customer)
                }
                remaining.append(left)
            }
            if hold.state == .held { try countHeld(-1, tenantID: hold.tenantID) }
            hold.state = .confirmed
            hold.confirmedAt = now
            hold.paymentRef = paymentRef
            hold.late = late
            hold.atRisk = false
            try sql.run(
                ConfirmStatements.confirm, .int(now.milliseconds), .text(paymentRef), .int(late), .int(hold.id))
            try emit(.hold(hold, "confirmed", remaining: remaining), now: now)
            return .success(hold)
        }
    }

    private func row(of line: HoldRecord.Line) throws -> LevelRow {
        guard let row = try levelRow(productID: line.key.productID, locationID: line.key.locationID) else {
            throw StoreError(.internal, "the level of a hold's line is not there")
        }
        return row
    }

    private func stock(of line: HoldRecord.Line, _ row: LevelRow, _ hold: HoldRecord) throws -> LineStock {
        var stock = LineStock(onHand: row.onHand, held: row.held, tracking: row.tracking, retired: row.retired)
        guard hold.state == .expired, let saleID = hold.saleID else { return stock }
        // Its units went back to the sale, and may be another's by now.
        let terms = try saleTerms(of: line.key, saleID: saleID, customer: hold.customer)
        stock.sale = terms?.stock
        stock.limit = terms?.limit
        return stock
    }

    /// Returns what can be held of the line afterwards.
    private func sell(
        _ line: HoldRecord.Line, _ row: LevelRow, of hold: HoldRecord, retaking: Bool, by: String?, now: Timestamp
    ) throws -> Quantity {
        var row = row
        let wasAtRisk = row.isAtRisk
        if !retaking {
            try sql.run(
                ConfirmStatements.release, .int(line.quantity.scaled), .int(line.key.productID), .int(line.key.locationID))
            row.held = row.held - line.quantity
        }
        try recordDemand(line.quantity, at: now, in: &row, now: now)
        try move(
            &row, .sale, to: row.onHand - line.quantity,
            origin: MovementOrigin(by: by, reason: "hold \(hold.id), order \(hold.orderRef)", at: now), always: true,
            wasAtRisk: wasAtRisk, now: now)
        _ = try settle(&row, trigger: .change, now: now)
        let available = row.onHand - row.held
        guard let saleID = hold.saleID else { return max(.zero, available) }
        let left = try sql.first(
            retaking ? ConfirmStatements.sellAnew : ConfirmStatements.sellHeld, .int(line.quantity.scaled), .int(saleID),
            .int(line.key.productID), .int(line.key.locationID), map: { Quantity(scaled: $0.int(0)) })
        return max(.zero, min(available, left ?? available))
    }

    /// Keeps that the payment came and gets no goods: somebody has to give the money back.
    private func refuse(
        _ paymentRef: String, _ refusal: PaymentRefusal, for hold: HoldRecord, now: Timestamp
    ) throws -> RefusedPayment {
        try sql.run(
            ConfirmStatements.refuse, .int(hold.id), .text(paymentRef), .int(now.milliseconds),
            .text(refusal.reason.rawValue), .int(refusal.available.scaled), .int(refusal.line))
        try sql.run(ConfirmStatements.countRefused, .int(hold.id))
        var emission = Emission.hold(hold, "refund_due", remaining: nil)
        emission.state = hold.state.rawValue
        emission.note = paymentRef
        try emit(emission, now: now)
        let line = refusal.line.map { hold.lines[$0] }
        return RefusedPayment(
            holdID: hold.id, paymentRef: paymentRef, at: now, refusal: refusal, sku: line?.sku, location: line?.location)
    }
}

extension Emission {
    /// `remaining`: what can be held of each line afterwards; nil where it did not change.
    static func hold(_ hold: HoldRecord, _ transition: String, remaining: [Quantity]?) -> Emission {
        var emission = Emission(kind: "hold.\(transition)", tenantID: hold.tenantID)
        emission.holdID = hold.id
        emission.numbers = remaining?.map(\.scaled)
        emission.expiresAt = hold.expiresAt
        return emission
    }
}

private enum ConfirmStatements {
    static let release = SQL("UPDATE level SET held = held - ? WHERE product_id = ? AND location_id = ?")
    static let sellHeld = SQL(
        """
        UPDATE flash_sale_line SET held = held - ?1, sold = sold + ?1
        WHERE sale_id = ?2 AND product_id = ?3 AND location_id = ?4 RETURNING quantity - held - sold
        """)
    static let sellAnew = SQL(
        """
        UPDATE flash_sale_line SET sold = sold + ?1
        WHERE sale_id = ?2 AND product_id = ?3 AND location_id = ?4 RETURNING quantity - held - sold
        """)
    static let confirm = SQL(
        "UPDATE hold SET state = 'confirmed', confirmed_at = ?, payment_ref = ?, late = ? WHERE id = ?")
    static let countRefused = SQL("UPDATE hold SET refused = refused + 1 WHERE id = ?")
    static let refuse = SQL(
        "INSERT INTO refused_payment (hold_id, payment_ref, at, reason, available, line) VALUES (?, ?, ?, ?, ?, ?)")
}
