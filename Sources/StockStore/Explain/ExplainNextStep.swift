import StockDomain

extension StoreReader {
    /// What was to come next of an alert's escalation at `at`, and what that would have come to, as its timeline and what is
    /// kept of settings and people tell; nil: nothing.
    ///
    /// - Parameters:
    ///   - alert: as it stood then, and `deliveries` likewise.
    ///   - held: the ends of silences over it, and of its window.
    func nextStep(
        of alert: Alert, _ deliveries: [ExplainedDelivery], _ row: LevelRow, subject: AlertSubject,
        heldUntil held: (silences: [Timestamp], window: Timestamp?), tenantID: Int64, at: Timestamp
    ) throws -> Explanation.NextStep? {
        guard alert.state == .open else { return nil }
        let inForce = try escalations(tenantID: tenantID, inForceAt: at)
        let all = inForce.map(\.escalation)
        let standing = Escalation.standing(by: alert.timeline) { severity in
            let chosen = Escalation.chosen(all, for: subject, severity)
            return inForce.first { $0.escalation.id == chosen?.id }.map { ($0.escalation, $0.setAt) }
        }
        guard let standing else { return nil }
        // Once all were told, a worsening that waits for its window is no reason to wait.
        let wasTold = alert.timeline.contains { $0.kind == "notified" || $0.kind == "reminded" }
        let dueAt = standing.progress.isTaken(
            heldUntil: (held.silences + [wasTold ? nil : held.window].compactMap(\.self)).max(), now: at)
        let worsened = alert.timeline.last { $0.kind == "opened" || $0.kind == "changed" }?.at ?? alert.openedAt
        return Explanation.NextStep(
            step: standing.step, dueAt: dueAt,
            decisions: try addresses(of: standing.step.contact, tenantID: tenantID, at: at).map { id, preferences in
                let told = deliveries.filter { $0.addressID == id && $0.delivery.tells }.map(\.delivery.tellsAt).max()
                return preferences.decide(
                    .escalated, severity: alert.severity, location: row.locationName, category: row.category, told: false,
                    lately: told.flatMap { $0 >= worsened ? Telling(severity: alert.severity, at: $0) : nil }, now: dueAt,
                    suppress: policy.suppress)
            })
    }

    func escalations(tenantID: Int64, inForceAt at: Timestamp) throws -> [EscalationRecord] {
        try sql.all(NextStepStatements.escalations, .int(tenantID), .int(at.milliseconds)) { $0.int(0) }
            .compactMap { try escalation($0) }
    }

    /// A contact's addresses at `at`, and what they wanted to be told.
    private func addresses(
        of contact: String, tenantID: Int64, at: Timestamp
    ) throws -> [(id: Int64, preferences: AddressPreferences)] {
        try sql.all(NextStepStatements.addresses, .int(tenantID), .text(contact), .int(at.milliseconds)) { $0.int(0) }
            .compactMap { id in try preferences(ofAddress: id, tenantID: tenantID, at: at).map { (id, $0) } }
    }
}

extension Escalation.Standing {
    fileprivate var step: Escalation.Step { escalation.steps[min(progress.step, escalation.steps.count - 1)] }
}

extension Explanation.Delivery {
    /// Its address knows of the alert by it, or will as soon as it can.
    fileprivate var tells: Bool {
        occasion != .resolved && heldUntil == nil && state != .dead && state != .dropped
    }
}

private enum NextStepStatements {
    static let escalations = SQL(
        """
        SELECT id FROM escalation WHERE tenant_id = ?1 AND set_at <= ?2 AND (unset_at IS NULL OR unset_at > ?2)
        """)
    static let addresses = SQL(
        """
        SELECT address.id FROM address JOIN contact ON contact.id = contact_id
        WHERE contact.tenant_id = ?1 AND contact.name = ?2 AND (address.deleted_at IS NULL OR address.deleted_at > ?3)
            AND (contact.deleted_at IS NULL OR contact.deleted_at > ?3)
        ORDER BY address.id
        """)
}
