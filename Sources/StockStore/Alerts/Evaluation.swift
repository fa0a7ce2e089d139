import StockDomain

/// What an evaluation of levels came to.
package struct Evaluation: Hashable, Sendable {
    package var evaluated = 0
    package var opened = 0
    package var changed = 0
    package var resolved = 0
    package var notified = 0
    package var suppressed = 0
    /// The alert of the level last evaluated, if it was opened, changed or resolved.
    package var alertID: Int64?

    package init() {}

    package mutating func add(_ other: Evaluation) {
        evaluated += other.evaluated
        opened += other.opened
        changed += other.changed
        resolved += other.resolved
        notified += other.notified
        suppressed += other.suppressed
        alertID = other.alertID ?? alertID
    }
}

extension StoreTransaction {
    /// Asks the rule what is to become of the level's alert and carries it out. The level itself is the caller's to save.
    func evaluate(_ row: inout LevelRow, trigger: AlertRule.Trigger, now: Timestamp) throws -> Evaluation {
        var outcome = Evaluation()
        outcome.evaluated = 1
        let condition = row.condition(trigger: trigger, now: now)
        // Nothing stands and nothing is short, or it is as short as it was: what only time changes has its own moment.
        if trigger == .change || trigger == .sweep, condition.severity == row.alertSeverity { return outcome }

        let standing = row.alertSeverity > .healthy ? try standingAlert(row.productID, row.locationID) : nil
        let window = try window(row.productID, row.locationID)
        let silence = try silence(over: row, condition.severity, now: now)
        let decision = AlertRule.decide(
            condition, standing: standing?.alert, window: window, silence: silence, stale: row.stale, trigger: trigger,
            now: now, suppress: policy.suppress)
        try carryOut(
            decision, severity: condition.severity, standing: standing, window: window, row: &row, trigger: trigger, now: now,
            &outcome)
        return outcome
    }

    private func carryOut(
        _ decision: AlertDecision, severity: Severity, standing: (id: Int64, alert: StandingAlert)?,
        window: SuppressionWindow?, row: inout LevelRow, trigger: AlertRule.Trigger, now: Timestamp, _ outcome: inout Evaluation
    ) throws {
        guard decision.transition != .open else {
            return try open(decision, severity: severity, window: window, row: &row, now: now, &outcome)
        }
        guard let standing else {
            if case .held = decision.telling { outcome.suppressed += 1 }
            return
        }
        var transition: String?
        var note: String?
        let waitedUntil = decision.transition == .change ? try untoldUntil(ofAlert: standing.id) : nil
        switch decision.transition {
        case .none, .open:
            break
        case .change:
            let boundary = row.thresholds.boundary(of: severity)
            try sql.run(
                EvaluationStatements.change, .int(severity.rawValue), .int(row.onHand.scaled),
                .int(boundary?.quantity.scaled), .int((boundary?.origin ?? row.thresholds.lowOrigin).rawValue),
                .int(decision.reopens), .int(standing.id))
            transition = "changed"
            outcome.changed += 1
            row.alertSeverity = severity
            try recordEvent(ofAlert: standing.id, "changed", severity: severity, stock: row.onHand, now: now)
            try followEscalation(ofAlert: standing.id, row, severity, anew: decision.reopens, now: now)
        case .resolve(let cause):
            try resolveAlert(standing.id, cause: cause, by: nil, note: nil, row: &row, now: now)
            transition = "resolved"
            note = cause.rawValue
            outcome.resolved += 1
        }
        if let transition {
            outcome.alertID = standing.id
            let isSeen = transition == "changed" && standing.alert.acknowledged && !decision.reopens
            if isSeen { note = standing.alert.acknowledgedBy }
            try emit(
                Emission(
                    kind: "alert.\(transition)", tenantID: row.tenantID, productID: row.productID,
                    locationID: row.locationID, alertID: standing.id, severity: severity, was: standing.alert.severity,
                    stock: row.onHand, note: note,
                    state: (transition == "resolved" ? .resolved : isSeen ? .acknowledged : Alert.State.open).rawValue,
                    threshold: row.thresholds.boundary(of: severity > .healthy ? severity : standing.alert.severity)?.quantity),
                now: now)
        }
        try tell(
            decision, alertID: standing.id, severity: severity, standing: standing.alert, window: window, row: row,
            trigger: trigger, now: now, &outcome)
        if decision.transition == .change {
            try takeUpEscalation(ofAlert: standing.id, row, waitedUntil: waitedUntil, now: now)
        }
    }

