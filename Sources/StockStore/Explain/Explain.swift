import Foundation
import StockDomain

extension StoreReader {
    /// The whole chain of decisions about a product at a location, as it stood at `at` (nil: now).
    ///
    /// Of the past it says what can be told from what is kept: the ledger, the alerts with their timelines, deliveries, and
    /// of every setting what held before it was changed. Throws `not_found` where it was not known yet.
    package func explanation(
        sku: String, location: String, tenantID: Int64, at moment: Timestamp?, now: Timestamp
    ) throws -> Explanation {
        let product = try product(sku, tenantID: tenantID)
        let place = try self.location(location, tenantID: tenantID)
        guard let present = try levelRow(productID: product.id, locationID: place.id) else {
            throw StoreError.notFound("\(sku) has no stock level at \(location)")
        }
        let at = moment ?? now
        var row = present
        let movement = try lastMovement(of: row, at: moment)
        var held: Quantity? = row.held
        if moment != nil { held = try takeBack(&row, to: at, movement) }
        let staleSince = moment == nil ? try staleSince(row) : try staleSince(row, at: at)
        row.stale = staleSince != nil

        let defaults = try moment.flatMap { try former(FormerDefaults.self, of: 0, tenantID: FormerDefaults.tenantID, at: $0) }?
            .defaults ?? policy.defaults
        let settings = try moment.map { try self.settings(for: row, at: $0) } ?? self.settings(for: row)
        let par = row.parLevel ?? row.productPar
        row.thresholds = Thresholds.resolve(settings, par: par, rate: row.rate, defaults: defaults)
        row.tracking = row.trackingNow()
        row.severity = row.severity(onHand: row.onHand) ?? .healthy
        let condition = row.condition(trigger: .sweep, now: at)

        let alert = try lastAlert(row, at: moment, now: now)
        let subject = AlertSubject(sku: product.sku, category: row.category, location: place.name)
        let severity = alert.map { $0.state == .resolved ? condition.severity : $0.severity } ?? condition.severity
        let silences = severity == .healthy ? [] : try silences(over: subject, severity, tenantID: tenantID, at: at)
        let told = try alert.map { try deliveries(of: $0.id, at: moment, now: now) } ?? []
        let window = moment == nil ? try window(product.id, place.id) : try window(row, at: at)
        let nextStep = try alert.flatMap { alert in
            moment == nil
                ? try self.nextStep(ofAlert: alert.id, row, silences: silences, now: now)
                : try self.nextStep(
                    of: alert, told, row, subject: subject,
                    heldUntil: (silences.map(\.endsAt), window.flatMap { $0.holdsBack(alert.severity, at: at) ? $0.until : nil }),
                    tenantID: tenantID, at: at)
        }
        return Explanation(
            sku: product.sku, productName: product.name, category: row.category, location: place.name, at: at,
            level: Explanation.Level(
                onHand: row.onHand, held: held, tracking: row.tracking, retired: row.retired, staleSince: staleSince,
                countedAt: row.countedAt, movement: movement?.movement),
            thresholds: row.thresholds,
            settings: Thresholds.explain(settings, par: par, rate: row.rate, defaults: defaults), parLevel: par,
            rate: row.rate, condition: condition, alert: alert,
            window: window, silences: silences,
            escalations: try escalations(for: subject, severity, tenantID: tenantID, at: at), nextStep: nextStep,
            addresses: try addresses(alert, told, row, severity: severity, tenantID: tenantID, at: moment, now: now),
            deliveries: told.suffix(StoreReader.shownDeliveries).map(\.delivery))
    }

    /// Names of where a product has stock levels, in order. Throws where they are more than `limit`.
    package func locationsOf(sku: String, tenantID: Int64, limit: Int = 100) throws -> [String] {
        let product = try product(sku, tenantID: tenantID)
        let found = try sql.all(ExplainStatements.locations, .int(product.id), .int(limit + 1)) { $0.text(0) }
        guard found.count <= limit else {
            throw StoreError.invalid("location", "\(sku) has stock at more than \(limit) locations: say which, by location")
        }
        return found
    }

    // MARK: The level

    private func lastMovement(of row: LevelRow, at: Timestamp?) throws -> (id: Int64, movement: Movement, held: Quantity?)? {
        try sql.first(
            ExplainStatements.lastMovement, .int(row.productID), .int(row.locationID), .int(at?.milliseconds ?? .max)
        ) { found in
            (
                found.int(0),
                Movement(
                    kind: Movement.Kind(rawValue: found.text(1)) ?? .adjustment, delta: Quantity(scaled: found.int(2)),
                    balance: Quantity(scaled: found.int(3)), at: Timestamp(milliseconds: found.int(4)),
                    by: found.optionalText(5), reason: found.optionalText(6), source: found.optionalText(7),
                    externalID: found.optionalText(8)),
                found.quantity(9)
            )
        }
    }

