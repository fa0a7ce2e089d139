import StockDomain

package struct AlertFilter: Hashable, Sendable {
    package enum States: String, CaseIterable, Sendable { case open, acknowledged, resolved, active, all }

    package var tenantID: Int64?
    package var states = States.active
    package var severity: Severity?
    package var location: String?
    package var sku: String?
    /// Opened at or after.
    package var since: Timestamp?

    package init(tenantID: Int64?) { self.tenantID = tenantID }
}

/// Where a page of alerts ended.
package struct AlertCursor: Hashable, Sendable {
    package var severity: Severity
    package var id: Int64

    package init(severity: Severity, id: Int64) {
        self.severity = severity
        self.id = id
    }
}

package struct AlertRecord: Hashable, Sendable {
    package var tenant: String
    package var alert: Alert
    /// The next step of its escalation, whatever holds it back.
    var nextStep: Escalation.Progress?
    /// Nobody was told yet, and nobody is before that.
    var untoldUntil: Timestamp?
}

extension StoreReader {
    /// Active alerts worst first and oldest first within a severity; resolved ones among all, newest first.
    package func alerts(_ filter: AlertFilter, after cursor: AlertCursor?, limit: Int) throws -> [AlertRecord] {
        let active = filter.states != .resolved && filter.states != .all
        var found = try sql.all(
            active ? AlertStatements.active : AlertStatements.history, .int(filter.tenantID),
            .text(filter.states.rawValue), .int(filter.severity?.rawValue), .text(filter.location), .text(filter.sku),
            .int(filter.since?.milliseconds), .int(cursor?.severity.rawValue ?? 9),
            .int(cursor?.id ?? (active ? 0 : .max)), .int(limit), map: alertRecord)
        for index in found.indices { found[index].alert.timeline = try timeline(ofAlert: found[index].alert.id) }
        return found
    }

    /// nil tenant: of any.
    package func alert(_ id: Int64, tenantID: Int64?) throws -> AlertRecord {
        guard var found = try sql.first(AlertStatements.byID, .int(id), .int(tenantID), map: alertRecord) else {
            throw StoreError.notFound("there is no alert \(id)")
        }
        found.alert.timeline = try timeline(ofAlert: id)
        return found
    }

    func timeline(ofAlert id: Int64) throws -> [Alert.Event] {
        try sql.all(AlertStatements.timeline, .int(id)) { row in
            Alert.Event(
                at: Timestamp(milliseconds: row.int(0)), kind: row.text(1),
                severity: Severity(rawValue: Int(row.int(2))) ?? .low, onHand: Quantity(scaled: row.int(3)),
                by: row.optionalText(4), note: row.optionalText(5))
        }
    }

    func alertRecord(_ row: any SQLRow) -> AlertRecord {
        let stock = Quantity(scaled: row.int(8))
        let rate = row.optionalInt(11).map { SaleRate(unitsPerDay: Quantity(scaled: $0)) }
        return AlertRecord(
            tenant: row.text(1),
            alert: Alert(
                id: row.int(0), sku: row.text(2), productName: row.text(3), category: row.optionalText(4),
                location: row.text(5), severity: Severity(rawValue: Int(row.int(6))) ?? .low,
                state: Alert.State(rawValue: row.text(7)) ?? .open, currentStock: stock,
                threshold: row.optionalInt(9).map(Quantity.init(scaled:)),
                thresholdOrigin: (ThresholdScope(rawValue: Int(row.int(10))) ?? .configuration).name,
                velocityPerDay: rate?.unitsPerDay.approximate, daysUntilStockout: rate?.daysUntilStockout(onHand: stock),
                openedAt: Timestamp(milliseconds: row.int(12)),
                lastNotifiedAt: row.optionalInt(13).map(Timestamp.init(milliseconds:)),
                nextNotifyAt: row.optionalInt(14).map(Timestamp.init(milliseconds:)),
                acknowledgedBy: row.optionalText(15),
                resolvedAt: row.optionalInt(16).map(Timestamp.init(milliseconds:)),
                resolvedCause: row.optionalText(17).flatMap(Alert.Cause.init),
                escalation: row.optionalText(18).map { name in
                    Alert.Escalating(
                        name: name, nextStepAt: row.instant(19), nextContact: row.optionalText(20))
                }),
            nextStep: row.instant(19).map {
                Escalation.Progress(step: Int(row.int(21)), dueAt: $0, setAt: Timestamp(milliseconds: row.int(22)))
            },
            untoldUntil: row.isNull(13) ? row.instant(23) : nil)
    }
}

extension StoreTransaction {
    /// Silences reminders until the severity worsens or the alert resolves. Acknowledging again changes owner and note, where
    /// there is anything new in it.
    package func acknowledge(_ id: Int64, by: String, note: String?, tenantID: Int64?, now: Timestamp) throws -> AlertRecord {
        let found = try alert(id, tenantID: tenantID)
        guard found.alert.state != .resolved else {
            throw StoreError.conflict("resolved", "alert \(id) is resolved: there is nothing to acknowledge")
        }
        if let note { try checked(note, field: "note", limit: Text.noteLimit) }
        // Once is enough, unless there is more to say.
        if found.alert.state == .acknowledged, found.alert.acknowledgedBy == by, note == nil { return found }
        try sql.run(AlertStatements.acknowledge, .text(by), .int(id))
        try recordEvent(
            ofAlert: id, "acknowledged", severity: found.alert.severity, stock: found.alert.currentStock, by: by,
            note: note, now: now)
        try emitForAlert("alert.acknowledged", id, now: now)
        return try alert(id, tenantID: tenantID)
    }

