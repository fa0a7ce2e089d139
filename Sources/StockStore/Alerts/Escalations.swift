import StockDomain

package struct EscalationRecord: Hashable, Sendable {
    package var tenantID: Int64
    package var tenant: String
    package var escalation: Escalation
    package var setAt: Timestamp
    package var setBy: String
}

/// An alert that nobody has taken on, and where its escalation stands.
private struct EscalatingAlert {
    var escalationID: Int64?
    var progress: Escalation.Progress?
    var productID: Int64
    var locationID: Int64
    var severity: Severity
    /// Nobody was told yet, and nobody is before that. Once all were told, a worsening that waits for its window is no reason
    /// to wait.
    var heldUntil: Timestamp?
}

extension StoreReader {
    /// By name, from after `cursor`; nil tenant: all tenants.
    package func escalations(tenantID: Int64?, after cursor: NameCursor?, limit: Int) throws -> [EscalationRecord] {
        let cursor = cursor ?? .first
        return try sql.all(
            EscalationStatements.page, .int(tenantID), .text(cursor.name), .int(cursor.tenantID), .int(limit),
            map: escalationRecord
        ).map(withSteps)
    }

    /// The one in force under that name.
    package func escalation(_ name: String, tenantID: Int64) throws -> EscalationRecord? {
        try sql.first(EscalationStatements.byName, .int(tenantID), .text(name), map: escalationRecord).map(withSteps)
    }

    /// Also one that has been replaced or unset.
    func escalation(_ id: Int64) throws -> EscalationRecord? {
        try sql.first(EscalationStatements.byID, .int(id), map: escalationRecord).map(withSteps)
    }

    private func withSteps(_ record: EscalationRecord) throws -> EscalationRecord {
        var record = record
        record.escalation.steps = try sql.all(EscalationStatements.steps, .int(record.escalation.id)) {
            Escalation.Step(after: .milliseconds($0.int(0)), contact: $0.text(1))
        }
        return record
    }

    private func escalationRecord(_ row: any SQLRow) -> EscalationRecord {
        EscalationRecord(
            tenantID: row.int(9), tenant: row.text(1),
            escalation: Escalation(
                id: row.int(0), name: row.text(2),
                scope: AlertScope(category: row.optionalText(4).map(Glob.init), location: row.optionalText(5).map(Glob.init)),
                severity: row.optionalInt(3).flatMap { Severity(rawValue: Int($0)) }, steps: [],
                repeatAfter: row.optionalInt(6).map { .milliseconds($0) }),
            setAt: Timestamp(milliseconds: row.int(7)), setBy: row.text(8))
    }

    /// Levels with an alert that nobody has taken on, in order, from after `key`.
    func levelsWithOpenAlerts(tenantID: Int64?, after key: LevelKey, limit: Int) throws -> [LevelKey] {
        try sql.all(
            EscalationStatements.open, .int(tenantID), .int(key.productID), .int(key.locationID), .int(limit)
        ) { LevelKey(productID: $0.int(0), locationID: $0.int(1)) }
    }

    /// An alert that nobody has taken on; nil: it is none.
    fileprivate func escalating(_ id: Int64) throws -> EscalatingAlert? {
        try sql.first(EscalationStatements.alert, .int(id)) { row in
            EscalatingAlert(
                escalationID: row.optionalInt(0),
                progress: row.instant(2).map {
                    Escalation.Progress(step: Int(row.int(1)), dueAt: $0, setAt: Timestamp(milliseconds: row.int(3)))
                },
                productID: row.int(4), locationID: row.int(5), severity: Severity(rawValue: Int(row.int(6))) ?? .low,
                heldUntil: row.isNull(8) ? row.instant(7) : nil)
        }
    }

