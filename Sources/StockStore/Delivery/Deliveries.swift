import StockDomain

package struct DeliveryRecord: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable { case queued, sending, sent, dead, dropped }

    package var id: Int64
    package var tenant: String
    package var alertIDs: [Int64]
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

/// A delivery that this process has leased: what to send, and where.
package struct ClaimedDelivery: Sendable {
    package var id: Int64
    /// Which of the delivery's leases this is: what becomes of it is recorded only while it is the last.
    package var lease: Int64
    package var channel: ChannelKind
    package var address: String
    package var contact: String
    package var attempts: Int
    package var message: Message
    fileprivate var addressID: Int64
    fileprivate var tenantID: Int64
    fileprivate var noticeID: Int64?
    fileprivate var summaryDay: Int64?
    fileprivate var firstFailure: Timestamp?
}

extension StoreReader {
    /// Newest first, from before the id `cursor`.
    package func deliveries(_ filter: DeliveryFilter, before cursor: Int64?, limit: Int) throws -> [DeliveryRecord] {
        try sql.all(
            DeliveryStatements.page, .int(cursor ?? .max), .int(filter.tenantID), .text(filter.state?.rawValue),
            .text(filter.contact), .int(filter.alertID), .int(limit), map: deliveryRecord
        ).map { record in
            var record = record
            record.alertIDs = try sql.all(DeliveryStatements.alertIDs, .int(record.id)) { $0.int(0) }
            return record
        }
    }

    package func delivery(_ id: Int64, tenantID: Int64?) throws -> DeliveryRecord {
        guard var found = try sql.first(DeliveryStatements.byID, .int(id), .int(tenantID), map: deliveryRecord) else {
            throw StoreError.notFound("there is no delivery \(id)")
        }
        found.alertIDs = try sql.all(DeliveryStatements.alertIDs, .int(id)) { $0.int(0) }
        return found
    }

    private func deliveryRecord(_ row: any SQLRow) -> DeliveryRecord {
        let state = DeliveryRecord.State(rawValue: row.text(6)) ?? .queued
        return DeliveryRecord(
            id: row.int(0), tenant: row.text(1), alertIDs: [], contact: row.text(2),
            channel: ChannelKind(rawValue: row.text(3)) ?? .email, address: row.text(4),
            kind: Message.Kind(rawValue: row.text(5)) ?? .alert, state: state, reason: row.optionalText(7),
            attempts: Int(row.int(8)), createdAt: Timestamp(milliseconds: row.int(9)),
            nextAttemptAt: state == .queued ? Timestamp(milliseconds: row.int(10)) : nil,
            lastError: row.optionalText(11), sentAt: row.optionalInt(12).map(Timestamp.init(milliseconds:)),
            deliveredAt: row.optionalInt(13).map(Timestamp.init(milliseconds:)),
            heldUntil: state == .queued ? row.optionalInt(14).map(Timestamp.init(milliseconds:)) : nil,
            heldBecause: state == .queued && !row.isNull(14) ? row.optionalText(15) : nil)
    }

    /// When the next delivery of `channel` wants to be tried, not before a pause ends; nil where none waits.
    /// - Parameter closed: addresses that take nothing now.
    package func nextAttempt(_ channel: ChannelKind, except closed: Set<String> = []) throws -> Timestamp? {
        let wanted = try sql.first(
            DeliveryStatements.nextAttempt, .text(channel.rawValue), .text(StoreReader.list(closed))) { $0.optionalInt(0) } ?? nil
        guard let wanted else { return nil }
        let pausedUntil = try sql.int(PauseStatements.retry, .text(channel.rawValue))
        return Timestamp(milliseconds: max(wanted, pausedUntil))
    }

    /// As `DeliveryStatements.open` looks for them: addresses hold no line ends.
    fileprivate static func list(_ addresses: Set<String>) -> String {
        addresses.isEmpty ? "" : "\n\(addresses.sorted().joined(separator: "\n"))\n"
    }
}

extension StoreTransaction {
    /// A digest carries at most so many alerts; the rest are counted. More is no help to anybody, and a mail of
    /// megabytes is refused.
    private static let largestDigest = 200