    /// Ends it by hand and tells those who were told of it. If the stock is still short, the next evaluation opens
    /// another, and suppression still holds.
    package func resolve(_ id: Int64, by: String, note: String?, tenantID: Int64?, now: Timestamp) throws -> AlertRecord {
        let found = try alert(id, tenantID: tenantID)
        guard found.alert.state != .resolved else {
            throw StoreError.conflict("resolved", "alert \(id) is resolved already")
        }
        if let note { try checked(note, field: "note", limit: Text.noteLimit) }
        guard let key = try sql.first(AlertStatements.key, .int(id), map: { LevelKey(productID: $0.int(0), locationID: $0.int(1)) }),
            var row = try levelRow(productID: key.productID, locationID: key.locationID)
        else { throw StoreError(.internal, "alert \(id) has no level") }
        let wasTold = try standingAlert(key.productID, key.locationID)?.alert.told ?? false
        try resolveAlert(id, cause: .manual, by: by, note: note, row: &row, now: now)
        try save(&row)
        if wasTold { _ = try tellResolved(id, was: found.alert.severity, row: row, now: now) }
        try emitForAlert("alert.resolved", id, now: now)
        return try alert(id, tenantID: tenantID)
    }

    private func emitForAlert(_ kind: String, _ id: Int64, now: Timestamp) throws {
        let emission = try sql.first(AlertStatements.forEmission, .int(id)) { row in
            Emission(
                kind: kind, tenantID: row.int(0), productID: row.int(1), locationID: row.int(2), alertID: id,
                severity: Severity(rawValue: Int(row.int(3))), stock: Quantity(scaled: row.int(4)),
                note: row.optionalText(6) ?? row.optionalText(7), state: row.text(8),
                threshold: row.optionalInt(5).map(Quantity.init(scaled:)))
        }
        if let emission { try emit(emission, now: now) }
    }
}

enum AlertStatements {
    static let columns = """
        SELECT alert.id, tenant.name, product.sku, product.name, product.category, location.name, alert.severity,
            alert.state, CASE WHEN alert.state = 'resolved' THEN alert.stock ELSE level.on_hand END, alert.threshold,
            alert.threshold_origin, level.rate, alert.opened_at, alert.last_notified_at,
            CASE WHEN alert.state = 'resolved' THEN NULL ELSE suppression.next_notify_at END, alert.acknowledged_by,
            alert.resolved_at, alert.resolved_cause, escalation.name, alert.escalate_at, next_contact.name,
            alert.escalation_step, alert.escalation_set_at, alert.due_at
        """
    static let joins = """
         JOIN tenant ON tenant.id = alert.tenant_id JOIN product ON product.id = alert.product_id
        JOIN location ON location.id = alert.location_id
        JOIN level ON level.product_id = alert.product_id AND level.location_id = alert.location_id
        LEFT JOIN suppression ON suppression.product_id = alert.product_id
            AND suppression.location_id = alert.location_id
        LEFT JOIN escalation ON escalation.id = alert.escalation_id AND alert.state <> 'resolved'
        LEFT JOIN escalation_step AS next_step ON next_step.escalation_id = alert.escalation_id
            AND next_step.seq = alert.escalation_step AND alert.escalate_at IS NOT NULL
        LEFT JOIN contact AS next_contact ON next_contact.id = next_step.contact_id
        """
    private static let filter = """
         AND (?1 IS NULL OR alert.tenant_id = ?1) AND (?3 IS NULL OR alert.severity = ?3)
        AND (?4 IS NULL OR location.name = ?4) AND (?5 IS NULL OR product.sku = ?5)
        AND (?6 IS NULL OR alert.opened_at >= ?6)
        """
    static let active = SQL(
        """
        \(columns) FROM alert\(joins)
        WHERE alert.state <> 'resolved' AND (?2 = 'active' OR alert.state = ?2)
            AND (alert.severity < ?7 OR (alert.severity = ?7 AND alert.id > ?8))\(filter)
        ORDER BY alert.severity DESC, alert.id LIMIT ?9
        """)
    static let history = SQL(
        """
        \(columns) FROM alert\(joins)
        WHERE alert.id < ?8 AND ?7 IS NOT NULL AND (?2 = 'all' OR alert.state = ?2)\(filter)
        ORDER BY alert.id DESC LIMIT ?9
        """)
    static let byID = SQL("\(columns) FROM alert\(joins) WHERE alert.id = ?1 AND (?2 IS NULL OR alert.tenant_id = ?2)")
    static let timeline = SQL("SELECT at, kind, severity, stock, actor, note FROM alert_event WHERE alert_id = ? ORDER BY seq")
    static let acknowledge = SQL(
        """
        UPDATE alert SET state = 'acknowledged', acknowledged_by = ?, due_at = NULL, held_at = NULL, escalate_at = NULL
        WHERE id = ?
        """)
    static let key = SQL("SELECT product_id, location_id FROM alert WHERE id = ?")
    static let forEmission = SQL(
        """
        SELECT tenant_id, product_id, location_id, severity, stock, threshold, resolved_cause, acknowledged_by, state
        FROM alert WHERE id = ?
        """)
}
