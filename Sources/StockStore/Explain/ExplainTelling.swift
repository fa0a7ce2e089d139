import StockDomain

/// A delivery of an alert, and to which address.
struct ExplainedDelivery {
    var addressID: Int64
    var delivery: Explanation.Delivery
}

extension StoreReader {
    /// So many of an alert's deliveries are listed, the newest.
    static let shownDeliveries = 200

    /// Each address that there was, with what was last decided for it about the alert.
    func addresses(
        _ alert: Alert?, _ deliveries: [ExplainedDelivery], _ row: LevelRow, severity: Severity, tenantID: Int64,
        at moment: Timestamp?, now: Timestamp
    ) throws -> [Explanation.Address] {
        let at = moment ?? now
        let decided = try alert.map { try self.decided($0.id, deliveries, at: at) }
        let ended = try alert.map { try ends($0.id, deliveries, at: at) }
        return try sql.all(TellingStatements.addresses, .int(tenantID), .int(at.milliseconds)) { found in
            (id: found.int(0), contact: found.text(1), kind: found.text(2), value: found.text(3))
        }.compactMap { found in
            let preferences =
                if moment == nil { try storedAddress(found.id)?.preferences } else {
                    try preferences(ofAddress: found.id, tenantID: tenantID, at: at)
                }
            let outcome =
                try decided?[found.id].map { try whole($0, ofAddress: found.id, tenantID: tenantID) }
                ?? preferences.map { wouldBe($0, row, severity: severity, at: at) }
            return try outcome.map {
                Explanation.Address(
                    contact: found.contact, kind: ChannelKind(rawValue: found.kind) ?? .email, value: found.value, outcome: $0,
                    end: try ended?[found.id].map { try whole($0, ofAddress: found.id, tenantID: tenantID) },
                    noSummary: preferences?.refusalOfSummaries)
            }
        }
    }

    /// Why its channel had switched an address off is kept with the address alone.
    private func whole(
        _ outcome: Explanation.Address.Outcome, ofAddress id: Int64, tenantID: Int64
    ) throws -> Explanation.Address.Outcome {
        guard case .notTold(.addressOff(reason: nil), let then) = outcome else { return outcome }
        let reason = try preferences(ofAddress: id, tenantID: tenantID, at: then)?.disabledReason
        return .notTold(.addressOff(reason: reason), at: then)
    }

    /// By address, of word that it is short. Later decisions count: a reminder that went out after an opening that did not.
    private func decided(
        _ alertID: Int64, _ deliveries: [ExplainedDelivery], at: Timestamp
    ) throws -> [Int64: Explanation.Address.Outcome] {
        var decided = try untold(TellingStatements.untold, alertID, at: at)
        add(deliveries.filter { $0.delivery.occasion != .resolved }, to: &decided)
        // What was held back, and left out when the rest was told.
        try sql.execute(TellingStatements.leftOut, [.int(alertID), .int(at.milliseconds)]) { row in
            let id = row.int(0), then = Timestamp(milliseconds: row.int(1))
            switch decided[id] {
            case .told, .underWay: return true
            case .gaveUp, .held, .notTold, .nothingToTell, nil: if let since = decided[id]?.at, since > then { return true }
            }
            if case .notTold(let reason)? = KeptReason.read("\(id):\(row.text(2))")[id] {
                decided[id] = .notTold(reason, at: then)
            }
            return true
        }
        return asHeard(decided, deliveries)
    }

    /// By address, of word that it is over.
    private func ends(
        _ alertID: Int64, _ deliveries: [ExplainedDelivery], at: Timestamp
    ) throws -> [Int64: Explanation.Address.Outcome] {
        var decided = try untold(TellingStatements.untoldEnd, alertID, at: at)
        add(deliveries.filter { $0.delivery.occasion == .resolved }, to: &decided)
        return asHeard(decided, deliveries)
    }

    /// Whom the timeline says that it was not told to, or later.
    private func untold(
        _ statement: SQL, _ alertID: Int64, at: Timestamp
    ) throws -> [Int64: Explanation.Address.Outcome] {
        var decided: [Int64: Explanation.Address.Outcome] = [:]
        try sql.execute(statement, [.int(alertID), .int(at.milliseconds)]) { entry in
            let then = Timestamp(milliseconds: entry.int(0))
            for (id, reason) in KeptReason.read(entry.text(1)) {
                switch reason {
                case .notTold(let why): decided[id] = .notTold(why, at: then)
                case .held(let by): decided[id] = .held(by, at: then)
                }
            }
            return true
        }
        return decided
    }