    /// Leases what is due on `channel`. A lease that ended, or one or a time of trying that lies further ahead than any
    /// is ever set (the clock jumped back), counts as due. Nothing while the channel is paused.
    /// - Parameter leased: also those whose lease has ended. Not while the caller is still sending: a clock that jumps ahead
    ///   ends the leases of what is under way, which would be told twice.
    /// - Parameter closed: addresses that take nothing now.
    package func claim(
        _ channel: ChannelKind, limit: Int, lease: Duration, leased takesLeased: Bool = true, except closed: Set<String> = [],
        now: Timestamp
    ) throws -> [ClaimedDelivery] {
        let pausedUntil = try sql.first(PauseStatements.retry, .text(channel.rawValue)) { $0.int(0) }
        if let retryAt = pausedUntil.map(Timestamp.init(milliseconds:)) {
            guard retryAt <= now || retryAt > now + RetryPolicy.longestDelay else { return [] }
            try sql.run(PauseStatements.end, .text(channel.rawValue))
        }
        let horizon = now + max(RetryPolicy.longestDelay, policy.groupWait, lease) + .minutes(1)
        try releaseHeld(channel, beyond: horizon, limit: limit, now: now)
        let until = SQLValue.int((now + lease).milliseconds), others = SQLValue.int(takesLeased)
        let closed = SQLValue.text(StoreReader.list(closed))
        let kind = SQLValue.text(channel.rawValue)
        let instance = try sql.first(DeliveryStatements.instance) { $0.text(0) } ?? ""
        // Found and leased by the same words, and so the same ones.
        var found = try sql.all(DeliveryStatements.due, kind, .int(now.milliseconds), .int(limit), others, closed) {
            claimed($0, channel, instance: instance)
        }
        var leased = try sql.run(DeliveryStatements.leaseDue, kind, .int(now.milliseconds), .int(limit), others, closed, until)
        if found.count < limit {
            let room = limit - found.count
            found += try sql.all(DeliveryStatements.beyond, kind, .int(horizon.milliseconds), .int(room), others, closed) {
                claimed($0, channel, instance: instance)
            }
            leased += try sql.run(
                DeliveryStatements.leaseBeyond, kind, .int(horizon.milliseconds), .int(room), others, closed, until)
        }
        guard leased == found.count else { throw StoreError(.internal, "other deliveries were leased than were found") }
        var notices: [Int64: Message.Notice] = [:]
        for index in found.indices {
            try addContents(to: &found[index], &notices)
            // Each claim is one lease: what came of an earlier one may not have been heard.
            if found[index].lease > 1 { found[index].message.earlier = try earlier(than: found[index]) }
        }
        return found
    }

    private func claimed(_ row: any SQLRow, _ channel: ChannelKind, instance: String) -> ClaimedDelivery {
        let id = row.int(0)
        return ClaimedDelivery(
            id: id, lease: row.int(1) + 1, channel: channel, address: row.text(2), contact: row.text(3),
            attempts: Int(row.int(4)),
            message: Message(
                deliveryID: id, idempotencyKey: "\(instance).\(id)", kind: Message.Kind(rawValue: row.text(5)) ?? .alert,
                tenant: row.text(6), createdAt: Timestamp(milliseconds: row.int(7)), items: []),
            addressID: row.int(8), tenantID: row.int(9), noticeID: row.optionalInt(10), summaryDay: row.optionalInt(12),
            firstFailure: row.optionalInt(11).map(Timestamp.init(milliseconds:)))
    }

    private func earlier(than delivery: ClaimedDelivery) throws -> Message.Earlier {
        // What was queued before it may have been sent after it, for as long as sending is tried.
        let since = delivery.message.createdAt - RetryPolicy.giveUpAfter
        let others = try sql.all(
            DeliveryStatements.references, .int(delivery.addressID), .int(since.milliseconds), .int(delivery.id)) { $0.text(0) }
        return Message.Earlier(othersReferences: Set(others))
    }

