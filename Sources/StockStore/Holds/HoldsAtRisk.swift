import StockDomain

// More is held of a level than is there: a count came, or somebody sold from the shelf. The holds stay, and who pays first
// gets the goods; people are told once for each location.

extension LineStock {
    static func isAtRisk(onHand: Quantity, held: Quantity) -> Bool {
        // Oversold stock that nobody holds is no risk to a hold.
        held > .zero && held > onHand
    }
}

extension LevelRow {
    var isAtRisk: Bool { LineStock.isAtRisk(onHand: onHand, held: held) }
}

extension StoreTransaction {
    /// Says that holds have come to be at risk, or no longer are.
    func noteRisk(of row: LevelRow, wasAtRisk: Bool, now: Timestamp) throws {
        if row.isAtRisk, !wasAtRisk {
            try beginRisk(of: row, now: now)
        } else if wasAtRisk, !row.isAtRisk {
            try endRisk(of: LevelKey(productID: row.productID, locationID: row.locationID), now: now)
        }
    }

    private func beginRisk(of row: LevelRow, now: Timestamp) throws {
        try emit(
            Emission(
                kind: "hold.at_risk", tenantID: row.tenantID, productID: row.productID, locationID: row.locationID,
                severity: row.severity(onHand: row.onHand), stock: row.onHand, held: row.held), now: now)
        // A page of counts may bring thousands of them.
        guard locationsAtRisk.insert(row.locationID).inserted else { return }
        try raiseNotice(
            noticeKey(row.locationID), subject: "\(row.locationName) has less than customers hold",
            detail: """
                Of some products customers hold more than \(row.locationName) has: a count came in lower, or something was sold \
                from the shelf. The holds stay, and who pays first gets the goods; payments that come when nothing is left \
                have to be refunded.

                What to do: count these products again, or bring more of them.
                Which they are: stockctl hold list --at-risk
                """, tenantID: row.tenantID, now: now)
    }

    /// Of this level; the notice stands for as long as another level there is at risk.
    func endRisk(of key: LevelKey, now: Timestamp) throws {
        guard try sql.int(RiskStatements.others, .int(key.locationID), .int(key.productID)) == 0 else { return }
        locationsAtRisk.remove(key.locationID)
        try resolveNotice(noticeKey(key.locationID), now: now)
    }

    private func noticeKey(_ locationID: Int64) -> String { "holds.\(locationID)" }
}

private enum RiskStatements {
    static let others = SQL(
        """
        SELECT COUNT(*) FROM
            (SELECT 1 FROM level WHERE location_id = ? AND held > on_hand AND held > 0 AND product_id <> ? LIMIT 1) AS others
        """)
}
