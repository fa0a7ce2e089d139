import StockDomain
@testable import StockStore

/// A promise that was broken.
struct TellingFailure: Error, CustomStringConvertible {
    var description: String
}

/// Looks at every step of a `TellingWorld` and knows what must never be.
struct TellingWatch {
    private struct Place: Hashable {
        var product: Int64
        var location: Int64
        /// nil: of the place as a whole, by the alert's own window.
        var address: Int64?
    }

    private struct Item: Hashable {
        var delivery: Int64
        var alert: Int64
    }

    private static let reasons = Set(
        [Suppressed.window(until: TellingWorld.start), .silenced(by: 0, until: TellingWorld.start), .acknowledged(by: nil), .milder,
            .stale, .alertsOff, .noRecentSales(days: 0), .notTracked, .nobodyToTell].map(\.name))
    /// By which a delivery may end untold.
    private static let endings: Set<String> = ["address_removed", "over_before_told", "address_off", "made up"]

    private var lastTold: [Place: [Severity: Timestamp]] = [:]
    private var acknowledged: Set<Int64> = []
    private var habitsChangedAt = TellingWorld.start
    /// What each address was sent, or could not be: alert and worst severity.
    private var reached: [Int64: [Int64: Severity]] = [:]
    private var seenItems: Set<Item> = []
    private var seenEvents: [Int64: Int64] = [:]
    /// The first alert that may get another entry.
    private var oldest: Int64 = 0

    mutating func acknowledged(_ alert: Int64) { acknowledged.insert(alert) }
    mutating func habitsChanged(at now: Timestamp) { habitsChangedAt = max(habitsChangedAt, now) }

    /// What was told in what is now the future counts from now on.
    mutating func clockJumped(to now: Timestamp) {
        for (place, told) in lastTold { lastTold[place] = told.mapValues { min($0, now) } }
        habitsChangedAt = min(habitsChangedAt, now)
    }

    // MARK: After every step

    mutating func look(_ tx: StoreTransaction, now: Timestamp) throws {
        try lookAtTimelines(tx, now: now)
        try lookAtTellings(tx, now: now)
        try lookAtEscalations(tx)
    }

    private mutating func lookAtTimelines(_ tx: StoreTransaction, now: Timestamp) throws {
        struct Entry {
            var alert: Int64, seq: Int64, kind: String, severity: Severity, note: String?, product: Int64, location: Int64
        }
        let entries = try tx.sql.all(Statements.entries, .int(oldest)) {
            Entry(
                alert: $0.int(0), seq: $0.int(1), kind: $0.text(2), severity: Severity(rawValue: Int($0.int(3))) ?? .low,
                note: $0.optionalText(4), product: $0.int(5), location: $0.int(6))
        }
        if let first = try tx.sql.first(Statements.oldest, map: { $0.optionalInt(0) }) ?? nil { oldest = first }
        for entry in entries where entry.seq > seenEvents[entry.alert, default: 0] {
            seenEvents[entry.alert] = entry.seq
            switch entry.kind {
            case "suppressed":
                guard let note = entry.note, TellingWatch.reasons.contains(note) else {
                    throw TellingFailure(description: "alert \(entry.alert) is suppressed for \(entry.note ?? "no reason")")
                }
            case "notified", "reminded":
                if entry.note?.hasPrefix("resolved") == true { continue }
                try tell(
                    Place(product: entry.product, location: entry.location), entry.severity, at: now, tx.policy.suppress,
                    "alert \(entry.alert) \(entry.kind)")
            default: break
            }
        }
    }

    /// Nothing as bad or milder within the window.
    private mutating func tell(
        _ place: Place, _ severity: Severity, at now: Timestamp, _ suppress: Duration, _ what: String
    ) throws {
        for (told, at) in lastTold[place, default: [:]] where told >= severity && now - at < suppress {
            throw TellingFailure(
                description: "\(what) as \(severity.name) at \(now), \(now - at) after it was told as \(told.name)")
        }
        lastTold[place, default: [:]][severity] = now
    }

    /// Nobody is told of the same, as bad or milder, within the window: counted from when that was decided, however long
    /// a channel that fails keeps it.
    private mutating func lookAtTellings(_ tx: StoreTransaction, now: Timestamp) throws {
        let items = try tx.sql.all(Statements.underWay) {
            (
                item: Item(delivery: $0.int(0), alert: $0.int(1)), severity: Severity(rawValue: Int($0.int(2))) ?? .low,
                place: Place(product: $0.int(3), location: $0.int(4), address: $0.int(5))
            )
        }
        for (item, severity, place) in items where seenItems.insert(item).inserted {
            do {
                try tell(place, severity, at: now, tx.policy.suppress, "delivery \(item.delivery) to address \(place.address ?? 0)")
            } catch let failure as TellingFailure {
                throw TellingFailure(description: "\(failure)\n\(try history(of: place, before: item.delivery, tx))")
            }
        }
    }

    private func lookAtEscalations(_ tx: StoreTransaction) throws {
        if let id = try tx.sql.first(Statements.escalatesThoughEnded, map: { $0.int(0) }) {
            throw TellingFailure(description: "alert \(id) is taken on or over, and still escalates")
        }
        if let id = try tx.sql.first(Statements.waitsThoughEnded, map: { $0.int(0) }) {
            throw TellingFailure(description: "alert \(id) is taken on or over, and still waits to be told")
        }
    }

    // MARK: At every attempt

