import StockDomain
@testable import StockStore

/// A promise that was broken.
struct TellingFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Looks at every step of a `TellingWorld` and knows what must never be.
struct TellingWatch {
    private struct Place: Hashable {
        var product: Int64
        var location: Int64
        /// nil: of the place as a whole, by the alert's own window.
        var address: Int64?
    }

    private struct Notice: Hashable {
        var key: String
        var address: Int64
    }

    private struct Item: Hashable {
        var delivery: Int64
        var alert: Int64
    }

    private static let reasons = Set(
        [Suppressed.window(until: TellingWorld.start), .silenced(by: 0, until: TellingWorld.start), .acknowledged(by: nil), .milder,
            .stale, .alertsOff, .noRecentSales(days: 0), .notTracked, .nobodyToTell].map(\.name))
    /// By which a delivery may end untold.
    private static let endings: Set<String> = [
        "address_removed", "over_before_told", "address_off", "told_lately", "acknowledged", "below_min_severity", "other_locations",
        "no_reminders", "no_resolves", "no_summaries", "dropped by", "made up",
    ]

    private struct Told {
        /// So that what has passed since is true by the clock as it is now.
        var at: Timestamp
        /// By the clock as it was.
        var stamp: Timestamp
        /// nil: of the place as a whole.
        var delivery: Int64?
    }

    private var lastTold: [Place: [Severity: Told]] = [:]
    private var acknowledged: Set<Int64> = []
    /// The newest alert that began before anybody's habits changed last.
    private var changedHabits: Int64 = 0
    /// What each address was sent: alert and worst severity.
    private var reached: [Int64: [Int64: Severity]] = [:]
    private var seenItems: Set<Item> = []
    /// The alerts that may get another entry, and the last that each was seen with.
    private var watched: [Int64: Int64] = [:]
    private var newestAlert: Int64 = 0
    private var newestDelivery: Int64 = 0
    private var changes: Int64 = 0
    private var noticed: [Notice: Timestamp] = [:]
    private var summarized: [Int64: Set<Day>] = [:]
    /// Days that the clock skipped or saw twice.
    private var confused: Set<Day> = []

    mutating func acknowledged(_ alert: Int64) { acknowledged.insert(alert) }
    /// What has died is to tell its address after all.
    mutating func retried(_ delivery: Int64) { seenItems = seenItems.filter { $0.delivery != delivery } }
    mutating func habitsChanged() { changedHabits = newestAlert }

    /// However the clock is set back, what was told was told as long ago as before. Where it is set forward, nobody can
    /// know; nor of an address, where that lies more than a window ahead then.
    mutating func clockJumped(from before: Timestamp, to now: Timestamp) {
        let back = max(before - now, .zero)
        for (place, told) in lastTold {
            lastTold[place] = told.filter { place.address == nil || $0.value.stamp - now < .hours(24) }
                .mapValues { Told(at: $0.at - back, stamp: $0.stamp, delivery: $0.delivery) }
        }
        noticed = noticed.mapValues { $0 - back }
        let first = min(before, now).day(in: TellingWorld.zone), last = max(before, now).day(in: TellingWorld.zone)
        for number in first.number...last.number { confused.insert(Day(Int64(number))) }
    }

    // MARK: After every step

    mutating func look(_ tx: StoreTransaction, now: Timestamp) throws {
        let changes = try tx.sql.int(Statements.changes)
        guard changes != self.changes else { return }
        self.changes = changes
        try lookAtTimelines(tx, now: now)
        try lookAtTellings(tx, now: now)
        try lookAtNewDeliveries(tx, now: now)
        try lookAtEscalations(tx)
    }

