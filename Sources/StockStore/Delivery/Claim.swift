import StockDomain

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
    var addressID: Int64
    var tenantID: Int64
    var noticeID: Int64?
    var summaryDay: Int64?
    var firstFailure: Timestamp?
    /// Why nothing goes to its address any more; nil: something does.
    var refusal: String?
}

/// What was read so far of a claim: one notice or summary may go to hundreds of addresses.
private struct SharedContents {
    var notices: [Int64: Message.Notice] = [:]
    /// By tenant.
    var summaries: [Int64: [Day: Summary]] = [:]
}

extension StoreReader {
    /// When the next delivery of `channel` wants to be tried, not before a pause ends; nil where none waits.
    /// - Parameter closed: addresses that take nothing now.
    package func nextAttempt(_ channel: ChannelKind, except closed: Set<String> = []) throws -> Timestamp? {
        let wanted = try sql.first(
            ClaimStatements.nextAttempt, .text(channel.rawValue), .text(StoreReader.list(closed))) { $0.optionalInt(0) } ?? nil
        guard let wanted else { return nil }
        let pausedUntil = try sql.int(PauseStatements.retry, .text(channel.rawValue))
        return Timestamp(milliseconds: max(wanted, pausedUntil))
    }

    /// As `ClaimStatements.open` looks for them: addresses hold no line ends.
    fileprivate static func list(_ addresses: Set<String>) -> String {
        addresses.isEmpty ? "" : "\n\(addresses.sorted().joined(separator: "\n"))\n"
    }
}

extension StoreTransaction {
    /// A digest carries at most so many alerts; the rest are counted. More is no help to anybody, and a mail of
    /// megabytes is refused.
    private static let largestDigest = 200

    /// Leases what is due on `channel`. A lease that ended, or one or a time of trying that lies further ahead than any
    /// is ever set (the clock jumped back), counts as due. Nothing while the channel is paused. What is due at an address
    /// that has been switched off since it was queued is dropped.
    ///
    /// - Parameters:
    ///   - leased: also those whose lease has ended. Not while the caller is still sending: a clock that jumps ahead ends
    ///     the leases of what is under way, which would be told twice.
    ///   - closed: addresses that take nothing now.
    ///   - words: what a message will say, where each attempt must say the same; they are kept at the first. Free of
    ///     effects, as the engine may run the transaction again.
    package func claim(
        _ channel: ChannelKind, limit: Int, lease: Duration, leased takesLeased: Bool = true, except closed: Set<String> = [],
        words: (Message) -> String? = { _ in nil }, now: Timestamp
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
        let instance = try sql.first(ClaimStatements.instance) { $0.text(0) } ?? ""
        var found: [ClaimedDelivery] = []
        found.reserveCapacity(limit)
        /// Finds and leases by the same words, and so the same ones.
        func take(_ finding: SQL, _ leasing: SQL, _ time: Timestamp) throws {
            let known = found.count
            let wanted = [kind, .int(time.milliseconds), .int(limit - known), others, closed]
            try sql.execute(finding, wanted) { row in
                found.append(claimed(row, channel, instance: instance))
                return true
            }
            guard found.count > known else { return }
            guard try sql.execute(leasing, wanted + [until], row: { _ in true }) == found.count - known else {
                throw StoreError(.internal, "other deliveries were leased than were found")
            }
        }
        try take(ClaimStatements.due, ClaimStatements.leaseDue, now)
        if found.count < limit { try take(ClaimStatements.beyond, ClaimStatements.leaseBeyond, horizon) }
        // Also what was being sent when its address was switched off, and is to be tried again.
        for delivery in found {
            if let refusal = delivery.refusal { try drop(delivery.id, because: refusal, tenantID: delivery.tenantID, now: now) }
        }
        found.removeAll { $0.refusal != nil }
        var shared = SharedContents()
        for index in found.indices {
            try addContents(to: &found[index], &shared)
            // Each claim is one lease: what came of an earlier one may not have been heard.
            if found[index].lease > 1 { found[index].message.earlier = try earlier(than: found[index]) }
            if found[index].message.words == nil, let words = words(found[index].message) {
                try sql.run(ClaimStatements.keepWords, .text(words), .int(found[index].id))
                found[index].message.words = words
            }
        }
        return found
    }