    /// - Parameter notices: those read so far: one may go to hundreds of addresses.
    private func addContents(to delivery: inout ClaimedDelivery, _ notices: inout [Int64: Message.Notice]) throws {
        let id = delivery.id
        if let noticeID = delivery.noticeID {
            let notice =
                try notices[noticeID]
                ?? sql.first(DeliveryStatements.notice, .int(noticeID)) { row in
                    Message.Notice(subject: row.text(0), detail: row.text(1), resolved: false)
                }
            notices[noticeID] = notice
            delivery.message.notice = notice
            delivery.message.notice?.resolved = delivery.message.kind == .resolved
            return
        }
        if let day = delivery.summaryDay {
            delivery.message.summary = try summary(of: Day(day), tenantID: delivery.tenantID)
            return
        }
        if delivery.message.kind == .drill {
            delivery.message.items = [Drill.item(at: delivery.message.createdAt)]
            (delivery.message.bySeverity, delivery.message.locationCount) = ([.out: 1], 1)
            return
        }
        delivery.message.items = try sql.all(
            DeliveryStatements.items, .int(id), .int(StoreTransaction.largestDigest)
        ) { row in
            var alert = alertRecord(row).alert
            // What it was when this was decided, whatever has become of it since.
            alert.severity = Severity(rawValue: Int(row.int(22))) ?? alert.severity
            alert.currentStock = Quantity(scaled: row.int(23))
            return Message.Item(occasion: Message.Occasion(rawValue: row.text(21)) ?? .opened, alert: alert)
        }
        for index in delivery.message.items.indices {
            delivery.message.items[index].alert.timeline = try timeline(ofAlert: delivery.message.items[index].alert.id)
        }
        delivery.message.bySeverity = Dictionary(
            try sql.all(DeliveryStatements.itemCounts, .int(id)) { (Severity(rawValue: Int($0.int(0))) ?? .low, Int($0.int(1))) },
            uniquingKeysWith: +)
        delivery.message.locationCount = Int(try sql.int(DeliveryStatements.locationCount, .int(id)))
        if delivery.message.total == 1, let alert = delivery.message.items.first?.alert.id {
            let first = try sql.first(DeliveryStatements.firstOfThread, .int(alert), .int(id)) { $0.text(0) }
            delivery.message.threadKey = first
        }
    }

    /// Records what an attempt came to. Returns the state it leaves the delivery in; nil, and nothing is changed, where
    /// that lease has ended meanwhile: the delivery was leased anew, or is no longer being sent.
    /// - Parameter took: the attempt.
    @discardableResult
    package func complete(
        _ delivery: ClaimedDelivery, _ verdict: Verdict, took: Duration = .zero, now: Timestamp,
        using random: inout some RandomNumberGenerator
    ) throws -> DeliveryRecord.State? {
        let state = try conclude(delivery, verdict, now: now, using: &random)
        if state != nil { try noteAttempt(at: delivery.id, verdict, took: took, now: now) }
        return state
    }

    private func conclude(
        _ delivery: ClaimedDelivery, _ verdict: Verdict, now: Timestamp, using random: inout some RandomNumberGenerator
    ) throws -> DeliveryRecord.State? {
        let id = SQLValue.int(delivery.id), lease = SQLValue.int(delivery.lease)
        switch verdict {
        case .sent, .accepted:
            var reference: String?, followed = false
            if case .sent(let name) = verdict { reference = name }
            if case .accepted(let name) = verdict { (reference, followed) = (name, true) }
            let look = followed ? FollowPolicy.nextLook(sentAt: now, now: now) : nil
            guard
                try sql.run(
                    DeliveryStatements.sent, .int(now.milliseconds), .text(reference), .int(look?.milliseconds),
                    .int(look.map { _ in (now + FollowPolicy.giveUpAfter).milliseconds }), id, lease) > 0
            else { return nil }
            try count("deliveries_queued", by: -1, tenantID: delivery.tenantID)
            // A channel that works again ends its operational alert.
            let channel = delivery.channel.rawValue
            if working.insert(channel).inserted { try resolveNotice("channel.\(channel)", now: now) }
            try emit(
                Emission(kind: "delivery.sent", tenantID: delivery.tenantID, deliveryID: delivery.id, note: channel), now: now)
            return .sent
        case .dead(let reason, let disablesAddress):
            guard try die(delivery, reason, now: now) else { return nil }
            if disablesAddress { try disableAddress(delivery.addressID, reason: reason) }
            return .dead
        case .misconfigured(let reason):
            guard try sql.run(DeliveryStatements.requeue, .text(reason), id, lease) > 0 else { return nil }
            try pause(delivery.channel, reason: reason, tenantID: delivery.tenantID, now: now)
            return .queued
        case .retry(let after, let reason), .unreachable(let after, let reason):
            let firstFailure = min(delivery.firstFailure ?? now, now)
            let decision = RetryPolicy.next(
                attempts: delivery.attempts + 1, firstFailure: firstFailure, asked: after, now: now, using: &random)
            guard case .retry(let at) = decision else {
                let hours = RetryPolicy.giveUpAfter.milliseconds / 3_600_000
                return try die(delivery, "gave up after \(hours) h: \(reason)", now: now) ? .dead : nil
            }
            let kept = try sql.run(
                DeliveryStatements.retry, .int(at.milliseconds), .int(firstFailure.milliseconds), .text(reason), id, lease)
            return kept > 0 ? .queued : nil
        }
    }