    /// What is still held back has told nobody yet.
    private func add(_ deliveries: [ExplainedDelivery], to decided: inout [Int64: Explanation.Address.Outcome]) {
        // That it was told lately does not undo that it was told; but what told nobody in the end does not hide it.
        let lately = decided.compactMapValues(\.toldLately)
        for (id, delivery) in deliveries.map({ ($0.addressID, $0.delivery) }) where delivery.heldUntil == nil {
            let then = delivery.tellsAt
            let isGivenUp = delivery.state == .dead || delivery.state == .dropped
            // What was taken for told by it was not, as it came to nothing.
            let restsOnIt = isGivenUp && lately[id].map { $0.told == then } ?? false
            if isGivenUp || lately[id] == nil, !restsOnIt, let since = decided[id]?.at, since > then { continue }
            let notAgain = lately[id].flatMap { $0.at > then ? $0.why : nil }
            decided[id] =
                switch delivery.state {
                case .sent: .told(delivery: delivery.id, at: then, notAgain: notAgain)
                case .queued, .sending: .underWay(delivery: delivery.id, at: then, notAgain: notAgain)
                case .dead, .dropped: .gaveUp(delivery: delivery.id, reason: delivery.reason, at: then)
                }
        }
    }

    /// They heard it when it was sent, which may be long after it was decided.
    private func asHeard(
        _ decided: [Int64: Explanation.Address.Outcome], _ deliveries: [ExplainedDelivery]
    ) -> [Int64: Explanation.Address.Outcome] {
        decided.mapValues { outcome in
            guard case .told(let id, let then, let notAgain) = outcome else { return outcome }
            let sentAt = deliveries.first { $0.delivery.id == id }?.delivery.sentAt
            return .told(delivery: id, at: sentAt ?? then, notAgain: notAgain)
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

    /// Oldest first, each as it stood at `moment` (nil: now), with its attempts.
    func deliveries(of alertID: Int64, at moment: Timestamp?, now: Timestamp) throws -> [ExplainedDelivery] {
        try sql.all(TellingStatements.deliveries, .int(alertID), .int((moment ?? now).milliseconds)) { row in
            let state = DeliveryState(rawValue: row.text(6)) ?? .queued
            return ExplainedDelivery(
                addressID: row.int(14),
                delivery: Explanation.Delivery(
                    id: row.int(0), kind: Message.Kind(rawValue: row.text(1)) ?? .alert,
                    occasion: Message.Occasion(rawValue: row.text(2)) ?? .opened, contact: row.text(3),
                    channel: ChannelKind(rawValue: row.text(4)) ?? .email, address: row.text(5), state: state,
                    reason: row.optionalText(7), createdAt: Timestamp(milliseconds: row.int(8)),
                    tellsAt: Timestamp(milliseconds: row.int(15)), heldUntil: row.instant(9), heldBecause: row.optionalText(10),
                    nextAttemptAt: state == .queued ? row.instant(11) : nil, sentAt: row.instant(12),
                    deliveredAt: row.instant(13)))
        }.map { found in
            var found = found
            found.delivery.attempts = try attempts(ofDelivery: found.delivery.id).map {
                Explanation.Delivery.Attempt(at: $0.at, took: $0.took, outcome: $0.outcome, reason: $0.reason)
            }
            if found.delivery.attempts.isEmpty, let sentAt = found.delivery.sentAt {
                found.delivery.attempts = [Explanation.Delivery.Attempt(at: sentAt, took: nil, outcome: .sent, reason: nil)]
            }
            if let moment { found.delivery = found.delivery.asOf(moment) }
            return found
        }
    }
}

extension Explanation.Address.Outcome {
    /// - Returns: `told` is when it had been.
    fileprivate var toldLately: (why: NotTold, told: Timestamp, at: Timestamp)? {
        if case .notTold(.toldLately(let lately), let at) = self { (.toldLately(at: lately), lately, at) } else { nil }
    }
}

private enum TellingStatements {
    /// What comes after its end is about that.
    private static func untold(_ exists: String) -> SQL {
        SQL(
            """
            SELECT at, untold FROM alert_event WHERE alert_id = ?1 AND at <= ?2 AND untold IS NOT NULL
                AND \(exists) (SELECT 1 FROM alert_event AS over
                    WHERE over.alert_id = ?1 AND over.kind = 'resolved' AND over.seq < alert_event.seq)
            ORDER BY seq
            """)
    }
    static let untold = untold("NOT EXISTS")
    static let untoldEnd = untold("EXISTS")
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
            held_until, held_because, next_attempt_at, sent_at, delivered_at, address_id, COALESCE(apart_at, created_at)
        FROM delivery_alert JOIN delivery ON delivery.id = delivery_id JOIN address ON address.id = address_id
        JOIN contact ON contact.id = contact_id
        WHERE alert_id = ?1 AND created_at <= ?2 ORDER BY delivery.id
        """)
}