    /// Makes the row what it was. Returns what was held, where that is known.
    private func takeBack(
        _ row: inout LevelRow, to at: Timestamp, _ last: (id: Int64, movement: Movement, held: Quantity?)?
    ) throws -> Quantity? {
        guard row.knownSince <= at || last != nil else {
            throw StoreError.notFound("nothing is known of it at \(at): it came to be known at \(row.knownSince)")
        }
        row.onHand = last?.movement.balance ?? .zero
        if let product = try former(FormerProduct.self, of: row.productID, tenantID: row.tenantID, at: at) {
            row.category = product.category
            row.productPar = product.par.map(Quantity.init(scaled:))
            row.productTracked = product.tracked
            row.productThreshold = product.sourceThreshold.map(Quantity.init(scaled:))
            row.retired = product.retired
        }
        if let level = try former(
            FormerLevel.self, of: row.productID, locationID: row.locationID, tenantID: row.tenantID, at: at)
        {
            row.parLevel = level.par.map(Quantity.init(scaled:))
            row.sourceThreshold = level.sourceThreshold.map(Quantity.init(scaled:))
            row.overrideTracked = level.tracked
            row.soldOut = level.soldOut
        }
        // Counted by then, if a count had been taken; which one, only the ledger says. A first count of 0 moves nothing; but what
        // had alerted had been counted.
        if let last {
            row.countedAt = row.countedAt.map { min($0, at) } ?? last.movement.at
        } else if let countedAt = row.countedAt, countedAt > at {
            row.countedAt = try lastAlert(row, at: at, now: at)?.openedAt
        }
        row.rate = try rate(of: row, at: at)
        let sold = try sql.first(
            ExplainStatements.lastSale, .int(row.productID), .int(row.locationID), .int(at.milliseconds)) { $0.optionalInt(0) }
        row.lastSoldAt = (sold ?? nil).map(Timestamp.init(milliseconds:)) ?? row.lastSoldAt.flatMap { $0 <= at ? $0 : nil }
        return last?.held
    }

    private func rate(of row: LevelRow, at: Timestamp) throws -> SaleRate? {
        let zone = try sql.first(ExplainStatements.timeZone, .int(row.locationID)) { $0.text(0) }
        let today = at.day(in: zone.flatMap(TimeZone.init(identifier:)) ?? .gmt)
        let sold = try sql.int(
            ExplainStatements.sold, .int(row.productID), .int(row.locationID), .int(today.number - 28), .int(today.number))
        let outages = try sql.all(
            ExplainStatements.outages, .int(row.productID), .int(row.locationID), .int((at - SaleRate.window).milliseconds),
            .int(at.milliseconds)
        ) { Timestamp(milliseconds: $0.int(0))..<Timestamp(milliseconds: max($0.int(0), $0.int(1))) }
        return SaleRate(sold: Quantity(scaled: sold), known: row.knownSince, outages: outages, now: at)
    }

    private func staleSince(_ row: LevelRow) throws -> Timestamp? {
        (try sql.first(ExplainStatements.staleSince, .int(row.locationID)) { $0.optionalInt(0) } ?? nil)
            .map(Timestamp.init(milliseconds:))
    }

    /// From the operational alerts about the sources that count there.
    private func staleSince(_ row: LevelRow, at: Timestamp) throws -> Timestamp? {
        try sql.first(ExplainStatements.staleThen, .int(row.locationID), .int(at.milliseconds)) {
            Timestamp(milliseconds: $0.int(0))
        }
    }

    // MARK: Settings

    private func settings(for row: LevelRow, at: Timestamp) throws -> [ThresholdSetting] {
        let formerly = try formers(FormerThreshold.self, tenantID: row.tenantID, at: at)
            .filter { $0.setAt <= at.milliseconds }.map(StoredSetting.init)
        let presently = try sql.all(
            ExplainStatements.settings, .int(row.tenantID), .int(at.milliseconds), map: StoredSetting.init)
        return bearing(formerly + presently, on: row)
    }

    // MARK: The alert

    /// The last one that had opened by then.
    private func lastAlert(_ row: LevelRow, at moment: Timestamp?, now: Timestamp) throws -> Alert? {
        let id = try sql.first(
            ExplainStatements.alert, .int(row.productID), .int(row.locationID), .int(moment?.milliseconds ?? .max)) { $0.int(0) }
        guard let id else { return nil }
        let record = try alert(id, tenantID: nil)
        return try moment.map { record.alert.asOf($0, onHand: row.onHand) } ?? heldBack([record], now: now)[0].alert
    }

