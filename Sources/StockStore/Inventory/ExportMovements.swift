import StockDomain

/// A movement beside what it moved.
package struct MovementRecord: Hashable, Sendable {
    package var id: Int64
    package var sku: String
    package var name: String
    package var location: String
    package var movement: Movement
    package var recordedAt: Timestamp
}

extension StoreReader {
    /// So many movements are looked at in one go, of whichever tenant: a page may come out empty and not be the last.
    private static let window: Int64 = 20_000

    /// Movements in the order in which they were recorded, from after `after`, and where to go on; nil: there are no more.
    package func movements(
        tenantID: Int64, location: String?, since: Timestamp?, after: Int64, limit: Int
    ) throws -> (rows: [MovementRecord], next: Int64?) {
        let seen = try sql.first(MovementExportStatements.window, .int(after), .int(StoreReader.window)) {
            (last: $0.optionalInt(0), count: $0.int(1))
        }
        guard let seen, let last = seen.last else { return ([], nil) }
        let rows = try sql.all(
            MovementExportStatements.page, .int(after), .int(last), .int(tenantID), .text(location), .int(since?.milliseconds),
            .int(limit)
        ) { row in
            MovementRecord(
                id: row.int(0), sku: row.text(1), name: row.text(2), location: row.text(3),
                movement: Movement(
                    kind: Movement.Kind(rawValue: row.text(4)) ?? .adjustment, delta: Quantity(scaled: row.int(5)),
                    balance: Quantity(scaled: row.int(6)), at: Timestamp(milliseconds: row.int(7)), by: row.optionalText(9),
                    reason: row.optionalText(10), source: row.optionalText(11), externalID: row.optionalText(12)),
                recordedAt: Timestamp(milliseconds: row.int(8)))
        }
        if rows.count == limit, let end = rows.last { return (rows, end.id) }
        return (rows, seen.count == StoreReader.window ? last : nil)
    }
}

private enum MovementExportStatements {
    static let window = SQL("SELECT MAX(id), COUNT(*) FROM (SELECT id FROM movement WHERE id > ? ORDER BY id LIMIT ?) AS seen")
    static let page = SQL(
        """
        SELECT movement.id, sku, product.name, location.name, movement.kind, delta, balance, at, recorded_at, actor, reason,
            source.name, movement.external_id
        FROM movement JOIN product ON product.id = movement.product_id JOIN location ON location.id = movement.location_id
        LEFT JOIN source ON source.id = movement.source_id
        WHERE movement.id > ?1 AND movement.id <= ?2 AND product.tenant_id = ?3 AND (?4 IS NULL OR location.name = ?4)
            AND (?5 IS NULL OR at >= ?5)
        ORDER BY movement.id LIMIT ?6
        """)
}
