import StockDomain

package struct DeliveryRecord: Hashable, Sendable {
    package typealias State = DeliveryState

    package var id: Int64
    package var tenant: String
    /// At most so many as a reply can carry, of `alertCount`.
    package var alertIDs: [Int64]
    package var alertCount: Int
    package var contact: String
    package var channel: ChannelKind
    package var address: String
    package var kind: Message.Kind
    package var state: State
    package var reason: String?
    package var attempts: Int
    package var createdAt: Timestamp
    package var nextAttemptAt: Timestamp?
    package var lastError: String?
    package var sentAt: Timestamp?
    package var deliveredAt: Timestamp?
    /// Its address wants nothing before that.
    package var heldUntil: Timestamp?
    /// As `HeldBack.name`.
    package var heldBecause: String?
}

package struct DeliveryFilter: Hashable, Sendable {
    package var tenantID: Int64?
    package var state: DeliveryRecord.State?
    package var contact: String?
    package var alertID: Int64?

    package init(tenantID: Int64?) { self.tenantID = tenantID }
}

extension StoreReader {
    /// Newest first, from before the id `cursor`.
    package func deliveries(_ filter: DeliveryFilter, before cursor: Int64?, limit: Int) throws -> [DeliveryRecord] {
        let page =
            switch filter.state {
            case _ where filter.alertID != nil: DeliveryStatements.ofAlert
            case .queued, .sending: DeliveryStatements.open
            case .dead: DeliveryStatements.dead
            case .sent, .dropped, nil: DeliveryStatements.all
            }
        return try sql.all(
            page, .int(cursor ?? .max), .int(filter.tenantID), .text(filter.state?.rawValue), .text(filter.contact),
            .int(filter.alertID), .int(limit), map: deliveryRecord
        ).map(withAlerts)
    }

    package func delivery(_ id: Int64, tenantID: Int64?) throws -> DeliveryRecord {
        guard let found = try sql.first(DeliveryStatements.byID, .int(id), .int(tenantID), map: deliveryRecord) else {
            throw StoreError.notFound("there is no delivery \(id)")
        }
        return try withAlerts(found)
    }

    private func withAlerts(_ record: DeliveryRecord) throws -> DeliveryRecord {
        var record = record
        record.alertIDs = try sql.all(DeliveryStatements.alertIDs, .int(record.id)) { $0.int(0) }
        record.alertCount = Int(try sql.int(DeliveryStatements.alertCount, .int(record.id)))
        return record
    }

    private func deliveryRecord(_ row: any SQLRow) -> DeliveryRecord {
        let state = DeliveryRecord.State(rawValue: row.text(6)) ?? .queued
        return DeliveryRecord(
            id: row.int(0), tenant: row.text(1), alertIDs: [], alertCount: 0, contact: row.text(2),
            channel: ChannelKind(rawValue: row.text(3)) ?? .email, address: row.text(4),
            kind: Message.Kind(rawValue: row.text(5)) ?? .alert, state: state, reason: row.optionalText(7),
            attempts: Int(row.int(8)), createdAt: Timestamp(milliseconds: row.int(9)),
            nextAttemptAt: state == .queued ? Timestamp(milliseconds: row.int(10)) : nil,
            lastError: row.optionalText(11), sentAt: row.optionalInt(12).map(Timestamp.init(milliseconds:)),
            deliveredAt: row.optionalInt(13).map(Timestamp.init(milliseconds:)),
            heldUntil: state == .queued ? row.optionalInt(14).map(Timestamp.init(milliseconds:)) : nil,
            heldBecause: state == .queued && !row.isNull(14) ? row.optionalText(15) : nil)
    }
}

extension StoreTransaction {
    /// Queues a delivery that is dead or waits for its next attempt again, to be tried for as long as a new one. It is
    /// dropped where its address has been switched off since. What may have been taken is still given the time to show up.
    ///
    /// Of alerts, one that was dead tells what it would tell had it been held back until now: nothing that is over, or that its
    /// address has heard by another message meanwhile.
    package func retryDelivery(_ id: Int64, tenantID: Int64?, now: Timestamp) throws -> DeliveryRecord {
        let found = try unsent(id, tenantID: tenantID, "retried")
        if let refusal = try sql.first(DeliveryStatements.refusal, .int(id), map: { $0.optionalText(0) }) ?? nil {
            return try drop(found, because: refusal, now: now)
        }
        let channel = found.record.channel
        let isLetGo = found.record.state == .dead && found.record.alertCount > 0
        try sql.run(
            DeliveryStatements.retryAt, .int(now.milliseconds), .int(isLetGo ? now.milliseconds : nil), .int(id))
        if found.record.state == .dead {
            try count("deliveries_dead", by: -1, tenantID: found.tenantID)
            try count("deliveries_queued", by: 1, tenantID: found.tenantID)
            if isLetGo {
                try release(id, now: now)
                try openWindowAgain(by: id, now: now)
            }
        }
        if channel.doubt > .zero, let last = try lastUnanswered(id) {
            try sql.run(DeliveryStatements.notBefore, .int((min(last, now) + channel.doubt).milliseconds), .int(id))
        }
        try sql.run(PauseStatements.end, .text(channel.rawValue))
        commit.queuedDeliveries = true
        return try delivery(id, tenantID: tenantID)
    }