    private mutating func lookAtTimelines(_ tx: StoreTransaction, now: Timestamp) throws {
        for id in try tx.sql.all(Statements.newAlerts, .int(newestAlert), map: { $0.int(0) }) {
            watched[id] = 0
            newestAlert = id
        }
        for (alert, seen) in watched.sorted(by: { $0.key < $1.key }) {
            let entries = try tx.sql.all(Statements.entries, .int(alert), .int(seen)) {
                (
                    seq: $0.int(0), kind: $0.text(1), severity: Severity(rawValue: Int($0.int(2))) ?? .low,
                    note: $0.optionalText(3), untold: $0.optionalText(4) ?? "", product: $0.int(5), location: $0.int(6)
                )
            }
            for entry in entries {
                switch entry.kind {
                case "suppressed":
                    guard let note = entry.note, TellingWatch.reasons.contains(note) else {
                        throw TellingFailure("alert \(alert) is suppressed for \(entry.note ?? "no reason")")
                    }
                    if note == "window",
                        try tx.sql.int(
                            Statements.heard, .int(entry.product), .int(entry.location), .int((now - tx.policy.suppress).milliseconds)) == 0
                    {
                        throw TellingFailure("alert \(alert) waits for a window at \(now), though nobody has heard of it")
                    }
                case "notified", "reminded":
                    try lookAtAudience(of: alert, entry.untold, tx)
                    try lookAtToldLately(entry.untold, entry.product, entry.location, tx, now: now)
                    // Nobody has been told yet where all are told later.
                    if entry.note?.hasPrefix("resolved") == true || entry.note?.contains(", 0 addresses") == true { continue }
                    let place = Place(product: entry.product, location: entry.location)
                    // Of what was told and reached nobody, as it died or all its addresses were taken away, there is no window.
                    if let before = lastTold[place]?.values.map(\.stamp).max(), now - before < tx.policy.suppress,
                        try tx.sql.int(
                            Statements.reached, .int(place.product), .int(place.location), .int(before.milliseconds), .int(alert)) == 0
                    {
                        lastTold[place] = nil
                    }
                    try tell(place, entry.severity, at: now, tx, "alert \(alert) \(entry.kind)")
                case "escalated": try lookAtToldLately(entry.untold, entry.product, entry.location, tx, now: now)
                default: break
                }
            }
            let isOver = entries.contains { $0.kind == "resolved" }
            watched[alert] = isOver ? nil : entries.last?.seq ?? seen
        }
    }

    /// Who is not told, now or later, is so for a reason that is kept.
    private func lookAtAudience(of alert: Int64, _ untold: String, _ tx: StoreTransaction) throws {
        let reasons = KeptReason.read(untold)
        let told = Set(try tx.sql.all(Statements.toldOf, .int(alert)) { $0.int(0) })
        for address in try tx.storedAddresses(tenantID: 1) where reasons[address.id] == nil && !told.contains(address.id) {
            throw TellingFailure("\(address.contact) by \(address.kind.rawValue) is not told of alert \(alert), and nothing says why")
        }
    }

    /// Who is left out as having heard, has.
    private func lookAtToldLately(_ untold: String, _ product: Int64, _ location: Int64, _ tx: StoreTransaction, now: Timestamp) throws {
        for (address, reason) in KeptReason.read(untold) {
            switch reason {
            case .notTold(.toldLately), .held(.toldLately):
                let heard = try tx.sql.int(
                    Statements.heardAt, .int(product), .int(location), .int((now - tx.policy.suppress).milliseconds), .int(address))
                if heard == 0 { throw TellingFailure("address \(address) is left out at \(now) as told lately, and has heard nothing") }
            case .notTold, .held: break
            }
        }
    }

    /// No operational alert again within its window, nor one of a source that is paused; and one summary a day.
    private mutating func lookAtNewDeliveries(_ tx: StoreTransaction, now: Timestamp) throws {
        let new = try tx.sql.all(Statements.newDeliveries, .int(newestDelivery)) {
            (id: $0.int(0), address: $0.int(1), notice: $0.optionalText(2), day: $0.optionalInt(3).map(Day.init))
        }
        for (id, address, notice, day) in new {
            newestDelivery = id
            if let notice {
                let key = Notice(key: notice, address: address)
                if let last = noticed[key], now - last < tx.policy.suppress {
                    throw TellingFailure("address \(address) is told of \(notice) at \(now), \(now - last) after the last time")
                }
                noticed[key] = now
                if notice == "stale.till", try tx.sources(name: "till").first?.pause(at: now) != nil {
                    throw TellingFailure("delivery \(id) says that the till is silent, which is paused")
                }
            }
            if let day, summarized[address, default: []].insert(day).inserted == false, !confused.contains(day) {
                throw TellingFailure("address \(address) is told twice how \(day) stands")
            }
        }
    }