    /// Returns whether its lease still held.
    private func die(_ delivery: ClaimedDelivery, _ reason: String, now: Timestamp) throws -> Bool {
        guard try sql.run(DeliveryStatements.die, .text(reason), .int(delivery.id), .int(delivery.lease)) > 0 else { return false }
        try count("deliveries_queued", by: -1, tenantID: delivery.tenantID)
        try count("deliveries_dead", by: 1, tenantID: delivery.tenantID)
        try emit(
            Emission(kind: "delivery.failed", tenantID: delivery.tenantID, deliveryID: delivery.id, note: reason), now: now)
        return true
    }

    /// Queues a delivery that is dead or waits for its next attempt again, from the beginning.
    package func retryDelivery(_ id: Int64, tenantID: Int64?, now: Timestamp) throws -> DeliveryRecord {
        let found = try unsent(id, tenantID: tenantID, "retried")
        try sql.run(DeliveryStatements.retryNow, .int(now.milliseconds), .int(id))
        if found.record.state == .dead {
            try count("deliveries_dead", by: -1, tenantID: found.tenantID)
            try count("deliveries_queued", by: 1, tenantID: found.tenantID)
        }
        try sql.run(PauseStatements.end, .text(found.record.channel.rawValue))
        commit.queuedDeliveries = true
        return try delivery(id, tenantID: tenantID)
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

    package func dropDelivery(_ id: Int64, by: String, tenantID: Int64?) throws -> DeliveryRecord {
        let found = try unsent(id, tenantID: tenantID, "dropped")
        try sql.run(DeliveryStatements.drop, .text("dropped by \(by)"), .int(id))
        try count(found.record.state == .dead ? "deliveries_dead" : "deliveries_queued", by: -1, tenantID: found.tenantID)
        groups = groups.filter { $0.value != id }
        return try delivery(id, tenantID: tenantID)
    }
}

private enum DeliveryStatements {
    private static let select = """
        SELECT delivery.id, tenant.name, contact.name, channel, address.value, delivery.kind, state, reason, attempts, delivery.created_at,
            next_attempt_at, last_error, sent_at, delivered_at, held_until, held_because
        FROM delivery JOIN tenant ON tenant.id = delivery.tenant_id JOIN address ON address.id = address_id
        JOIN contact ON contact.id = contact_id
        """
    static let page = SQL(
        """
        \(select) WHERE delivery.id < ?1 AND (?2 IS NULL OR delivery.tenant_id = ?2) AND (?3 IS NULL OR state = ?3)
            AND (?4 IS NULL OR contact.name = ?4)
            AND (?5 IS NULL OR EXISTS (SELECT 1 FROM delivery_alert WHERE delivery_id = delivery.id AND alert_id = ?5))
        ORDER BY delivery.id DESC LIMIT ?6
        """)
    static let byID = SQL("\(select) WHERE delivery.id = ?1 AND (?2 IS NULL OR delivery.tenant_id = ?2)")
    static let alertIDs = SQL("SELECT alert_id FROM delivery_alert WHERE delivery_id = ? ORDER BY alert_id LIMIT 1000")
    /// When a delivery wants somebody's attention: its next attempt, or the end of its lease. In the words of the index
    /// `delivery_wanted`.
    private static let wanted = """
        FROM delivery WHERE channel = ?1 AND state IN ('queued', 'sending') AND (state = 'queued' OR ?4 = 1)
            AND \(open("?5")) AND COALESCE(lease_until, next_attempt_at)
        """
    /// Whether its address is not among those that take nothing now.
    private static func open(_ closed: String) -> String {
        """
        (\(closed) = '' OR (SELECT REPLACE(\(closed), '\n' || value || '\n', '') FROM address WHERE id = address_id) = \(closed))
        """
    }
    static let nextAttempt = SQL(
        """
        SELECT COALESCE(lease_until, next_attempt_at) FROM delivery WHERE channel = ?1 AND state IN ('queued', 'sending')
            AND \(open("?2"))
        ORDER BY COALESCE(lease_until, next_attempt_at) LIMIT 1
        """)
    private static let claimed = """
        SELECT delivery.id, lease, address.value, contact.name, attempts, delivery.kind, tenant.name,
            COALESCE(apart_at, delivery.created_at), address_id, delivery.tenant_id, notice_id, first_failure_at, summary_day
        FROM delivery CROSS JOIN address CROSS JOIN contact CROSS JOIN tenant
        WHERE channel = ?1 AND state IN ('queued', 'sending') AND held_until IS NULL AND address.id = address_id
            AND contact.id = contact_id AND tenant.id = delivery.tenant_id AND (state = 'queued' OR ?4 = 1)
            AND \(open("?5")) AND COALESCE(lease_until, next_attempt_at)
        """
    private static let ordered = "ORDER BY COALESCE(lease_until, next_attempt_at), delivery.id LIMIT ?3"
    private static let lease = "UPDATE delivery SET state = 'sending', lease = lease + 1, lease_until = ?6 WHERE id IN"
    static let due = SQL("\(claimed) <= ?2 \(ordered)")
    static let beyond = SQL("\(claimed) > ?2 \(ordered)")
    static let leaseDue = SQL("\(lease) (SELECT id \(wanted) <= ?2 AND held_until IS NULL \(ordered))")
    static let leaseBeyond = SQL("\(lease) (SELECT id \(wanted) > ?2 AND held_until IS NULL \(ordered))")
    static let instance = SQL("SELECT value FROM meta WHERE key = 'instance'")
    static let tenantID = SQL("SELECT tenant_id FROM delivery WHERE id = ?")
    static let notice = SQL("SELECT subject, detail FROM notice WHERE id = ?")
    static let items = SQL(
        """
        \(AlertStatements.columns), delivery_alert.occasion, delivery_alert.severity, delivery_alert.stock
        FROM delivery_alert JOIN alert ON alert.id = delivery_alert.alert_id\(AlertStatements.joins)
        WHERE delivery_alert.delivery_id = ? ORDER BY delivery_alert.severity DESC, alert.id LIMIT ?
        """)
    static let itemCounts = SQL("SELECT severity, COUNT(*) FROM delivery_alert WHERE delivery_id = ? GROUP BY severity")
    static let locationCount = SQL(
        """
        SELECT COUNT(DISTINCT location_id) FROM delivery_alert JOIN alert ON alert.id = alert_id WHERE delivery_id = ?
        """)
    static let firstOfThread = SQL(
        """
        SELECT meta.value || '.' || first.id FROM delivery AS own
        JOIN delivery_alert ON delivery_alert.alert_id = ?1
        JOIN delivery AS first ON first.id = delivery_alert.delivery_id AND first.address_id = own.address_id
        JOIN meta ON meta.key = 'instance'
        WHERE own.id = ?2 AND first.id < own.id AND first.state = 'sent' ORDER BY first.id LIMIT 1
        """)
    static let sent = SQL(
        """
        UPDATE delivery SET state = 'sent', lease_until = NULL, attempts = attempts + 1, sent_at = ?1, reference = ?2,
            last_error = NULL, reason = NULL, follow_at = ?3, follow_until = ?4, delivered_at = NULL
        WHERE id = ?5 AND state = 'sending' AND lease = ?6
        """)
    /// In the words of the index `delivery_finished`.
    static let references = SQL(
        """
        SELECT reference FROM delivery WHERE state IN ('sent', 'dropped') AND created_at >= ?2 AND address_id = ?1
            AND reference IS NOT NULL AND id <> ?3
        """)
    static let requeue = SQL(
        "UPDATE delivery SET state = 'queued', lease_until = NULL, last_error = ? WHERE id = ? AND state = 'sending' AND lease = ?")
    static let retry = SQL(
        """
        UPDATE delivery SET state = 'queued', lease_until = NULL, attempts = attempts + 1, next_attempt_at = ?,
            first_failure_at = ?, last_error = ?
        WHERE id = ? AND state = 'sending' AND lease = ?
        """)
    static let die = SQL(
        """
        UPDATE delivery SET state = 'dead', lease_until = NULL, attempts = attempts + 1, reason = ?1, last_error = ?1
        WHERE id = ?2 AND state = 'sending' AND lease = ?3
        """)
    static let retryNow = SQL(
        """
        UPDATE delivery SET state = 'queued', next_attempt_at = ?, first_failure_at = NULL, reason = NULL WHERE id = ?
        """)
    static let drop = SQL("UPDATE delivery SET state = 'dropped', reason = ? WHERE id = ?")
}
