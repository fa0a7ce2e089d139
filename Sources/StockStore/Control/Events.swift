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
    var holdID: Int64?
    var saleID: Int64?
    /// What had become of it by then, where the kind alone does not say: of an alert that changed, of a hold that gets a
    /// payment, of a source that failed.
    var state: String?
    /// Of a level.
    var held: Quantity?
    /// Of an alert.
    var threshold: Quantity?
    /// Of a hold.
    var expiresAt: Timestamp?
    /// Of a hold: what can be held of each of its lines afterwards, in their order, 1/100,000 of a unit. Of a sale, as
    /// `SaleRecord.numbers`; of a run, its pages, counts and sales; of a silence, its id.
    var numbers: [Int64]?
}

/// An entry of the event log; or a movement, or a hold that was placed, seen as one. It carries what was so then, and
/// says the same whenever it is read; what it has from the present are names, and what never changes.
package struct EventRecord: Hashable, Sendable {
    package var id: Int64
    package var at: Timestamp
    package var tenant: String
    /// `alert.opened`, `stock.changed`, `delivery.sent`, `sync.finished` …
    package var kind: String
    package var sku: String?
    package var productName: String?
    package var category: String?
    package var location: String?
    package var alertID: Int64?
    /// Of an alert.
    package var openedAt: Timestamp?
    package var deliveryID: Int64?
    package var source: String?
    package var sourceKind: String?
    package var severity: Severity?
    package var was: Severity?
    package var stock: Quantity?
    /// Of a level; nil where it was not kept.
    package var held: Quantity?
    /// Of an alert.
    package var threshold: Quantity?
    /// As `Emission` has it.
    package var state: String?
    /// Of a movement.
    package var delta: Quantity?
    package var note: String?
    package var hold: HoldNews?
    package var saleID: Int64?
    /// A payment that came and gets no goods.
    package var refund: RefusedPayment?
    /// As `Emission` has it.
    package var numbers: [Int64]?
}

/// What an event says of a hold.
package struct HoldNews: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package var sku: String
        package var location: String
        package var quantity: Quantity
        /// What could be held of it afterwards; nil where that did not change.
        package var remaining: Quantity?
    }

    package var id: Int64
    package var state: HoldState
    package var orderRef: String
    package var sale: String?
    package var expiresAt: Timestamp
    package var lines: [Line] = []
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
            .int(emission.stock?.scaled), .text(emission.note), .int(emission.holdID), .int(emission.saleID),
            .text(emission.numbers.map { $0.map(String.init).joined(separator: " ") }), .text(emission.state),
            .int(emission.held?.scaled), .int(emission.threshold?.scaled), .int(emission.expiresAt?.milliseconds))
        commit.lastEvent = id
        commit.kinds.insert(emission.kind)
    }
}

extension StoreReader {
    package func eventRange() throws -> EventRange {
        let floor = try setting(StoreReader.eventFloor).flatMap(Int64.init) ?? 0
        return EventRange(floor: floor, last: max(floor, try sql.int(EventStatements.last)))
    }

    /// Events after `cursor` in order, at most `limit`; kinds nil: all; tenant nil: all. The second value is where to go
    /// on from: the last number looked at, also where nothing matched.
    package func events(
        after cursor: Int64, kinds: Set<String>?, tenantID: Int64?, limit: Int
    ) throws -> (events: [EventRecord], cursor: Int64) {
        let last = try eventRange().last
        guard cursor < last else { return ([], cursor) }
        // Of rare kinds, a page must not look through all that is kept.
        var end = min(last, cursor + StoreReader.horizon)
        var found: [EventRecord] = []
        // Each kind of row in order; a full page ends where its last row stands, and what lies beyond is for the next one.
        func add(_ rows: [EventRecord]) {
            if rows.count == limit { end = min(end, rows[limit - 1].id) }
            found += rows
        }
        let wanted = kinds.map { "|" + $0.sorted().joined(separator: "|") + "|" }
        add(try sql.all(
            EventStatements.page, .int(cursor), .int(limit), .int(tenantID), .int(end), .text(wanted), map: loggedEvent))
        if kinds?.contains("stock.changed") ?? true {
            add(try sql.all(
                EventStatements.movements, .int(cursor), .int(limit), .int(tenantID), .int(end), map: movedEvent))
        }
        if kinds?.contains("hold.placed") ?? true {
            add(try sql.all(EventStatements.holds, .int(cursor), .int(limit), .int(tenantID), .int(end), map: placedEvent))
        }
        var merged = found.filter { $0.id <= end }.sorted { $0.id < $1.id }
        if merged.count > limit {
            merged.removeLast(merged.count - limit)
            end = merged[limit - 1].id
        }
        for index in merged.indices where merged[index].hold != nil { try addLines(to: &merged[index]) }
        return (merged, end)
    }