    /// What comes next of an alert's escalation, and what that will come to as things stand; nil: nothing.
    func nextStep(ofAlert id: Int64, _ row: LevelRow, silences: [Silence], now: Timestamp) throws -> Explanation.NextStep? {
        guard let alert = try escalating(id), let progress = alert.progress,
            let escalation = try alert.escalationID.flatMap({ try self.escalation($0) })?.escalation
        else { return nil }
        let held = (silences.map(\.endsAt) + [alert.heldUntil].compactMap(\.self)).max()
        let step = escalation.steps[min(progress.step, escalation.steps.count - 1)]
        let dueAt = progress.isTaken(heldUntil: held, now: now)
        let addresses = try storedAddresses(tenantID: row.tenantID).filter { $0.contact == step.contact }
        return Explanation.NextStep(
            step: step, dueAt: dueAt,
            decisions: try addresses.map { address in
                var address = address
                // Not asked of these: what it was told apart is looked for either way.
                address.isToldApart = true
                return try decide(.escalated, for: address, alertID: id, severity: alert.severity, row: row, now: dueAt)
            })
    }

    /// Until when an alert that nobody was told of yet waits for a silence or a window; nil: it does not.
    func untoldUntil(ofAlert id: Int64) throws -> Timestamp? { try escalating(id)?.heldUntil }

    /// When the next step of any alert is due.
    package func nextEscalation() throws -> Timestamp? {
        try sql.first(EscalationStatements.next) { $0.optionalInt(0) }?.map(Timestamp.init(milliseconds:))
    }

    /// Alerts with a step due by now, or said in the future, before the clock jumped back.
    package func alertsToEscalate(limit: Int, now: Timestamp) throws -> [Int64] {
        try sql.all(EscalationStatements.due, .int(now.milliseconds), .int(limit)) { $0.int(0) }
    }
}

extension StoreTransaction {
    /// Replaces the escalation of that name, and lets the alerts that nobody has acknowledged follow it as it is now: where they
    /// are more than `atOnce`, see `Unsettled`.
    package func setEscalation(
        _ name: String, scope: AlertScope, severity: Severity?, steps: [Escalation.Step], repeatAfter: Duration?, by: String,
        tenantID: Int64, atOnce: Int = settledAtOnce, now: Timestamp
    ) throws -> EscalationRecord {
        try checked(name, field: "name")
        try checked(scope)
        if let problem = Escalation.problem(steps: steps, repeatAfter: repeatAfter) {
            throw StoreError.invalid(problem.field, problem.text)
        }
        let contacts = try steps.enumerated().map { index, step in
            do {
                return try contactID(step.contact, tenantID: tenantID)
            } catch {
                throw StoreError.invalid("steps[\(index)].contact", "no contact is named \"\(step.contact)\"")
            }
        }
        try sql.run(EscalationStatements.unset, .int(now.milliseconds), .text(by), .int(tenantID), .text(name))
        let id = try sql.insert(
            EscalationStatements.insert, .int(tenantID), .text(name), .int(severity?.rawValue),
            .text(scope.category?.pattern), .text(scope.location?.pattern), .int(repeatAfter?.milliseconds),
            .int(now.milliseconds), .text(by))
        for (index, (step, contact)) in zip(steps, contacts).enumerated() {
            try sql.run(
                EscalationStatements.insertStep, .int(id), .int(index), .int(step.after.milliseconds), .int(contact))
        }
        escalations = [:]
        try settleEscalations(tenantID: tenantID, atOnce: atOnce, now: now)
        guard let set = try escalation(name, tenantID: tenantID) else {
            throw StoreError(.internal, "the escalation that was set is not there")
        }
        return set
    }

    /// As `setEscalation`.
    package func unsetEscalation(
        _ name: String, by: String, tenantID: Int64, atOnce: Int = settledAtOnce, now: Timestamp
    ) throws -> EscalationRecord {
        guard let found = try escalation(name, tenantID: tenantID) else {
            throw StoreError.notFound("no escalation is named \"\(name)\"")
        }
        try sql.run(EscalationStatements.unset, .int(now.milliseconds), .text(by), .int(tenantID), .text(name))
        escalations = [:]
        try settleEscalations(tenantID: tenantID, atOnce: atOnce, now: now)
        return found
    }