    private func window(_ row: LevelRow, at: Timestamp) throws -> SuppressionWindow? {
        try sql.first(
            ExplainStatements.lastTold, .int(row.productID), .int(row.locationID), .int(at.milliseconds)
        ) {
            SuppressionWindow(
                telling: Severity(rawValue: Int($0.int(0))) ?? .low, at: Timestamp(milliseconds: $0.int(1)),
                for: policy.suppress)
        }
    }

    private func silences(
        over subject: AlertSubject, _ severity: Severity, tenantID: Int64, at: Timestamp
    ) throws -> [Silence] {
        try silences(tenantID: tenantID, inForceAt: at).filter { $0.holdsBack(subject, severity, at: at) }
    }

    private func escalations(
        for subject: AlertSubject, _ severity: Severity, tenantID: Int64, at: Timestamp
    ) throws -> [Escalation] {
        let all = try escalations(tenantID: tenantID, inForceAt: at).map(\.escalation)
            .filter { $0.covers(subject, max(severity, .low)) }
        let chosen = Escalation.chosen(all, for: subject, max(severity, .low))
        return all.sorted { a, b in a.id == chosen?.id || (b.id != chosen?.id && a.name < b.name) }
    }
}

private enum ExplainStatements {
    static let locations = SQL(
        """
        SELECT location.name FROM level JOIN location ON location.id = location_id WHERE product_id = ?
        ORDER BY location.name LIMIT ?
        """)
    /// From the last one backwards, along the ledger of the level.
    static let lastMovement = SQL(
        """
        WITH RECURSIVE back (id, previous_id, recorded_at) AS (
            SELECT movement.id, previous_id, recorded_at FROM movement JOIN level ON movement.id = last_movement
            WHERE level.product_id = ?1 AND level.location_id = ?2
            UNION ALL
            SELECT movement.id, movement.previous_id, movement.recorded_at FROM back
            JOIN movement ON movement.id = back.previous_id WHERE back.recorded_at > ?3)
        SELECT movement.id, movement.kind, delta, balance, at, actor, reason, source.name, external_id, held
        FROM back JOIN movement ON movement.id = back.id LEFT JOIN source ON source.id = source_id
        WHERE back.recorded_at <= ?3 ORDER BY movement.id DESC LIMIT 1
        """)
    static let lastSale = SQL(
        """
        SELECT MAX(day) * 86400000 FROM demand_day
        WHERE product_id = ?1 AND location_id = ?2 AND units > 0 AND day * 86400000 <= ?3
        """)
    static let timeZone = SQL("SELECT time_zone FROM location WHERE id = ?")
    static let sold = SQL(
        """
        SELECT COALESCE(SUM(units), 0) FROM demand_day
        WHERE product_id = ? AND location_id = ? AND day > ? AND day <= ?
        """)
    static let outages = SQL(
        """
        SELECT began_at, ended_at FROM outage
        WHERE product_id = ? AND location_id = ? AND ended_at > ? AND began_at < ?
        """)
    static let staleSince = SQL("SELECT stale_since FROM location WHERE id = ?")
    static let staleThen = SQL(
        """
        SELECT opened_at FROM location_ref JOIN source ON source.id = source_id
        JOIN notice ON notice.key = 'stale.' || source.name
        WHERE location_ref.location_id = ?1 AND opened_at <= ?2 AND (resolved_at IS NULL OR resolved_at > ?2)
        ORDER BY opened_at LIMIT 1
        """)
    static let settings = SQL(
        """
        SELECT product_id, category, location_id, low, critical, enabled, require_sales_days FROM threshold
        WHERE tenant_id = ? AND set_at <= ?
        """)
    static let alert = SQL(
        """
        SELECT id FROM alert WHERE product_id = ?1 AND location_id = ?2 AND opened_at <= ?3 ORDER BY id DESC LIMIT 1
        """)
    /// What had died by then had told nobody, also where it was retried later.
    static let lastTold = SQL(
        """
        SELECT alert_event.severity, at FROM alert JOIN alert_event ON alert_id = alert.id
        WHERE product_id = ?1 AND location_id = ?2 AND at <= ?3
            AND (kind = 'reminded' OR (kind = 'notified' AND note NOT LIKE 'resolved%'))
            AND EXISTS (SELECT 1 FROM delivery_alert JOIN delivery ON delivery.id = delivery_id
                WHERE delivery_alert.alert_id = alert.id AND occasion NOT IN ('resolved', 'escalated') AND ready_at >= alert_event.at
                    AND (delivery.state NOT IN ('dropped', 'dead') OR ?3 <
                        (SELECT MAX(at + took) FROM delivery_attempt WHERE delivery_attempt.delivery_id = delivery.id))
                    AND (COALESCE(apart_at, created_at) <= ?3 OR NOT EXISTS (SELECT 1 FROM delivery_attempt
                        WHERE delivery_attempt.delivery_id = delivery.id AND outcome = 'dead' AND at + took <= ?3)))
        ORDER BY at DESC LIMIT 1
        """)
}