    mutating func attempt(_ delivery: ClaimedDelivery, _ verdict: Verdict, _ tx: StoreTransaction, now: Timestamp) throws {
        let rows = try tx.sql.all(Statements.items, .int(delivery.id)) {
            (
                alert: $0.int(0), severity: Severity(rawValue: Int($0.int(1))) ?? .low, address: $0.int(2), occasion: $0.text(3)
            )
        }
        for row in rows where row.occasion != Message.Occasion.resolved.rawValue {
            switch verdict {
            case .sent, .dead: reached[row.address, default: [:]][row.alert] = max(reached[row.address]?[row.alert] ?? .healthy, row.severity)
            case .accepted, .retry, .unreachable, .misconfigured: break
            }
        }
    }

    /// What the address was told of the product there, a line each.
    private func history(of place: Place, before delivery: Int64, _ tx: StoreTransaction) throws -> String {
        func time(_ row: any SQLRow, _ column: Int) -> String {
            row.optionalInt(column).map { "\(Timestamp(milliseconds: $0))" } ?? "–"
        }
        return try tx.sql.all(Statements.history, .int(place.address), .int(place.product), .int(place.location), .int(delivery)) {
            """
              delivery \($0.int(0)), alert \($0.int(1)), \($0.text(2)) severity \($0.int(3)), \($0.text(4)), created \(time($0, 5)), \
            apart \(time($0, 6)), held until \(time($0, 7))
            """
        }.joined(separator: "\n")
    }

    // MARK: At the end

    func end(_ tx: StoreTransaction, now: Timestamp) throws {
        // What has just come up waits for more like it.
        let open = try tx.sql.all(Statements.openDeliveries, .int((now - .minutes(1)).milliseconds)) {
            (id: $0.int(0), held: $0.optionalInt(1).map(Timestamp.init(milliseconds:)))
        }
        for delivery in open where delivery.held.map({ $0 <= now }) ?? true {
            throw TellingFailure(description: "delivery \(delivery.id) is still queued, though everything works")
        }
        for (id, reason) in try tx.sql.all(Statements.ended, map: { ($0.int(0), $0.optionalText(1)) }) {
            guard let reason, TellingWatch.endings.contains(where: reason.contains) || reason.hasPrefix("gave up") else {
                throw TellingFailure(description: "delivery \(id) ended untold for \(reason ?? "no reason")")
            }
        }
        try lookForLost(tx, now: now)
    }

    /// Who wanted to know of what stands, and has wanted the same since it began, knows of it.
    private func lookForLost(_ tx: StoreTransaction, now: Timestamp) throws {
        for record in try tx.alerts(AlertFilter(tenantID: 1), after: nil, limit: 1000) {
            let alert = record.alert
            guard !acknowledged.contains(alert.id), alert.openedAt > habitsChangedAt else { continue }
            for address in try tx.storedAddresses(tenantID: 1) {
                let refusal = address.preferences.refusal(
                    of: .opened, severity: alert.severity, location: alert.location, category: alert.category, told: false)
                guard refusal == nil, address.preferences.rest(letsOut: true, now: now) == nil else { continue }
                let knows = reached[address.id]?[alert.id] ?? .healthy
                guard knows >= alert.severity else {
                    throw TellingFailure(
                        description: """
                            \(address.contact) by \(address.kind.rawValue) never heard of alert \(alert.id) (\(alert.severity.name), \
                            open since \(alert.openedAt)): \(alert.timeline.map { "\($0.kind) \($0.severity.name) \($0.note ?? "")" })
                            """)
                }
            }
        }
    }

    private enum Statements {
        static let entries = SQL(
            """
            SELECT alert_id, seq, alert_event.kind, alert_event.severity, note, product_id, location_id FROM alert_event
            JOIN alert ON alert.id = alert_id WHERE alert_id >= ? ORDER BY alert_id, seq
            """)
        static let oldest = SQL("SELECT MIN(id) FROM alert WHERE state <> 'resolved'")
        static let escalatesThoughEnded = SQL("SELECT id FROM alert WHERE escalate_at IS NOT NULL AND state <> 'open'")
        static let waitsThoughEnded = SQL("SELECT id FROM alert WHERE due_at IS NOT NULL AND state <> 'open'")
        static let items = SQL(
            """
            SELECT alert_id, delivery_alert.severity, address_id, occasion FROM delivery_alert
            JOIN delivery ON delivery.id = delivery_id WHERE delivery_id = ?
            """)
        /// What is on its way to somebody, and not held back.
        static let underWay = SQL(
            """
            SELECT delivery_id, alert_id, delivery_alert.severity, product_id, location_id, address_id FROM delivery
            JOIN delivery_alert ON delivery_id = delivery.id JOIN alert ON alert.id = alert_id
            WHERE delivery.state IN ('queued', 'sending') AND held_until IS NULL AND occasion <> 'resolved'
            ORDER BY delivery_id, alert_id
            """)
        static let history = SQL(
            """
            SELECT delivery.id, alert_id, occasion, delivery_alert.severity, delivery.state, created_at, apart_at, held_until
            FROM delivery JOIN delivery_alert ON delivery_id = delivery.id JOIN alert ON alert.id = alert_id
            WHERE address_id = ? AND product_id = ? AND location_id = ? AND delivery.id <= ?
            ORDER BY delivery.id DESC LIMIT 8
            """)
        static let openDeliveries = SQL("SELECT id, held_until FROM delivery WHERE state IN ('queued', 'sending') AND created_at < ?")
        static let ended = SQL("SELECT id, reason FROM delivery WHERE state IN ('dead', 'dropped')")
    }
}
