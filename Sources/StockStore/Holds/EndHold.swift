import StockDomain

extension StoreTransaction {
    /// Gives back what is held. What was cancelled before stays as it is.
    package func cancelHold(_ id: Int64, reason: String?, tenantID: Int64, now: Timestamp) throws -> HoldRecord {
        if let reason { try checked(reason, field: "reason", limit: Text.noteLimit) }
        var hold = try hold(id, tenantID: tenantID)
        if hold.state == .cancelled { return hold }
        try expectHeld(hold, toBe: "cancelled")
        let remaining = try release(hold, now: now)
        try sql.run(EndStatements.cancel, .int(now.milliseconds), .text(reason), .int(id))
        var emission = Emission.hold(hold, "cancelled", remaining: remaining)
        emission.note = reason
        try emit(emission, now: now)
        hold.state = .cancelled
        hold.cancelledAt = now
        hold.cancelReason = reason
        hold.atRisk = false
        return hold
    }

    /// Sets anew when it expires: `lifetime` from now.
    package func extendHold(_ id: Int64, lifetime: Duration, tenantID: Int64, now: Timestamp) throws -> HoldRecord {
        try checkLifetime(lifetime)
        var hold = try hold(id, tenantID: tenantID)
        try expectHeld(hold, toBe: "extended")
        hold.lifetime = lifetime
        hold.expiresAt = now + lifetime
        try sql.run(
            EndStatements.extend, .int(lifetime.milliseconds), .int(hold.expiresAt.milliseconds), .int(id))
        commit.expects(hold.expiresAt)
        try emit(.hold(hold, "extended", remaining: nil), now: now)
        return hold
    }

    /// Ends at most `limit` holds whose time is up. Returns how many.
    package func expireHolds(limit: Int, now: Timestamp) throws -> Int {
        try expireHolds(try nextHolds(limit: limit).map(\.id), now: now)
    }

    /// Ends those of the holds whose time is up, or none if one of them can't be. Returns how many.
    package func expireHolds(_ ids: [Int64], now: Timestamp) throws -> Int {
        var count = 0
        for id in ids {
            // It may have been paid for or extended since somebody looked, or forgotten.
            guard try sql.int(EndStatements.isOverdue, .int(id), .int(now.milliseconds)) > 0 else { continue }
            let hold = try hold(id, tenantID: nil)
            count += 1
            let remaining = try release(hold, now: now)
            try sql.run(EndStatements.expire, .int(now.milliseconds), .int(id))
            try emit(.hold(hold, "expired", remaining: remaining), now: now)
        }
        return count
    }

    /// Where the clock was set back, holds that began in what is now the future would stand for longer than anybody
    /// asked for: at most `limit` of them are given their lifetime from now. Returns how many.
    package func anchorHolds(limit: Int, now: Timestamp) throws -> Int {
        let ids = try sql.all(EndStatements.ahead, .int(now.milliseconds), .int(limit)) { $0.int(0) }
        for id in ids { try sql.run(EndStatements.anchor, .int(now.milliseconds), .int(id)) }
        return ids.count
    }

    private func expectHeld(_ hold: HoldRecord, toBe what: String) throws {
        guard hold.state == .held else {
            throw HoldConflict(
                refusal: .notHeld(hold.state), sku: nil, location: nil,
                description: "hold \(hold.id) is \(hold.state.rawValue): it can't be \(what)")
        }
    }

    /// Returns what can be held of each line afterwards.
    private func release(_ hold: HoldRecord, now: Timestamp) throws -> [Quantity] {
        try countHeld(-1, tenantID: hold.tenantID)
        return try hold.lines.map { line in
            let level = try sql.first(
                EndStatements.release, .int(line.quantity.scaled), .int(line.key.productID), .int(line.key.locationID)
            ) { row in (onHand: Quantity(scaled: row.int(0)), held: Quantity(scaled: row.int(1))) }
            guard let level else { throw StoreError(.internal, "the level of a hold's line is not there") }
            let wasAtRisk = LineStock.isAtRisk(onHand: level.onHand, held: level.held + line.quantity)
            if wasAtRisk, !LineStock.isAtRisk(onHand: level.onHand, held: level.held) {
                try endRisk(of: line.key, now: now)
            }
            var remaining = level.onHand - level.held
            if let saleID = hold.saleID {
                let left = try sql.first(
                    EndStatements.releaseOfSale, .int(line.quantity.scaled), .int(saleID), .int(line.key.productID),
                    .int(line.key.locationID), map: { Quantity(scaled: $0.int(0)) })
                if let left { remaining = min(remaining, left) }
                if let customer = hold.customer {
                    try giveBack(line.quantity, of: line.key, saleID: saleID, customer: customer)
                }
            }
            return max(.zero, remaining)
        }
    }
}

extension StoreReader {
    /// What is held and expires first, in turn.
    package func nextHolds(limit: Int) throws -> [(id: Int64, expiresAt: Timestamp)] {
        try sql.all(EndStatements.next, .int(limit)) { ($0.int(0), Timestamp(milliseconds: $0.int(1))) }
    }

    /// Whether any began later than `now`: the clock was set back.
    package func hasHoldsAhead(of now: Timestamp) throws -> Bool {
        try sql.int(EndStatements.anyAhead, .int(now.milliseconds)) > 0
    }
}

private enum EndStatements {
    static let next = SQL("SELECT id, expires_at FROM hold WHERE state = 'held' ORDER BY expires_at, id LIMIT ?")
    static let isOverdue = SQL("SELECT COUNT(*) FROM hold WHERE id = ? AND state = 'held' AND expires_at <= ?")
    static let ahead = SQL("SELECT id FROM hold WHERE state = 'held' AND expires_at - lifetime > ? LIMIT ?")
    static let anyAhead = SQL(
        "SELECT COUNT(*) FROM (SELECT 1 FROM hold WHERE state = 'held' AND expires_at - lifetime > ? LIMIT 1) AS ahead")
    static let anchor = SQL(
        "UPDATE hold SET first_expires_at = COALESCE(first_expires_at, expires_at), expires_at = ? + lifetime WHERE id = ?")
    static let release = SQL(
        """
        UPDATE level SET held = held - ? WHERE product_id = ? AND location_id = ? RETURNING on_hand, held
        """)
    static let releaseOfSale = SQL(
        """
        UPDATE flash_sale_line SET held = held - ? WHERE sale_id = ? AND product_id = ? AND location_id = ?
        RETURNING quantity - held - sold
        """)
    static let cancel = SQL("UPDATE hold SET state = 'cancelled', cancelled_at = ?, cancel_reason = ? WHERE id = ?")
    static let extend = SQL(
        """
        UPDATE hold SET first_expires_at = COALESCE(first_expires_at, expires_at), lifetime = ?, expires_at = ? WHERE id = ?
        """)
    static let expire = SQL("UPDATE hold SET state = 'expired', expired_at = ? WHERE id = ?")
}