    /// After which cursor the events since `time` stand: the first of those that are kept, where it lies before them. Where the
    /// clock was set back meanwhile, times are in no order, and it is one of the places that may be meant.
    package func cursor(before time: Timestamp) throws -> Int64 {
        var (low, high) = { ($0.floor, $0.last) }(try eventRange())
        // There is no index by time: events are halved by number instead.
        while low < high {
            let middle = low + (high - low) / 2
            let next = try sql.first(EventStatements.next, .int(middle)) { (id: $0.int(0), at: $0.int(1)) }
            if let next, next.at < time.milliseconds { low = min(next.id, high) } else { high = middle }
        }
        return low
    }

    /// The key of the last event that was forgotten.
    static let eventFloor = "event_floor"
    /// How many numbers ahead one page looks at most.
    private static let horizon: Int64 = 20_000

    private func addLines(to event: inout EventRecord) throws {
        guard var hold = event.hold else { return }
        let remaining = event.numbers
        var index = 0
        let placed = event.kind == "hold.placed"
        hold.lines = try sql.all(EventStatements.holdLines, .int(hold.id)) { row in
            defer { index += 1 }
            return HoldNews.Line(
                sku: row.text(0), location: row.text(1), quantity: Quantity(scaled: row.int(2)),
                remaining: placed
                    ? Quantity(scaled: row.int(3)) : remaining.flatMap { $0.indices.contains(index) ? Quantity(scaled: $0[index]) : nil })
        }
        event.hold = hold
        if event.kind == "hold.refund_due", let payment = event.note {
            event.refund = try refusedPayment(payment, of: hold.id)
        }
    }

    private func loggedEvent(_ row: any SQLRow) -> EventRecord {
        let kind = row.text(3), state = row.optionalText(20)
        return EventRecord(
            id: row.int(0), at: Timestamp(milliseconds: row.int(1)), tenant: row.text(2), kind: kind,
            sku: row.optionalText(4), productName: row.optionalText(5), category: row.optionalText(23),
            location: row.optionalText(6), alertID: row.optionalInt(7),
            openedAt: row.instant(24), deliveryID: row.optionalInt(8),
            source: row.optionalText(9), sourceKind: row.optionalText(25),
            severity: row.optionalInt(10).flatMap { Severity(rawValue: Int($0)) },
            was: row.optionalInt(11).flatMap { Severity(rawValue: Int($0)) },
            stock: row.quantity(12), held: row.quantity(21),
            threshold: row.quantity(22), state: state, note: row.optionalText(13),
            hold: row.optionalInt(14).map { id in
                HoldNews(
                    id: id, state: EventRecord.holdState(kind, state), orderRef: row.text(15), sale: row.optionalText(16),
                    expiresAt: Timestamp(milliseconds: row.int(17)))
            }, saleID: row.optionalInt(18), numbers: row.optionalText(19)?.split(separator: " ").map { Int64($0) ?? 0 })
    }

    private func placedEvent(_ row: any SQLRow) -> EventRecord {
        EventRecord(
            id: row.int(0), at: Timestamp(milliseconds: row.int(1)), tenant: row.text(2), kind: "hold.placed",
            hold: HoldNews(
                id: row.int(0), state: .held, orderRef: row.text(3), sale: row.optionalText(4),
                expiresAt: Timestamp(milliseconds: row.int(5))))
    }

    private func movedEvent(_ row: any SQLRow) -> EventRecord {
        EventRecord(
            id: row.int(0), at: Timestamp(milliseconds: row.int(1)), tenant: row.text(2), kind: "stock.changed",
            sku: row.text(3), productName: row.text(4), location: row.text(5), source: row.optionalText(6),
            severity: row.optionalInt(11).flatMap { Severity(rawValue: Int($0)) }, stock: Quantity(scaled: row.int(7)),
            held: row.quantity(10), delta: Quantity(scaled: row.int(8)), note: row.text(9))
    }
}