    package func dropDelivery(_ id: Int64, by: String, tenantID: Int64?, now: Timestamp) throws -> DeliveryRecord {
        try drop(unsent(id, tenantID: tenantID, "dropped"), because: "dropped by \(by)", now: now)
    }

    /// A delivery that somebody may decide about.
    private func unsent(_ id: Int64, tenantID: Int64?, _ wish: String) throws -> (record: DeliveryRecord, tenantID: Int64) {
        let found = try delivery(id, tenantID: tenantID)
        let state = found.state.rawValue
        guard found.state == .dead || found.state == .queued else {
            throw StoreError.conflict(state, "delivery \(id) is \(state): only dead or queued ones can be \(wish)")
        }
        return (found, try sql.int(DeliveryStatements.tenantID, .int(id)))
    }

    private func drop(
        _ found: (record: DeliveryRecord, tenantID: Int64), because reason: String, now: Timestamp
    ) throws -> DeliveryRecord {
        let id = found.record.id
        let tally = found.record.state == .dead ? "deliveries_dead" : "deliveries_queued"
        try drop(id, countedAs: tally, because: reason, tenantID: found.tenantID, now: now)
        return try delivery(id, tenantID: nil)
    }

    /// Takes it out of the queue, and out of what still gathers for its address.
    /// - Parameter tally: what it counts to now.
    func drop(
        _ id: Int64, countedAs tally: String = "deliveries_queued", because reason: String, tenantID: Int64, now: Timestamp
    ) throws {
        try sql.run(DeliveryStatements.drop, .text(reason), .int(id))
        try count(tally, by: -1, tenantID: tenantID)
        groups = groups.filter { $0.value != id }
        try noteUntold(id, now: now)
    }

    /// What a delivery was to tell, it has told nobody: it was dropped, or has died.
    func noteUntold(_ delivery: Int64, now: Timestamp) throws {
        addresses = [:]
        for alert in try sql.all(DeliveryStatements.untold, .int(delivery), map: { $0.int(0) }) {
            try closeUntoldWindow(of: alert, now: now)
        }
    }
}

private enum DeliveryStatements {
    private static let columns = """
        SELECT delivery.id, tenant.name, contact.name, channel, address.value, delivery.kind, state, reason, attempts, delivery.created_at,
            next_attempt_at, last_error, sent_at, delivered_at, held_until, held_because
        """
    private static let joins = """
         JOIN tenant ON tenant.id = delivery.tenant_id JOIN address ON address.id = address_id JOIN contact ON contact.id = contact_id
        """
    /// Of all deliveries, most of which are long sent, only those are read that `narrowed` finds by an index.
    private static func page(_ narrowed: String) -> SQL {
        SQL(
            """
            \(columns) FROM delivery\(joins) WHERE delivery.id < ?1 AND (?2 IS NULL OR delivery.tenant_id = ?2)
                AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR contact.name = ?4) AND \(narrowed)
            ORDER BY delivery.id DESC LIMIT ?6
            """)
    }
    static let all = page("?5 IS NULL")
    static let dead = page("?5 IS NULL AND state = 'dead'")
    /// Of each channel, in the words of the index `delivery_wanted`.
    static let open = page(
        """
        ?5 IS NULL AND delivery.id IN (SELECT id FROM delivery WHERE channel IN (\(channels)) AND state IN ('queued', 'sending'))
        """)
    static let ofAlert = page("delivery.id IN (SELECT delivery_id FROM delivery_alert WHERE alert_id = ?5)")
    private static let channels = ChannelKind.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    static let byID = SQL("\(columns) FROM delivery\(joins) WHERE delivery.id = ?1 AND (?2 IS NULL OR delivery.tenant_id = ?2)")
    static let alertIDs = SQL("SELECT alert_id FROM delivery_alert WHERE delivery_id = ? ORDER BY alert_id LIMIT 1000")
    static let alertCount = SQL("SELECT COUNT(*) FROM delivery_alert WHERE delivery_id = ?")
    static let tenantID = SQL("SELECT tenant_id FROM delivery WHERE id = ?")
    static let refusal = SQL(
        """
        SELECT \(ContactStatements.refusal) FROM delivery JOIN address ON address.id = address_id JOIN contact ON contact.id = contact_id
        WHERE delivery.id = ?
        """)
    static let retryAt = SQL(
        """
        UPDATE delivery SET state = 'queued', next_attempt_at = ?1, held_until = COALESCE(?2, held_until), first_failure_at = NULL,
            reason = NULL
        WHERE id = ?3
        """)
    static let notBefore = SQL("UPDATE delivery SET next_attempt_at = ?1 WHERE id = ?2 AND state = 'queued' AND next_attempt_at < ?1")
    static let untold = SQL("SELECT alert_id FROM delivery_alert WHERE delivery_id = ? AND occasion <> 'resolved'")
    static let drop = SQL(
        "UPDATE delivery SET state = 'dropped', lease_until = NULL, held_until = NULL, reason = ? WHERE id = ?")
}