    /// Opens the alert, with its timeline and all that is said of it. Decided first and written once: a page of a sync
    /// may open thousands.
    private func open(
        _ decision: AlertDecision, severity: Severity, window: SuppressionWindow?, row: inout LevelRow, now: Timestamp,
        _ outcome: inout Evaluation
    ) throws {
        var audience = Audience()
        var held: Suppressed?
        switch decision.telling {
        case .nothing:
            break
        case .held(let reason):
            held = reason
        case .tell(let occasion):
            audience = try self.audience(occasion, severity: severity, row: row, now: now)
            if audience.isEmpty { held = .nobodyToTell }
        }
        let boundary = row.thresholds.boundary(of: severity)
        let progress = try escalation(of: row, severity).map { ($0.id, $0.begin(at: now)) }
        let id = try sql.insert(
            EvaluationStatements.open, .int(row.tenantID), .int(row.productID), .int(row.locationID),
            .int(severity.rawValue), .int(row.onHand.scaled), .int(boundary?.quantity.scaled),
            .int((boundary?.origin ?? row.thresholds.lowOrigin).rawValue), .int(now.milliseconds), .int(!audience.isEmpty),
            .int(decision.dueAt?.milliseconds), .int(decision.dueAt.map { _ in now.milliseconds }),
            .int(audience.isEmpty ? nil : now.milliseconds), .int(progress?.0), .int(progress?.1.step),
            .int(progress?.1.dueAt.milliseconds), .int(progress.map { _ in now.milliseconds }))
        try count("alerts_open", by: 1, tenantID: row.tenantID)
        row.alertSeverity = severity
        outcome.opened += 1
        outcome.alertID = id
        try emit(
            Emission(
                kind: "alert.opened", tenantID: row.tenantID, productID: row.productID, locationID: row.locationID,
                alertID: id, severity: severity, stock: row.onHand, state: Alert.State.open.rawValue,
                threshold: boundary?.quantity), now: now)
        let entry: [SQLValue] = [.int(id), .int(now.milliseconds), .int(severity.rawValue), .int(row.onHand.scaled)]
        /// Both at once: two entries of one timeline stand side by side.
        func enter(_ second: String, _ note: String) throws {
            try sql.execute(
                EvaluationStatements.insertBoth, entry + [.text(second), .text(note), .text(audience.untoldNote)]) { _ in true }
        }
        if case .tell(let occasion) = decision.telling, !audience.isEmpty {
            try enqueue(
                occasion, alertID: id, severity: severity, stock: row.onHand, tenantID: row.tenantID, to: audience, now: now)
            try enter("notified", audience.note(occasion))
            outcome.notified += 1
        } else if let held {
            try enter("suppressed", held.name)
            outcome.suppressed += 1
        } else {
            try sql.execute(EvaluationStatements.insertOpened, entry) { _ in true }
        }
        if decision.dueAt != nil || progress != nil { commit.heldBack = true }
        if case .silenced(let silence, _) = held { try announceLate(silence, now: now) }
        if held != .nobodyToTell, let new = decision.window, new != window {
            try saveWindow(new, row.productID, row.locationID)
        }
    }