    /// The escalation that an alert of this level follows; nil: none.
    func escalation(of row: LevelRow, _ severity: Severity) throws -> Escalation? {
        let all = try knownEscalations(tenantID: row.tenantID)
        return all.isEmpty ? nil : Escalation.chosen(all, for: try subject(of: row), severity)
    }

    private func knownEscalations(tenantID: Int64) throws -> [Escalation] {
        if let known = escalations[tenantID] { return known }
        let found = try escalations(tenantID: tenantID, after: nil, limit: .max).map(\.escalation)
        escalations[tenantID] = found
        return found
    }

    /// Lets an open alert whose severity has changed follow what it now belongs to; one that stays in the same escalation goes
    /// on where it stands, unless it begins `anew`.
    func followEscalation(ofAlert id: Int64, _ row: LevelRow, _ severity: Severity, anew: Bool, now: Timestamp) throws {
        guard let standing = try escalating(id) else { return }
        let chosen = try escalation(of: row, severity)
        guard anew || chosen?.id != standing.escalationID else { return }
        try save(chosen?.begin(at: now), of: chosen, alertID: id)
    }

    /// Lets a step go on now that waited for a silence or a window which holds its alert back no more, as that got worse or
    /// its telling came to nothing.
    /// - Parameter until: when the alert was to be told.
    func takeUpEscalation(ofAlert id: Int64, _ row: LevelRow, waitedUntil until: Timestamp?, now: Timestamp) throws {
        guard let alert = try escalating(id), let dueAt = alert.progress?.dueAt, dueAt > now, dueAt != alert.heldUntil,
            try dueAt == until || silenceEnds(at: dueAt, tenantID: row.tenantID),
            try silence(over: row, alert.severity, now: now)?.endsAt != dueAt
        else { return }
        try sql.run(EscalationStatements.takeUp, .int(now.milliseconds), .int(id))
        commit.heldBack = true
    }

    private func save(_ progress: Escalation.Progress?, of escalation: Escalation?, alertID: Int64) throws {
        try sql.run(
            EscalationStatements.saveProgress, .int(escalation?.id), .int(progress?.step), .int(progress?.dueAt.milliseconds),
            .int(progress?.setAt.milliseconds), .int(alertID))
        if progress != nil { commit.heldBack = true }
    }

    /// Lets the level's alert follow what it belongs to now, if nobody has taken it on.
    func followEscalationAnew(_ key: LevelKey, now: Timestamp) throws {
        guard let id = try sql.first(EscalationStatements.openAt, .int(key.productID), .int(key.locationID), map: { $0.int(0) }),
            let row = try levelRow(productID: key.productID, locationID: key.locationID)
        else { return }
        try followEscalation(ofAlert: id, row, row.alertSeverity, anew: false, now: now)
    }

    /// Takes the next step of each alert for which it is due. Returns how many contacts were told.
    package func escalate(_ ids: [Int64], now: Timestamp) throws -> Int {
        var told = 0
        for id in ids {
            guard let alert = try escalating(id), let progress = alert.progress,
                let escalation = try alert.escalationID.flatMap({ try self.escalation($0) })?.escalation,
                let row = try levelRow(productID: alert.productID, locationID: alert.locationID)
            else { continue }
            let silence = try silence(over: row, alert.severity, now: now)
            let held = [silence?.endsAt, alert.heldUntil].compactMap(\.self).max()
            switch escalation.decide(progress, heldUntil: held, now: now) {
            case .wait(let next):
                try save(next, of: escalation, alertID: id)
                guard progress.dueAt <= now, next.dueAt > now else { continue }
                let reason = silence.map { Suppressed.silenced(by: $0.id, until: $0.endsAt) } ?? .window(until: next.dueAt)
                try recordEvent(
                    ofAlert: id, "suppressed", severity: alert.severity, stock: row.onHand, note: reason.name, now: now)
            case .take(let step, let next):
                try save(next, of: escalation, alertID: id)
                if try tell(step, ofAlert: id, alert.severity, row, now: now) { told += 1 }
            }
        }
        return told
    }