extension EventRecord {
    fileprivate static func holdState(_ kind: String, _ kept: String?) -> HoldState {
        switch kind {
        case "hold.confirmed": .confirmed
        case "hold.cancelled": .cancelled
        case "hold.expired": .expired
        case "hold.refund_due": kept.flatMap(HoldState.init) ?? .held
        default: .held
        }
    }
}

private enum EventStatements {
    static let insert = SQL(
        """
        INSERT INTO event (id, at, tenant_id, kind, product_id, location_id, alert_id, delivery_id, source_id, severity,
            was, stock, note, hold_id, sale_id, numbers, state, held, threshold, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    static let last = SQL(
        """
        SELECT MAX(n) FROM (SELECT MAX(id) AS n FROM event UNION ALL SELECT MAX(id) FROM movement
        UNION ALL SELECT MAX(id) FROM hold) AS numbers
        """)
    static let next = SQL(
        """
        SELECT n, at FROM (SELECT * FROM (SELECT id AS n, at FROM event WHERE id > ?1 ORDER BY id LIMIT 1) AS logged
        UNION ALL SELECT * FROM (SELECT id, recorded_at FROM movement WHERE id > ?1 ORDER BY id LIMIT 1) AS moved
        UNION ALL SELECT * FROM (SELECT id, placed_at FROM hold WHERE id > ?1 ORDER BY id LIMIT 1) AS placed) AS numbers
        ORDER BY n LIMIT 1
        """)
    static let page = SQL(
        """
        SELECT event.id, event.at, tenant.name, event.kind, product.sku, product.name, location.name, event.alert_id,
            delivery_id, source.name, event.severity, was, event.stock, note, hold.id, order_ref, flash_sale.name,
            COALESCE(event.expires_at, hold.expires_at), event.sale_id, numbers, COALESCE(event.state, hold.state),
            event.held, event.threshold, product.category, alert.opened_at, source.kind
        FROM event JOIN tenant ON tenant.id = event.tenant_id LEFT JOIN product ON product.id = event.product_id
        LEFT JOIN location ON location.id = event.location_id LEFT JOIN source ON source.id = event.source_id
        LEFT JOIN hold ON hold.id = event.hold_id LEFT JOIN flash_sale ON flash_sale.id = hold.sale_id
        LEFT JOIN alert ON alert.id = event.alert_id
        WHERE event.id > ?1 AND event.id <= ?4 AND (?3 IS NULL OR event.tenant_id = ?3)
            AND (?5 IS NULL OR ?5 LIKE '%|' || event.kind || '|%')
        ORDER BY event.id LIMIT ?2
        """)
    static let holds = SQL(
        """
        SELECT hold.id, placed_at, tenant.name, order_ref, flash_sale.name, COALESCE(first_expires_at, expires_at)
        FROM hold JOIN tenant ON tenant.id = hold.tenant_id LEFT JOIN flash_sale ON flash_sale.id = sale_id
        WHERE hold.id > ?1 AND hold.id <= ?4 AND (?3 IS NULL OR hold.tenant_id = ?3) ORDER BY hold.id LIMIT ?2
        """)
    static let holdLines = SQL(
        """
        SELECT sku, location.name, quantity, remaining FROM hold_line JOIN product ON product.id = product_id
        JOIN location ON location.id = location_id WHERE hold_id = ? ORDER BY seq
        """)
    static let movements = SQL(
        """
        SELECT movement.id, recorded_at, tenant.name, product.sku, product.name, location.name, source.name, balance,
            delta, movement.kind, movement.held, movement.severity
        FROM movement JOIN product ON product.id = movement.product_id JOIN tenant ON tenant.id = product.tenant_id
        JOIN location ON location.id = movement.location_id LEFT JOIN source ON source.id = movement.source_id
        WHERE movement.id > ?1 AND movement.id <= ?4 AND (?3 IS NULL OR product.tenant_id = ?3)
        ORDER BY movement.id LIMIT ?2
        """)
}