    /// Nothing as bad or milder within the window.
    private mutating func tell(
        _ place: Place, _ severity: Severity, by delivery: Int64? = nil, at now: Timestamp, _ tx: StoreTransaction, _ what: String
    ) throws {
        for (worse, told) in lastTold[place, default: [:]] where worse >= severity && now - told.at < tx.policy.suppress {
            // It never arrived: it was on its way when its address was switched off, or it died, and may be retried.
            if let before = told.delivery, try before == delivery || tx.sql.int(Statements.isUntold, .int(before)) == 1 { continue }
            throw TellingFailure("\(what) as \(severity.name) at \(now), \(now - told.at) after it was told as \(worse.name)")
        }
        lastTold[place, default: [:]][severity] = Told(at: now, stamp: now, delivery: delivery)
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
                try tell(place, severity, by: item.delivery, at: now, tx, "delivery \(item.delivery) to address \(place.address ?? 0)")
            } catch let failure as TellingFailure {
                throw TellingFailure("\(failure)\n\(try history(of: item.alert, at: place.address ?? 0, tx))")
            }
        }
    }

    private func lookAtEscalations(_ tx: StoreTransaction) throws {
        if let id = try tx.sql.first(Statements.escalatesThoughEnded, map: { $0.int(0) }) {
            throw TellingFailure("alert \(id) is taken on or over, and still escalates")
        }
        if let id = try tx.sql.first(Statements.waitsThoughEnded, map: { $0.int(0) }) {
            throw TellingFailure("alert \(id) is taken on or over, and still waits to be told")
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
            case .sent: reached[row.address, default: [:]][row.alert] = max(reached[row.address]?[row.alert] ?? .healthy, row.severity)
            case .accepted, .retry, .unreachable, .misconfigured, .dead: break
            }
        }
    }

    /// What the address was told of that alert's product there, a line each.
    private func history(of alert: Int64, at address: Int64, _ tx: StoreTransaction) throws -> String {
        func time(_ row: any SQLRow, _ column: Int) -> String {
            row.optionalInt(column).map { "\(Timestamp(milliseconds: $0))" } ?? "–"
        }
        return try tx.sql.all(Statements.history, .int(alert), .int(address)) {
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
            throw TellingFailure("delivery \(delivery.id) is still queued, though everything works")
        }
        for (id, reason) in try tx.sql.all(Statements.ended, map: { ($0.int(0), $0.optionalText(1)) }) {
            guard let reason, TellingWatch.endings.contains(where: reason.contains) || reason.hasPrefix("gave up") else {
                throw TellingFailure("delivery \(id) ended untold for \(reason ?? "no reason")")
            }
        }
        try lookForLost(tx, now: now)
        let days = Set(try tx.sql.all(Statements.summaryDays) { Day($0.int(0)) })
        let first = TellingWorld.start.day(in: TellingWorld.zone).number + 1
        for day in (first..<now.day(in: TellingWorld.zone).number).map({ Day(Int64($0)) })
        where !days.contains(day) && !confused.contains(day) {
            throw TellingFailure("nobody was told how \(day) stood")
        }
    }

    /// Who wanted to know of what stands, and has wanted the same since it began, knows of it.
    private func lookForLost(_ tx: StoreTransaction, now: Timestamp) throws {
        for record in try tx.alerts(AlertFilter(tenantID: 1), after: nil, limit: 1000) {
            let alert = record.alert
            guard !acknowledged.contains(alert.id), alert.id > changedHabits else { continue }
            for address in try tx.storedAddresses(tenantID: 1) {
                let refusal = address.preferences.refusal(
                    of: .opened, severity: alert.severity, location: alert.location, category: alert.category, told: false)
                guard refusal == nil, address.preferences.rest(letsOut: alert.severity == .out, now: now) == nil else { continue }
                // What could not be delivered for a day is given up.
                let tried = try tx.sql.first(Statements.givenUp, .int(alert.id), .int(address.id)) { $0.optionalInt(0) } ?? nil
                let knows = max(
                    reached[address.id]?[alert.id] ?? .healthy,
                    tried.flatMap { Severity(rawValue: Int($0)) } ?? .healthy)
                guard knows >= alert.severity else {
                    let timeline = try tx.sql.all(Statements.timeline, .int(alert.id)) { row in
                        let at = Timestamp(milliseconds: row.int(0))
                        return "  \(at) \(row.text(1)) \(row.text(2)) \(row.text(3)): not told \(row.text(4))"
                    }
                    throw TellingFailure(
                        """
                        address \(address.id) (\(address.contact), \(address.kind.rawValue)) never heard of alert \(alert.id), \
                        \(alert.severity.name):
                        \(timeline.joined(separator: "\n"))
                        \(try history(of: alert.id, at: address.id, tx))
                        """)
                }
            }
        }
    }

    private enum Statements {
        static let changes = SQL("SELECT total_changes()")
        static let newAlerts = SQL("SELECT id FROM alert WHERE id > ? ORDER BY id")
        static let entries = SQL(
            """
            SELECT seq, alert_event.kind, alert_event.severity, note, untold, product_id, location_id FROM alert_event
            JOIN alert ON alert.id = alert_id WHERE alert_id = ? AND seq > ? ORDER BY seq
            """)
        static let reached = SQL(
            """
            SELECT COUNT(*) FROM alert JOIN delivery_alert ON alert_id = alert.id JOIN delivery ON delivery.id = delivery_id
            WHERE product_id = ? AND location_id = ? AND ready_at >= ? AND alert.id <> ? AND occasion NOT IN ('resolved', 'escalated')
                AND delivery.state NOT IN ('dropped', 'dead')
            """)
        /// What was decided before the clock was set back may have been let go before that, by the clock.
        private static func heard(_ more: String) -> SQL {
            SQL(
                """
                SELECT COUNT(*) FROM alert JOIN delivery_alert ON alert_id = alert.id JOIN delivery ON delivery.id = delivery_id
                WHERE product_id = ?1 AND location_id = ?2 AND MAX(created_at, ready_at) > ?3 AND occasion <> 'resolved'
                    AND delivery.state NOT IN ('dropped', 'dead') AND \(more)
                """)
        }
        /// What was held back tells of what an escalation said together with the rest.
        static let heard = heard("(occasion <> 'escalated' OR held_until IS NOT NULL OR apart_at <> created_at)")
        static let heardAt = heard("address_id = ?4")
        static let isUntold = SQL("SELECT state IN ('dropped', 'dead') OR held_until IS NOT NULL FROM delivery WHERE id = ?")
        static let toldOf = SQL(
            "SELECT address_id FROM delivery_alert JOIN delivery ON delivery.id = delivery_id WHERE alert_id = ?")
        static let newDeliveries = SQL(
            """
            SELECT delivery.id, address_id, CASE delivery.kind WHEN 'operational' THEN notice.key END, summary_day FROM delivery
            LEFT JOIN notice ON notice.id = notice_id WHERE delivery.id > ? ORDER BY delivery.id
            """)
        static let summaryDays = SQL("SELECT day FROM summary_day WHERE tenant_id = 1")
        static let escalatesThoughEnded = SQL("SELECT id FROM alert WHERE escalate_at IS NOT NULL AND state <> 'open'")
        static let waitsThoughEnded = SQL("SELECT id FROM alert WHERE due_at IS NOT NULL AND state <> 'open'")
        static let items = SQL(
            """
            SELECT alert_id, delivery_alert.severity, address_id, occasion FROM delivery_alert
            JOIN delivery ON delivery.id = delivery_id WHERE delivery_id = ?
            """)
        /// What is on its way to somebody, and not held back: from the queue to what is in it, as all that ever was is more.
        static let underWay = SQL(
            """
            SELECT delivery_id, alert_id, delivery_alert.severity, product_id, location_id, address_id
            FROM delivery CROSS JOIN delivery_alert CROSS JOIN alert
            WHERE channel IN ('email', 'webhook') AND delivery.state IN ('queued', 'sending') AND held_until IS NULL
                AND delivery_id = delivery.id AND occasion <> 'resolved' AND alert.id = alert_id
            ORDER BY delivery_id, alert_id
            """)
        static let history = SQL(
            """
            SELECT delivery.id, alert_id, occasion, delivery_alert.severity, delivery.state, created_at, apart_at, held_until
            FROM alert AS this JOIN alert ON alert.product_id = this.product_id AND alert.location_id = this.location_id
            JOIN delivery_alert ON alert_id = alert.id JOIN delivery ON delivery_id = delivery.id
            WHERE this.id = ? AND address_id = ? ORDER BY delivery.id DESC LIMIT 8
            """)
        static let givenUp = SQL(
            """
            SELECT MAX(delivery_alert.severity) FROM delivery_alert JOIN delivery ON delivery.id = delivery_id
            WHERE alert_id = ? AND address_id = ? AND state = 'dead'
            """)
        static let timeline = SQL("SELECT at, kind, severity, note, untold FROM alert_event WHERE alert_id = ? ORDER BY seq")
        static let openDeliveries = SQL("SELECT id, held_until FROM delivery WHERE state IN ('queued', 'sending') AND created_at < ?")
        static let ended = SQL("SELECT id, reason FROM delivery WHERE state IN ('dead', 'dropped')")
    }
}