    /// Returns whether anybody is told, now or later.
    private func tell(
        _ step: Escalation.Step, ofAlert id: Int64, _ severity: Severity, _ row: LevelRow, now: Timestamp
    ) throws -> Bool {
        let addresses = try listeningAddresses(tenantID: row.tenantID, now: now).filter { $0.contact == step.contact }
        let audience = try audience(.escalated, of: addresses, alertID: id, severity: severity, row: row, now: now)
        try enqueue(
            .escalated, alertID: id, severity: severity, stock: row.onHand, tenantID: row.tenantID, to: audience, now: now)
        try recordEvent(
            ofAlert: id, "escalated", severity: severity, stock: row.onHand, by: nil,
            note: "\(step.contact), \(audience.note(.escalated))", untold: audience.untoldNote, now: now)
        try emit(
            Emission(
                kind: "alert.escalated", tenantID: row.tenantID, productID: row.productID, locationID: row.locationID,
                alertID: id, severity: severity, stock: row.onHand, note: step.contact,
                threshold: row.thresholds.boundary(of: severity)?.quantity), now: now)
        guard !audience.isEmpty else { return false }
        try sql.run(EscalationStatements.told, .int(id))
        return true
    }
}

private enum EscalationStatements {
    private static let select = """
        SELECT escalation.id, tenant.name, escalation.name, severity, category, location, repeat_after, set_at, set_by,
            tenant_id
        FROM escalation JOIN tenant ON tenant.id = tenant_id
        """
    static let page = SQL(
        """
        \(select) WHERE unset_at IS NULL AND (?1 IS NULL OR tenant_id = ?1) AND (escalation.name, tenant_id) > (?2, ?3)
        ORDER BY escalation.name, tenant_id LIMIT ?4
        """)
    static let byName = SQL("\(select) WHERE unset_at IS NULL AND tenant_id = ? AND escalation.name = ?")
    static let byID = SQL("\(select) WHERE escalation.id = ?")
    static let steps = SQL(
        """
        SELECT after, contact.name FROM escalation_step JOIN contact ON contact.id = contact_id
        WHERE escalation_id = ? ORDER BY seq
        """)
    static let insert = SQL(
        """
        INSERT INTO escalation (tenant_id, name, severity, category, location, repeat_after, set_at, set_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    static let insertStep = SQL("INSERT INTO escalation_step (escalation_id, seq, after, contact_id) VALUES (?, ?, ?, ?)")
    static let unset = SQL(
        "UPDATE escalation SET unset_at = ?, unset_by = ? WHERE tenant_id = ? AND name = ? AND unset_at IS NULL")
    static let next = SQL("SELECT MIN(escalate_at) FROM alert WHERE escalate_at IS NOT NULL")
    static let due = SQL(
        """
        SELECT id FROM alert WHERE escalate_at <= ?1
        UNION SELECT id FROM alert WHERE escalate_at IS NOT NULL AND escalation_set_at > ?1
        ORDER BY 1 LIMIT ?2
        """)
    static let saveProgress = SQL(
        """
        UPDATE alert SET escalation_id = ?, escalation_step = ?, escalate_at = ?, escalation_set_at = ? WHERE id = ?
        """)
    /// In the words of the index `alert_active`, and of no other: of a tenant there are many that are resolved.
    static let open = SQL(
        """
        SELECT product_id, location_id FROM alert
        WHERE state <> 'resolved' AND state = 'open' AND +tenant_id = ? AND (product_id, location_id) > (?, ?)
        ORDER BY product_id, location_id LIMIT ?
        """)
    static let openAt = SQL(
        "SELECT id FROM alert WHERE state <> 'resolved' AND state = 'open' AND product_id = ? AND location_id = ?")
    static let alert = SQL(
        """
        SELECT escalation_id, escalation_step, escalate_at, escalation_set_at, product_id, location_id, severity, due_at,
            last_notified_at
        FROM alert WHERE id = ? AND state = 'open'
        """)
    static let told = SQL("UPDATE alert SET told = 1 WHERE id = ?")
    static let takeUp = SQL("UPDATE alert SET escalate_at = ?1, escalation_set_at = ?1 WHERE id = ?2")
}
