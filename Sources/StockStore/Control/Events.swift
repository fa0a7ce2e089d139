import StockDomain

/// Something to append to the event log.
struct Emission {
    var kind: String
    var tenantID: Int64
    var productID: Int64?
    var locationID: Int64?
    var alertID: Int64?
    var deliveryID: Int64?
    var sourceID: Int64?
    var severity: Severity?
    var was: Severity?
    var stock: Quantity?
    var note: String?
}

/// An entry of the event log, or a movement seen as one.
package struct EventRecord: Hashable, Sendable {
    package var id: Int64
    package var at: Timestamp
    package var tenant: String
    /// `alert.opened`, `stock.changed`, `delivery.sent`, `sync.finished` …
    package var kind: String
    package var sku: String?
    package var productName: String?
    package var location: String?
    package var levelKey: LevelKey?
    package var alertID: Int64?
    package var deliveryID: Int64?
    package var source: String?
    package var severity: Severity?
    package var was: Severity?
    package var stock: Quantity?
    /// Of a movement.
    package var delta: Quantity?
    package var note: String?
}

/// How far back the event log reaches, and where it ends.
package struct EventRange: Hashable, Sendable {
    /// Everything after this number is kept.
    package var floor: Int64
    package var last: Int64
}

extension StoreTransaction {
    func emit(_ emission: Emission, now: Timestamp) throws {
        let id = sql.nextID()
        try sql.run(
            EventStatements.insert, .int(id), .int(now.milliseconds), .int(emission.tenantID), .text(emission.kind),
            .int(emission.productID), .int(emission.locationID), .int(emission.alertID), .int(emission.deliveryID),
            .int(emission.sourceID), .int(emission.severity?.rawValue), .int(emission.was?.rawValue),
            .int(emission.stock?.scaled), .text(emission.note))
        commit.lastEvent = id
    }

    /// Forgets events from before `cutoff`. Movements stay, but are no longer handed to watchers.
    package func forgetEvents(before cutoff: Timestamp) throws {
        let floor = try sql.int(EventStatements.lastBefore, .int(cutoff.milliseconds))
        guard floor > 0 else { return }
        try sql.run(EventStatements.setFloor, .text(String(floor)))
        try sql.run(EventStatements.forget, .int(floor))
    }
}

extension StoreReader {
    package func eventRange() throws -> EventRange {
        let floor = try sql.first(EventStatements.floor) { $0.text(0) }.flatMap(Int64.init) ?? 0
        return EventRange(floor: floor, last: max(floor, try sql.int(EventStatements.last)))
    }

    /// Events after `cursor` in order, at most `limit`; kinds nil: all; tenant nil: all. The second value is where to go
    /// on from: the last number looked at, also where nothing matched.
    package func events(
        after cursor: Int64, kinds: Set<String>?, tenantID: Int64?, limit: Int
    ) throws -> (events: [EventRecord], cursor: Int64) {
        let last = try eventRange().last
        guard cursor < last else { return ([], cursor) }
        let logged = try sql.all(EventStatements.page, .int(cursor), .int(limit), .int(tenantID), map: loggedEvent)
        // A full page ends where its last entry stands; what lies beyond is for the next one.
        var end = logged.count == limit ? logged[limit - 1].id : last
        var merged = logged
        if kinds?.contains("stock.changed") ?? true {
            let moved = try sql.all(
                EventStatements.movements, .int(cursor), .int(limit), .int(tenantID), .int(end), map: movedEvent)
            if moved.count == limit { end = moved[limit - 1].id }
            merged = (logged.filter { $0.id <= end } + moved).sorted { $0.id < $1.id }
        }
        if merged.count > limit {
            merged.removeLast(merged.count - limit)
            end = merged[limit - 1].id
        }
        if let kinds { merged.removeAll { !kinds.contains($0.kind) } }
        return (merged, end)
    }

    private func loggedEvent(_ row: any SQLRow) -> EventRecord {
        EventRecord(
            id: row.int(0), at: Timestamp(milliseconds: row.int(1)), tenant: row.text(2), kind: row.text(3),
            sku: row.optionalText(4), productName: row.optionalText(5), location: row.optionalText(6), levelKey: nil,
            alertID: row.optionalInt(7), deliveryID: row.optionalInt(8), source: row.optionalText(9),
            severity: row.optionalInt(10).flatMap { Severity(rawValue: Int($0)) },
            was: row.optionalInt(11).flatMap { Severity(rawValue: Int($0)) },
            stock: row.optionalInt(12).map(Quantity.init(scaled:)), note: row.optionalText(13))
    }

    private func movedEvent(_ row: any SQLRow) -> EventRecord {
        EventRecord(
            id: row.int(0), at: Timestamp(milliseconds: row.int(1)), tenant: row.text(2), kind: "stock.changed",
            sku: row.text(3), productName: row.text(4), location: row.text(5),
            levelKey: LevelKey(productID: row.int(10), locationID: row.int(11)), source: row.optionalText(6),
            stock: Quantity(scaled: row.int(7)), delta: Quantity(scaled: row.int(8)), note: row.text(9))
    }
}

private enum EventStatements {
    static let insert = SQL(
        """
        INSERT INTO event (id, at, tenant_id, kind, product_id, location_id, alert_id, delivery_id, source_id, severity,
            was, stock, note)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    static let floor = SQL("SELECT value FROM meta WHERE key = 'event_floor'")
    static let setFloor = SQL(
        """
        INSERT INTO meta (key, value) VALUES ('event_floor', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """)
    static let last = SQL(
        "SELECT MAX(n) FROM (SELECT MAX(id) AS n FROM event UNION ALL SELECT MAX(id) FROM movement) AS numbers")
    /// Goes from the oldest up to the first that is kept, and so looks at no more than is forgotten.
    static let lastBefore = SQL(
        """
        SELECT COALESCE(MAX(id), 0) FROM event
        WHERE id < COALESCE((SELECT id FROM event WHERE at >= ? ORDER BY id LIMIT 1), 9223372036854775807)
        """)
    static let forget = SQL("DELETE FROM event WHERE id <= ?")
    static let page = SQL(
        """
        SELECT event.id, event.at, tenant.name, event.kind, product.sku, product.name, location.name, alert_id,
            delivery_id, source.name, event.severity, was, stock, note
        FROM event JOIN tenant ON tenant.id = event.tenant_id LEFT JOIN product ON product.id = event.product_id
        LEFT JOIN location ON location.id = event.location_id LEFT JOIN source ON source.id = event.source_id
        WHERE event.id > ?1 AND (?3 IS NULL OR event.tenant_id = ?3) ORDER BY event.id LIMIT ?2
        """)
    static let movements = SQL(
        """
        SELECT movement.id, recorded_at, tenant.name, product.sku, product.name, location.name, source.name, balance,
            delta, movement.kind, movement.product_id, movement.location_id
        FROM movement JOIN product ON product.id = movement.product_id JOIN tenant ON tenant.id = product.tenant_id
        JOIN location ON location.id = movement.location_id LEFT JOIN source ON source.id = movement.source_id
        WHERE movement.id > ?1 AND movement.id <= ?4 AND (?3 IS NULL OR product.tenant_id = ?3)
        ORDER BY movement.id LIMIT ?2
        """)
}
