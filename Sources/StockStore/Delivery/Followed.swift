import StockDomain

/// A message that was accepted, and of which nobody knows yet whether it has arrived.
package struct FollowedDelivery: Hashable, Sendable {
    package var id: Int64
    package var channel: ChannelKind
    package var contact: String
    /// What the other side calls it.
    package var reference: String
    package var sentAt: Timestamp
    fileprivate var tenantID: Int64
    fileprivate var addressID: Int64
}

extension StoreReader {
    /// When the next message sent by `channel` is to be looked after; nil: none is followed.
    package func nextLook(_ channel: ChannelKind) throws -> Timestamp? {
        try sql.first(FollowStatements.next, .text(channel.rawValue)) { Timestamp(milliseconds: $0.int(0)) }
    }

    /// Those to be looked after now. One that lies further ahead than any is ever put is of a clock that jumped back.
    package func followed(_ channel: ChannelKind, limit: Int, now: Timestamp) throws -> [FollowedDelivery] {
        let kind = SQLValue.text(channel.rawValue)
        func record(_ row: any SQLRow) -> FollowedDelivery {
            FollowedDelivery(
                id: row.int(0), channel: channel, contact: row.text(1), reference: row.text(2),
                sentAt: Timestamp(milliseconds: row.int(3)), tenantID: row.int(4), addressID: row.int(5))
        }
        let due = try sql.all(FollowStatements.due, kind, .int(now.milliseconds), .int(limit), map: record)
        guard due.count < limit else { return due }
        let horizon = now + FollowPolicy.longestPause + .minutes(1)
        return try due + sql.all(FollowStatements.beyond, kind, .int(horizon.milliseconds), .int(limit - due.count), map: record)
    }
}

extension StoreTransaction {
    /// Records what has become of a message that was accepted. Returns the state it leaves the delivery in; nil, and
    /// nothing is changed, where it is no longer followed.
    package func follow(_ delivery: FollowedDelivery, _ fate: Fate, now: Timestamp) throws -> DeliveryRecord.State? {
        let id = SQLValue.int(delivery.id), reference = SQLValue.text(delivery.reference)
        switch fate {
        case .underWay:
            let next = FollowPolicy.nextLook(sentAt: delivery.sentAt, now: now)
            guard try sql.run(FollowStatements.lookLater, .int(next?.milliseconds), id, reference) > 0 else { return nil }
            // Nobody will say what became of it. That it did not fail in all that time must do.
            if next == nil { try noteWorking(delivery.channel, sentAt: delivery.sentAt, now: now) }
            return .sent
        case .delivered:
            guard try sql.run(FollowStatements.delivered, .int(now.milliseconds), id, reference) > 0 else { return nil }
            try noteWorking(delivery.channel, sentAt: delivery.sentAt, now: now)
            return .sent
        case .failed(let verdict):
            return try fail(delivery, verdict, now: now)
        }
    }

    private func fail(_ delivery: FollowedDelivery, _ verdict: Verdict, now: Timestamp) throws -> DeliveryRecord.State? {
        switch verdict {
        case .sent, .accepted:
            return nil
        case .dead(let reason, let disablesAddress):
            guard try die(delivery, reason, now: now) else { return nil }
            if disablesAddress { try disableAddress(delivery.addressID, reason: reason, tenantID: delivery.tenantID, now: now) }
            return .dead
        case .misconfigured(let reason):
            // It is tried again when the channel is, but not for ever: each time costs money.
            guard let state = try sendAgain(delivery, reason, after: .zero, now: now) else { return nil }
            try pause(delivery.channel, reason: reason, tenantID: delivery.tenantID, now: now)
            return state
        case .retry(_, let reason), .unreachable(_, let reason):
            return try sendAgain(delivery, reason, now: now)
        }
    }

    private func die(_ delivery: FollowedDelivery, _ reason: String, now: Timestamp) throws -> Bool {
        guard try sql.run(FollowStatements.die, .text(reason), .int(delivery.id), .text(delivery.reference)) > 0 else { return false }
        try noteUndelivered(delivery.id, sentAt: delivery.sentAt, reason: reason, now: now)
        try count("deliveries_dead", by: 1, tenantID: delivery.tenantID)
        try noteUntold(delivery.id, now: now)
        try emit(
            Emission(kind: "delivery.failed", tenantID: delivery.tenantID, deliveryID: delivery.id, note: reason), now: now)
        return true
    }

    /// As often as a message is sent again that did not arrive; then it is dead.
    /// - Parameter pause: nil: that of the policy.
    private func sendAgain(
        _ delivery: FollowedDelivery, _ reason: String, after pause: Duration? = nil, now: Timestamp
    ) throws -> DeliveryRecord.State? {
        let failures = try undelivered(delivery.id) + 1
        guard let next = FollowPolicy.pause(failures: failures) else {
            return try die(delivery, "\(reason) (sent \(failures) times)", now: now) ? .dead : nil
        }
        let changed = try sql.run(
            FollowStatements.sendAgain, .int((now + (pause ?? next)).milliseconds), .text(reason), .int(delivery.id), .text(delivery.reference))
        guard changed > 0 else { return nil }
        try noteUndelivered(delivery.id, sentAt: delivery.sentAt, reason: reason, now: now)
        try count("deliveries_queued", by: 1, tenantID: delivery.tenantID)
        commit.queuedDeliveries = true
        return .queued
    }
}

private enum FollowStatements {
    /// In the words of the index `delivery_follow`.
    static let next = SQL(
        "SELECT follow_at FROM delivery WHERE channel = ? AND follow_at IS NOT NULL ORDER BY follow_at LIMIT 1")
    private static let select = """
        SELECT delivery.id, contact.name, reference, sent_at, delivery.tenant_id, address_id
        FROM delivery CROSS JOIN address CROSS JOIN contact
        WHERE channel = ?1 AND address.id = address_id AND contact.id = contact_id AND follow_at
        """
    static let due = SQL("\(select) <= ?2 ORDER BY follow_at, delivery.id LIMIT ?3")
    static let beyond = SQL("\(select) > ?2 ORDER BY follow_at, delivery.id LIMIT ?3")
    private static let own = "WHERE id = ? AND reference = ? AND state = 'sent' AND follow_at IS NOT NULL"
    static let lookLater = SQL("UPDATE delivery SET follow_at = ? \(own)")
    static let delivered = SQL("UPDATE delivery SET follow_at = NULL, delivered_at = ? \(own)")
    static let die = SQL(
        """
        UPDATE delivery SET state = 'dead', reason = ?1, last_error = ?1, follow_at = NULL
        WHERE id = ?2 AND reference = ?3 AND state = 'sent' AND follow_at IS NOT NULL
        """)
    static let sendAgain = SQL(
        """
        UPDATE delivery SET state = 'queued', next_attempt_at = ?, last_error = ?, follow_at = NULL, sent_at = NULL,
            first_failure_at = NULL
        \(own)
        """)
}