    private func tell(
        _ decision: AlertDecision, alertID: Int64, severity: Severity, standing: StandingAlert, window: SuppressionWindow?,
        row: LevelRow, trigger: AlertRule.Trigger, now: Timestamp, _ outcome: inout Evaluation
    ) throws {
        var held: Suppressed?
        var untold: String?
        switch decision.telling {
        case .nothing:
            break
        case .tell(.resolved):
            if try tellResolved(alertID, was: standing.severity, row: row, now: now) {
                outcome.notified += 1
            } else {
                outcome.suppressed += 1
            }
            return
        case .tell(let occasion):
            let audience = try self.audience(occasion, alertID: alertID, severity: severity, row: row, now: now)
            untold = audience.untoldNote
            guard !audience.isEmpty else {
                held = .nobodyToTell
                break
            }
            try enqueue(
                occasion, alertID: alertID, severity: severity, stock: row.onHand, tenantID: row.tenantID, to: audience, now: now)
            outcome.notified += 1
            try recordEvent(
                ofAlert: alertID, occasion == .reminder ? "reminded" : "notified", severity: severity, stock: row.onHand,
                note: audience.note(occasion), untold: untold, now: now)
            try sql.run(EvaluationStatements.told, .int(now.milliseconds), .int(alertID))
            if let new = decision.window, new != window { try saveWindow(new, row.productID, row.locationID) }
            return
        case .held(let reason):
            held = reason
        }
        if let held {
            outcome.suppressed += 1
            // A change and what is asked for at its time leave a trace; what a sweep passes by was said before.
            if decision.transition != .none || trigger == .reminder || trigger == .due {
                try recordEvent(
                    ofAlert: alertID, "suppressed", severity: severity, stock: row.onHand, note: held.name, untold: untold,
                    now: now)
            }
        }
        if decision.dueAt != nil || standing.pending {
            try sql.run(
                EvaluationStatements.due, .int(decision.dueAt?.milliseconds),
                .int(decision.dueAt.map { _ in now.milliseconds }), .int(alertID))
            if decision.dueAt != nil { commit.heldBack = true }
        }
        if decision.dueAt != nil, case .silenced(let silence, _) = held { try announceLate(silence, now: now) }
        // A window that was moved because the clock jumped back is kept as moved.
        if held != .nobodyToTell, let new = decision.window, new != window {
            try saveWindow(new, row.productID, row.locationID)
        }
    }

    /// Tells those who were told of an alert that it is over, and notes who was not. Returns whether anybody is told.
    ///
    /// - Parameter was: how bad it was, which is what they must see.
    func tellResolved(_ alertID: Int64, was: Severity, row: LevelRow, now: Timestamp) throws -> Bool {
        let audience = try audience(.resolved, alertID: alertID, severity: was, row: row, now: now)
        try enqueue(
            .resolved, alertID: alertID, severity: was, stock: row.onHand, tenantID: row.tenantID, to: audience, now: now)
        try recordEvent(
            ofAlert: alertID, audience.isEmpty ? "suppressed" : "notified", severity: row.severity, stock: row.onHand,
            note: audience.isEmpty ? Suppressed.nobodyToTell.name : audience.note(.resolved), untold: audience.untoldNote,
            now: now)
        return !audience.isEmpty
    }

    /// An alert says at which threshold it began; a setting that moves that without moving the severity moves the alert's.
    func moveBoundary(ofAlertAt row: LevelRow) throws {
        guard let boundary = row.thresholds.boundary(of: row.alertSeverity) else { return }
        try sql.run(
            EvaluationStatements.moveBoundary, .int(boundary.quantity.scaled), .int(boundary.origin.rawValue),
            .int(row.productID), .int(row.locationID))
    }

