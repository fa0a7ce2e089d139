import StockDomain

extension StoreTransaction {
    /// Records what an attempt came to. Returns the state it leaves the delivery in; nil, and nothing is changed, where
    /// that lease has ended meanwhile: the delivery was leased anew, or is no longer being sent.
    /// - Parameter took: the attempt.
    @discardableResult
    package func complete(
        _ delivery: ClaimedDelivery, _ verdict: Verdict, took: Duration = .zero, now: Timestamp,
        using random: inout some RandomNumberGenerator
    ) throws -> DeliveryRecord.State? {
        let state = try conclude(delivery, verdict, now: now, using: &random)
        if state != nil { try noteAttempt(at: delivery, verdict, took: took, now: now) }
        return state
    }

    private func conclude(
        _ delivery: ClaimedDelivery, _ verdict: Verdict, now: Timestamp, using random: inout some RandomNumberGenerator
    ) throws -> DeliveryRecord.State? {
        let id = SQLValue.int(delivery.id), lease = SQLValue.int(delivery.lease)
        switch verdict {
        case .sent(let reference):
            guard try sent(delivery, reference: reference, followFrom: nil, now: now) else { return nil }
            try noteWorking(delivery.channel, sentAt: now, now: now)
            return .sent
        case .accepted(let reference):
            // Whether the channel works shows when it arrives.
            let look = FollowPolicy.nextLook(sentAt: now, now: now)
            return try sent(delivery, reference: reference, followFrom: look, now: now) ? .sent : nil
        case .dead(let reason, let disablesAddress):
            guard try die(delivery, reason, now: now) else { return nil }
            if disablesAddress { try disableAddress(delivery.addressID, reason: reason, tenantID: delivery.tenantID, now: now) }
            return .dead
        case .misconfigured(let reason):
            guard try sql.run(CompleteStatements.requeue, .text(reason), id, lease) > 0 else { return nil }
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
                CompleteStatements.retry, .int(at.milliseconds), .int(firstFailure.milliseconds), .text(reason), id, lease)
            return kept > 0 ? .queued : nil
        }
    }

    /// Returns whether its lease still held.
    private func sent(
        _ delivery: ClaimedDelivery, reference: String?, followFrom look: Timestamp?, now: Timestamp
    ) throws -> Bool {
        let id = SQLValue.int(delivery.id), lease = SQLValue.int(delivery.lease)
        // At its first lease there is nothing to clear, and what is set costs: a look into each index that knows of it.
        let wasLeased =
            if delivery.lease == 1, look == nil {
                try sql.run(CompleteStatements.sentAtOnce, .int(now.milliseconds), .text(reference), id, lease) > 0
            } else {
                try sql.run(
                    CompleteStatements.sent, .int(now.milliseconds), .text(reference), .int(look?.milliseconds), id, lease) > 0
            }
        guard wasLeased else { return false }
        try count("deliveries_queued", by: -1, tenantID: delivery.tenantID)
        try emit(
            Emission(
                kind: "delivery.sent", tenantID: delivery.tenantID, deliveryID: delivery.id, note: delivery.channel.rawValue),
            now: now)
        return true
    }

    /// Returns whether its lease still held.
    private func die(_ delivery: ClaimedDelivery, _ reason: String, now: Timestamp) throws -> Bool {
        guard try sql.run(CompleteStatements.die, .text(reason), .int(delivery.id), .int(delivery.lease)) > 0 else { return false }
        try count("deliveries_queued", by: -1, tenantID: delivery.tenantID)
        try count("deliveries_dead", by: 1, tenantID: delivery.tenantID)
        try noteUntold(delivery.id, now: now)
        try emit(
            Emission(kind: "delivery.failed", tenantID: delivery.tenantID, deliveryID: delivery.id, note: reason), now: now)
        return true
    }

    /// Takes back what a process was sending that is gone. Whether it arrived, nobody knows; if it did, it was by now.
    func takeBackLeases(now: Timestamp) throws {
        let leased = try sql.all(CompleteStatements.leased) { (id: $0.int(0), channel: ChannelKind(rawValue: $0.text(1))) }
        for (id, channel) in leased {
            try noteCutOff(id, now: now)
            let doubt = channel?.doubt ?? .zero
            try sql.run(CompleteStatements.takeBack, .int(doubt > .zero ? (now + doubt).milliseconds : nil), .int(id))
        }
    }
}

private enum CompleteStatements {
    private static let own = "AND state = 'sending' AND lease ="
    static let sent = SQL(
        """
        UPDATE delivery SET state = 'sent', lease_until = NULL, attempts = attempts + 1, sent_at = ?1, reference = ?2,
            last_error = NULL, reason = NULL, follow_at = ?3, delivered_at = NULL
        WHERE id = ?4 \(own) ?5
        """)
    static let sentAtOnce = SQL(
        """
        UPDATE delivery SET state = 'sent', lease_until = NULL, attempts = attempts + 1, sent_at = ?, reference = ?
        WHERE id = ? \(own) ?
        """)
    static let requeue = SQL(
        "UPDATE delivery SET state = 'queued', lease_until = NULL, last_error = ? WHERE id = ? \(own) ?")
    static let retry = SQL(
        """
        UPDATE delivery SET state = 'queued', lease_until = NULL, attempts = attempts + 1, next_attempt_at = ?,
            first_failure_at = ?, last_error = ?
        WHERE id = ? \(own) ?
        """)
    static let die = SQL(
        """
        UPDATE delivery SET state = 'dead', lease_until = NULL, attempts = attempts + 1, reason = ?1, last_error = ?1
        WHERE id = ?2 \(own) ?3
        """)
    static let leased = SQL("SELECT id, channel FROM delivery WHERE state IN ('queued', 'sending') AND state = 'sending'")
    static let takeBack = SQL(
        """
        UPDATE delivery SET state = 'queued', lease_until = NULL, next_attempt_at = COALESCE(?, next_attempt_at) WHERE id = ?
        """)
}
