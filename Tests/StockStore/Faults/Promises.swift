import StockDomain
@testable import StockStore

/// What a store has acknowledged, to be compared with what it has.
struct Promises {
    let shop: Shop
    /// Units on hand by level, after everything that is known to be there.
    private var stock: [Int]
    private var kept: [String: Traces] = [:]

    init(_ shop: Shop) {
        self.shop = shop
        stock = shop.levels.map { _ in Shop.units }
    }

    /// Compares the store with what was promised, settles what was unknown by what is found, and returns whatever is
    /// not as it must be.
    mutating func settle(_ answered: [Answered], in store: Store) throws -> [String] {
        let found = try store.readHere { try Findings($0, shop: shop) }
        var wrong = found.damage
        var missing: Act?
        for one in answered {
            let name = one.act.name, traces = found.traces[name] ?? Traces()
            let absent = traces == Traces(), whole = one.act.isWhole(traces)
            if let complaint = one.complaint { wrong.append("\(name) \(one.act.kind) was told: \(complaint)") }
            switch one.outcome {
            case .done where !whole: wrong.append("\(name) \(one.act.kind) was acknowledged, and there is \(traces)")
            case .refused where !absent: wrong.append("\(name) \(one.act.kind) was refused, and there is \(traces)")
            case .unknown where !absent && !whole: wrong.append("\(name) \(one.act.kind) is there in part: \(traces)")
            case .unknown where absent && !one.act.mayBeRefused: missing = missing ?? one.act
            // What was queued after it cannot have been kept without it.
            case .unknown where !absent && missing != nil:
                wrong.append("\(name) is there, and \(missing?.name ?? ""), which came before it, is not")
            default: break
            }
            guard !absent else { continue }
            kept[name] = traces
            one.act.apply(to: &stock, traces)
        }
        for (name, traces) in kept where found.traces[name] != traces {
            wrong.append("\(name), \(traces) in an earlier life, is now \(found.traces[name] ?? Traces())")
        }
        if found.stock != stock.map({ Quantity($0) }) { wrong.append("on hand is \(found.stock), not \(stock)") }
        for name in found.traces.keys where kept[name] == nil && !answered.contains(where: { $0.act.name == name }) {
            wrong.append("\(name) came from nowhere")
        }
        return wrong
    }
}

extension StoreReader {
    /// What SQLite finds wrong with the file.
    func damage() throws -> [String] {
        try sql.all(SQL("PRAGMA integrity_check")) { $0.text(0) }.filter { $0 != "ok" }
            + sql.all(SQL("PRAGMA foreign_key_check")) { "a row of \($0.text(0)) refers to nothing" }
    }

    /// What cannot be true of one database at a time.
    func contradictions() throws -> [String] {
        try Contradictions.all.compactMap { statement, meaning in
            let rows = try sql.int(statement)
            return rows == 0 ? nil : "\(rows) \(meaning)"
        }
    }
}

/// What a database holds of the acts, and what contradicts itself in it.
private struct Findings {
    var traces: [String: Traces] = [:]
    let stock: [Quantity]
    var damage: [String] = []

    init(_ reader: StoreReader, shop: Shop) throws {
        stock = try shop.levels.map { try reader.level($0.key)?.onHand ?? .zero }
        let sql = reader.sql
        func each(_ statement: SQL, _ add: (inout Traces, any SQLRow) -> Void) throws {
            try sql.execute(statement, []) { row in
                add(&traces[row.text(0), default: Traces()], row)
                return true
            }
        }
        try each(Findings.replies) { $0.reply = $1.text(1) }
        try each(Findings.movements) { $0.movements = Int($1.int(1)) }
        try each(Findings.addresses) { $0.addresses = Int($1.int(1)) }
        try each(Findings.holds) { $0.holds = Int($1.int(1)) }
        try each(Findings.payments) { $0.payments = Int($1.int(1)) }
        try each(Findings.refunds) { $0.refunds = Int($1.int(1)) }
        try each(Findings.cancellations) { $0.cancellations = Int($1.int(1)) }

        damage = try reader.damage() + reader.brokenHolds() + reader.contradictions()
        let outOfStep = try reader.levelsOutOfStep(LevelSelection(), now: shop.now)
        if !outOfStep.isEmpty { damage.append("levels without the alert they call for: \(outOfStep)") }
    }