    /// Ends an alert. Telling those who were told of it is the caller's.
    func resolveAlert(
        _ id: Int64, cause: Alert.Cause, by: String?, note: String?, row: inout LevelRow, now: Timestamp
    ) throws {
        try sql.run(
            EvaluationStatements.resolve, .int(now.milliseconds), .text(cause.rawValue), .int(row.onHand.scaled), .int(id))
        try count("alerts_open", by: -1, tenantID: row.tenantID)
        try recordEvent(
            ofAlert: id, "resolved", severity: row.severity, stock: row.onHand, by: by, note: note ?? cause.rawValue, now: now)
        row.alertSeverity = .healthy
    }

    func recordEvent(
        ofAlert id: Int64, _ kind: String, severity: Severity, stock: Quantity, by: String? = nil, note: String? = nil,
        untold: String? = nil, now: Timestamp
    ) throws {
        try sql.run(
            EvaluationStatements.insertEvent, .int(id), .int(now.milliseconds), .text(kind), .int(severity.rawValue),
            .int(stock.scaled), .text(by), .text(note), .text(untold))
    }
}

extension StoreReader {
    func standingAlert(_ productID: Int64, _ locationID: Int64) throws -> (id: Int64, alert: StandingAlert)? {
        try sql.first(EvaluationStatements.standing, .int(productID), .int(locationID)) { row in
            (
                row.int(0),
                StandingAlert(
                    severity: Severity(rawValue: Int(row.int(1))) ?? .low, acknowledged: row.text(2) == "acknowledged",
                    acknowledgedBy: row.optionalText(3), told: row.bool(4),
                    announced: row.bool(6), pending: row.bool(5))
            )
        }
    }
}

private enum EvaluationStatements {
    static let standing = SQL(
        """
        SELECT id, severity, state, acknowledged_by, told, due_at IS NOT NULL,
            last_notified_at IS NOT NULL
        FROM alert
        WHERE product_id = ? AND location_id = ? AND state <> 'resolved'
        """)
    static let open = SQL(
        """
        INSERT INTO alert (tenant_id, product_id, location_id, severity, state, stock, threshold, threshold_origin, opened_at,
            told, due_at, held_at, last_notified_at, escalation_id, escalation_step, escalate_at, escalation_set_at)
        VALUES (?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    /// The first two entries of a timeline, whose numbers need no looking up.
    static let insertOpened = SQL(
        "INSERT INTO alert_event (alert_id, seq, at, kind, severity, stock) VALUES (?, 1, ?, 'opened', ?, ?)")
    static let insertBoth = SQL(
        """
        INSERT INTO alert_event (alert_id, seq, at, kind, severity, stock, note, untold)
        VALUES (?1, 1, ?2, 'opened', ?3, ?4, NULL, NULL), (?1, 2, ?2, ?5, ?3, ?4, ?6, ?7)
        """)
    static let moveBoundary = SQL(
        """
        UPDATE alert SET threshold = ?, threshold_origin = ?
        WHERE product_id = ? AND location_id = ? AND state <> 'resolved'
        """)
    static let change = SQL(
        """
        UPDATE alert SET severity = ?1, stock = ?2, threshold = ?3, threshold_origin = ?4,
            state = CASE WHEN ?5 = 1 THEN 'open' ELSE state END,
            acknowledged_by = CASE WHEN ?5 = 1 THEN NULL ELSE acknowledged_by END
        WHERE id = ?6
        """)
    static let resolve = SQL(
        """
        UPDATE alert SET state = 'resolved', resolved_at = ?, resolved_cause = ?, stock = ?, due_at = NULL, held_at = NULL,
            escalate_at = NULL
        WHERE id = ?
        """)
    static let told = SQL("UPDATE alert SET told = 1, due_at = NULL, held_at = NULL, last_notified_at = ? WHERE id = ?")
    static let due = SQL("UPDATE alert SET due_at = ?, held_at = ? WHERE id = ?")
    static let insertEvent = SQL(
        """
        INSERT INTO alert_event (alert_id, seq, at, kind, severity, stock, actor, note, untold)
        VALUES (?1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM alert_event WHERE alert_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """)
}
