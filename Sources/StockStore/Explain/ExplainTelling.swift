import StockDomain

extension StoreReader {
    /// Each address that there was, with what was last decided for it about the alert.
    func addresses(
        _ alert: Alert?, _ row: LevelRow, severity: Severity, tenantID: Int64, at: Timestamp
    ) throws -> [Explanation.Address] {
        var decided: [Int64: Explanation.Address.Outcome] = [:]
        if let alert {
            // Later ones count: a reminder that went out after an opening that did not.
            try sql.execute(TellingStatements.untold, [.int(alert.id), .int(at.milliseconds)]) { entry in
                let then = Timestamp(milliseconds: entry.int(0))
                for (id, reason) in KeptReason.read(entry.text(1)) {
                    switch reason {
                    case .notTold(let why): decided[id] = .notTold(why, at: then)
                    case .held(let by): decided[id] = .held(by, at: then)
                    }
                }
                return true
            }
            try sql.execute(TellingStatements.told, [.int(alert.id), .int(at.milliseconds)]) { delivery in
                let then = Timestamp(milliseconds: delivery.int(2))
                let isLater =
                    switch decided[delivery.int(0)] {
                    case .notTold(_, let since), .held(_, let since): since <= then
                    case .told, .nothingToTell, nil: true
                    }
                if isLater { decided[delivery.int(0)] = .told(delivery: delivery.int(1), at: then) }
                return true
            }
            // What was held back, and left out when the rest was told.
            try sql.execute(TellingStatements.leftOut, [.int(alert.id), .int(at.milliseconds)]) { row in
                let id = row.int(0), then = Timestamp(milliseconds: row.int(1))
                if case .told? = decided[id] { return true }
                if case .notTold(let reason)? = KeptReason.read("\(id):\(row.text(2))")[id] {
                    decided[id] = .notTold(reason, at: then)
                }
                return true
            }
        }
        return try sql.all(TellingStatements.addresses, .int(tenantID), .int(at.milliseconds)) { found in
            (id: found.int(0), contact: found.text(1), kind: found.text(2), value: found.text(3))
        }.compactMap { found in
            let preferences = try storedAddress(found.id)?.preferences
            let outcome = decided[found.id] ?? preferences.map { wouldBe($0, row, severity: severity, at: at) }
            return outcome.map {
                Explanation.Address(
                    contact: found.contact, kind: ChannelKind(rawValue: found.kind) ?? .email, value: found.value, outcome: $0,
                    noSummary: preferences?.refusalOfSummaries)
            }
        }
    }

    /// Nothing went out. What would have become of word that it opens, as bad as it is, or of being out where it is well.
    private func wouldBe(
        _ preferences: AddressPreferences, _ row: LevelRow, severity: Severity, at: Timestamp
    ) -> Explanation.Address.Outcome {
        .nothingToTell(
            preferences.decide(
                .opened, severity: severity == .healthy ? .out : severity, location: row.locationName, category: row.category,
                told: false, now: at, suppress: policy.suppress))
    }

    /// Oldest first, each with its attempts.
    func deliveries(of alertID: Int64, at: Timestamp, now: Timestamp) throws -> [Explanation.Delivery] {
        func instant(_ row: any SQLRow, _ column: Int) -> Timestamp? {
            row.optionalInt(column).map(Timestamp.init(milliseconds:))
        }
        let found = try sql.all(TellingStatements.deliveries, .int(alertID), .int(at.milliseconds)) { row in
            Explanation.Delivery(
                id: row.int(0), kind: Message.Kind(rawValue: row.text(1)) ?? .alert,
                occasion: Message.Occasion(rawValue: row.text(2)) ?? .opened, contact: row.text(3),
                channel: ChannelKind(rawValue: row.text(4)) ?? .email, address: row.text(5), state: row.text(6),
                reason: row.optionalText(7), createdAt: Timestamp(milliseconds: row.int(8)), heldUntil: instant(row, 9),
                heldBecause: row.optionalText(10), nextAttemptAt: row.text(6) == "queued" ? instant(row, 11) : nil,
                sentAt: instant(row, 12), deliveredAt: instant(row, 13), attempts: [])
        }
        return try found.map { delivery in
            var delivery = delivery
            delivery.attempts = try sql.all(TellingStatements.attempts, .int(delivery.id), .int(at.milliseconds)) {
                Explanation.Delivery.Attempt(
                    at: Timestamp(milliseconds: $0.int(0)), took: .milliseconds($0.int(1)), outcome: $0.text(2),
                    reason: $0.optionalText(3))
            }
            // Sent only later: then, it was under way.
            if let sent = delivery.sentAt, sent > at {
                delivery.state = DeliveryRecord.State.queued.rawValue
                delivery.sentAt = nil
                delivery.deliveredAt = nil
                delivery.reason = nil
            }
            return delivery
        }
    }
}

private enum TellingStatements {
    static let untold = SQL(
        "SELECT at, untold FROM alert_event WHERE alert_id = ? AND at <= ? AND untold IS NOT NULL ORDER BY seq")
    /// What is still held back has told nobody yet.
    static let told = SQL(
        """
        SELECT address_id, delivery.id, COALESCE(apart_at, created_at) FROM delivery_alert
        JOIN delivery ON delivery.id = delivery_id
        WHERE alert_id = ?1 AND occasion <> 'resolved' AND state <> 'dropped' AND held_until IS NULL
            AND COALESCE(apart_at, created_at) <= ?2
        ORDER BY delivery.id
        """)
    static let leftOut = SQL(
        """
        SELECT address_id, at, left_out.reason FROM left_out JOIN delivery ON delivery.id = delivery_id
        WHERE alert_id = ? AND at <= ? ORDER BY at
        """)
    static let addresses = SQL(
        """
        SELECT address.id, contact.name, address.kind, value FROM address JOIN contact ON contact.id = contact_id
        WHERE contact.tenant_id = ?1 AND (address.deleted_at IS NULL OR address.deleted_at > ?2)
            AND (contact.deleted_at IS NULL OR contact.deleted_at > ?2)
        ORDER BY contact.name, address.id
        """)
    static let deliveries = SQL(
        """
        SELECT delivery.id, delivery.kind, occasion, contact.name, channel, address.value, state, reason, created_at,
            held_until, held_because, next_attempt_at, sent_at, delivered_at
        FROM delivery_alert JOIN delivery ON delivery.id = delivery_id JOIN address ON address.id = address_id
        JOIN contact ON contact.id = contact_id
        WHERE alert_id = ?1 AND created_at <= ?2 ORDER BY delivery.id LIMIT 200
        """)
    static let attempts = SQL(
        "SELECT at, took, outcome, reason FROM delivery_attempt WHERE delivery_id = ? AND at <= ? ORDER BY seq")
}