    private static let replies = SQL("SELECT key, reply FROM recorded_reply WHERE method = 'act'")
    private static let movements = SQL("SELECT reason, COUNT(*) FROM movement WHERE reason LIKE 'act-%' GROUP BY reason")
    private static let holds = SQL(
        "SELECT order_ref, COUNT(*) FROM hold JOIN hold_line ON hold_line.hold_id = hold.id GROUP BY order_ref")
    private static let payments = SQL(
        "SELECT payment_ref, COUNT(*) FROM hold WHERE payment_ref IS NOT NULL GROUP BY payment_ref")
    private static let refunds = SQL("SELECT payment_ref, COUNT(*) FROM refused_payment GROUP BY payment_ref")
    private static let cancellations = SQL(
        "SELECT cancel_reason, COUNT(*) FROM hold WHERE cancel_reason IS NOT NULL GROUP BY cancel_reason")
    private static let addresses = SQL(
        """
        SELECT contact.name, COUNT(*) FROM contact JOIN address ON address.contact_id = contact.id
        WHERE contact.name LIKE 'act-%' GROUP BY contact.name
        """)
}

private enum Contradictions {
    static let all = [
        (
            SQL(
                """
                SELECT COUNT(*) FROM level WHERE on_hand <>
                    (SELECT SUM(delta) FROM movement AS m
                     WHERE m.product_id = level.product_id AND m.location_id = level.location_id)
                """), "levels are not the sum of their movements"
        ),
        (
            SQL(
                """
                SELECT COUNT(*) FROM movement AS m LEFT JOIN movement AS p ON p.id = m.previous_id
                WHERE m.balance <> m.delta + COALESCE(p.balance, 0)
                """), "movements do not follow from the one before"
        ),
        (
            SQL(
                """
                SELECT COUNT(*) FROM level WHERE last_movement <>
                    (SELECT MAX(id) FROM movement AS m
                     WHERE m.product_id = level.product_id AND m.location_id = level.location_id)
                """), "levels do not know their last movement"
        ),
        (
            SQL(
                """
                SELECT COUNT(*) FROM level LEFT JOIN alert ON alert.product_id = level.product_id
                    AND alert.location_id = level.location_id AND alert.state <> 'resolved'
                WHERE level.alert_severity <> COALESCE(alert.severity, 0)
                """), "levels and alerts disagree"
        ),
        (
            SQL(
                """
                SELECT COUNT(*) FROM (SELECT alert_id FROM alert_event GROUP BY alert_id
                    HAVING COUNT(*) <> MAX(seq) - MIN(seq) + 1) AS gaps
                """), "alerts have lost a part of their history"
        ),
        (
            SQL(
                """
                SELECT COUNT(*) FROM delivery WHERE kind = 'alert' AND id NOT IN (SELECT delivery_id FROM delivery_alert)
                """), "deliveries say nothing"
        ),
        (
            SQL(
                """
                WITH counted (name, n) AS (
                    SELECT 'levels', COUNT(*) FROM level JOIN product ON product.id = product_id WHERE retired_at IS NULL
                    UNION ALL SELECT 'products', COUNT(*) FROM product WHERE retired_at IS NULL
                    UNION ALL SELECT 'alerts_open', COUNT(*) FROM alert WHERE state <> 'resolved'
                    UNION ALL SELECT 'deliveries_queued', COUNT(*) FROM delivery WHERE state IN ('queued', 'sending'))
                SELECT COUNT(*) FROM counted
                WHERE n <> COALESCE((SELECT SUM(tally.n) FROM tally WHERE tally.name = counted.name), 0)
                """), "tallies are off"
        ),
    ]
}