    private func claimed(_ row: any SQLRow, _ channel: ChannelKind, instance: String) -> ClaimedDelivery {
        let id = row.int(0)
        var message = Message(
            deliveryID: id, idempotencyKey: "\(instance).\(id)", kind: Message.Kind(rawValue: row.text(5)) ?? .alert,
            tenant: row.text(6), createdAt: Timestamp(milliseconds: row.int(7)), items: [])
        message.words = row.optionalText(13)
        return ClaimedDelivery(
            id: id, lease: row.int(1) + 1, channel: channel, address: row.text(2), contact: row.text(3),
            attempts: Int(row.int(4)), message: message, addressID: row.int(8), tenantID: row.int(9),
            noticeID: row.optionalInt(10), summaryDay: row.optionalInt(12),
            firstFailure: row.optionalInt(11).map(Timestamp.init(milliseconds:)), refusal: row.optionalText(14))
    }

    private func earlier(than delivery: ClaimedDelivery) throws -> Message.Earlier {
        // What was queued before it may have been sent after it, for as long as sending is tried.
        let since = delivery.message.createdAt - RetryPolicy.giveUpAfter
        let others = try sql.all(
            ClaimStatements.references, .int(delivery.addressID), .int(since.milliseconds), .int(delivery.id)) { $0.text(0) }
        return Message.Earlier(othersReferences: Set(others))
    }

    private func addContents(to delivery: inout ClaimedDelivery, _ shared: inout SharedContents) throws {
        let id = delivery.id
        if let noticeID = delivery.noticeID {
            let notice =
                try shared.notices[noticeID]
                ?? sql.first(ClaimStatements.notice, .int(noticeID)) { row in
                    Message.Notice(subject: row.text(0), detail: row.text(1), resolved: false)
                }
            shared.notices[noticeID] = notice
            delivery.message.notice = notice
            delivery.message.notice?.resolved = delivery.message.kind == .resolved
            return
        }
        if let day = delivery.summaryDay.map(Day.init) {
            let summary = try shared.summaries[delivery.tenantID]?[day] ?? summary(of: day, tenantID: delivery.tenantID)
            shared.summaries[delivery.tenantID, default: [:]][day] = summary
            delivery.message.summary = summary
            return
        }
        if delivery.message.kind == .drill {
            delivery.message.items = [Drill.item(at: delivery.message.createdAt)]
            (delivery.message.bySeverity, delivery.message.locationCount) = ([.out: 1], 1)
            return
        }
        delivery.message.items = try sql.all(
            ClaimStatements.items, .int(id), .int(StoreTransaction.largestDigest)
        ) { row in
            var alert = alertRecord(row).alert
            // What it was when this was decided, whatever has become of it since.
            alert.severity = Severity(rawValue: Int(row.int(25))) ?? alert.severity
            alert.currentStock = Quantity(scaled: row.int(26))
            return Message.Item(occasion: Message.Occasion(rawValue: row.text(24)) ?? .opened, alert: alert)
        }
        for index in delivery.message.items.indices {
            delivery.message.items[index].alert.timeline = try timeline(ofAlert: delivery.message.items[index].alert.id)
        }
        delivery.message.bySeverity = Dictionary(
            try sql.all(ClaimStatements.itemCounts, .int(id)) { (Severity(rawValue: Int($0.int(0))) ?? .low, Int($0.int(1))) },
            uniquingKeysWith: +)
        delivery.message.locationCount = Int(try sql.int(ClaimStatements.locationCount, .int(id)))
        if delivery.message.total == 1, let alert = delivery.message.items.first?.alert.id {
            let first = try sql.first(ClaimStatements.firstOfThread, .int(alert), .int(id)) { $0.text(0) }
            delivery.message.threadKey = first
        }
    }
}

/// Where `state IN ('queued', 'sending')` stands beside a narrower condition, it is there to be found: these are the words
/// of the index `delivery_wanted`, which SQLite looks for literally.
private enum ClaimStatements {
    /// When a delivery wants somebody's attention: its next attempt, or the end of its lease.
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
            COALESCE(apart_at, delivery.created_at), address_id, delivery.tenant_id, notice_id, first_failure_at, summary_day,
            words, \(ContactStatements.refusal)
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
    static let keepWords = SQL("UPDATE delivery SET words = ? WHERE id = ?")
    static let instance = SQL("SELECT value FROM meta WHERE key = 'instance'")
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
    /// In the words of the index `delivery_finished`.
    static let references = SQL(
        """
        SELECT reference FROM delivery WHERE state IN ('sent', 'dropped') AND created_at >= ?2 AND address_id = ?1
            AND reference IS NOT NULL AND id <> ?3
        """)
}
