import StockDomain

/// An operational alert that stands: what stockd itself has trouble with, or knows that people must look after.
package struct NoticeRecord: Hashable, Sendable {
    package var id: Int64
    package var tenantID: Int64
    package var key: String
    package var subject: String
    package var detail: String
    /// What it is about, and so no way of telling of it; nil: all ways will do.
    package var about: ChannelKind?
    package var openedAt: Timestamp
    /// When the window ends that keeps it from being told; nil: it was told.
    package var dueAt: Timestamp?

    /// Whether `tellNoticesDue` has something to do: its window has ended, or ends later than any that begins now, as the
    /// clock jumped back.
    package func isDue(at now: Timestamp, suppress: Duration) -> Bool {
        guard let dueAt else { return false }
        return dueAt <= now || dueAt > now + suppress
    }
}

extension StoreReader {
    package func standingNotices() throws -> [NoticeRecord] {
        try sql.all(NoticeStatements.standing) { row in
            NoticeRecord(
                id: row.int(0), tenantID: row.int(1), key: row.text(2), subject: row.text(3), detail: row.text(4),
                about: row.optionalText(5).flatMap(ChannelKind.init), openedAt: Timestamp(milliseconds: row.int(6)),
                dueAt: row.optionalInt(7).map(Timestamp.init(milliseconds:)))
        }
    }
}

extension StoreTransaction {
    /// Raises an operational alert, once while it stands. Within the suppression window nobody is told again for the
    /// same `key`; if it still stands when the window ends, it is told then. Returns whether it was raised now.
    /// - Parameter concerns: whom it is told to now.
    @discardableResult
    package func raiseNotice(
        _ key: String, subject: String, detail: String, about channel: ChannelKind? = nil, tenantID: Int64,
        to concerns: (AddressPreferences) -> Bool = { _ in true }, now: Timestamp
    ) throws -> Bool {
        let last = try sql.first(NoticeStatements.last, .text(key)) { row in
            (
                id: row.int(0), toldAt: row.optionalInt(1).map(Timestamp.init(milliseconds:)), active: row.isNull(2),
                dueAt: row.optionalInt(3).map(Timestamp.init(milliseconds:))
            )
        }
        if let last, last.active {
            try sql.run(NoticeStatements.update, .text(detail), .int(last.id))
            return false
        }
        // Counted from the last one that anybody was told of, or trouble that comes and goes would never be told again.
        // Where that is in the future, before the clock jumped back, the window is moved to begin now.
        let latest = now + policy.suppress
        let windowEnd = last.flatMap { last -> Timestamp? in
            guard let toldAt = last.toldAt else { return nil }
            let end = toldAt <= now ? toldAt + policy.suppress : min(last.dueAt ?? latest, latest)
            return end > now ? end : nil
        }
        sql.untroubledChannels = []
        let id = try sql.insert(
            NoticeStatements.insert, .int(tenantID), .text(key), .text(subject), .text(detail), .text(channel?.rawValue),
            .int(now.milliseconds), .int(windowEnd?.milliseconds))
        try emit(Emission(kind: "notice.opened", tenantID: tenantID, note: subject), now: now)
        if windowEnd == nil {
            try tellNotice(id, about: channel, tenantID: tenantID, to: concerns, now: now)
        } else {
            commit.heldBack = true
        }
        return true
    }

    /// Tells what was held back by windows that have ended. One that ends later than any that begins now, as the clock
    /// jumped back, is moved to begin now.
    package func tellNoticesDue(now: Timestamp) throws {
        let latest = now + policy.suppress
        try sql.run(NoticeStatements.moveBack, .int(latest.milliseconds))
        for notice in try standingNotices() {
            guard let dueAt = notice.dueAt, dueAt <= now else { continue }
            try sql.run(NoticeStatements.told, .int(notice.id))
            try tellNotice(notice.id, about: notice.about, tenantID: notice.tenantID, now: now)
        }
    }

    private func tellNotice(
        _ id: Int64, about channel: ChannelKind?, tenantID: Int64, to concerns: (AddressPreferences) -> Bool = { _ in true },
        now: Timestamp
    ) throws {
        for address in try storedAddresses(tenantID: tenantID)
        where address.preferences.switchedOff == nil && address.kind != channel && concerns(address.preferences) {
            _ = try insertDelivery(
                addressID: address.id, channel: address.kind, kind: .operational, noticeID: id, tenantID: tenantID,
                ready: now, held: address.preferences.rest(letsOut: false, now: now), now: now)
        }
    }

    /// Ends the operational alert, if it stands, and tells those who were told of it. Returns whether it stood.
    @discardableResult
    package func resolveNotice(_ key: String, now: Timestamp) throws -> Bool {
        guard let notice = try endNotice(key, now: now) else { return false }
        // It may be another tenant's message that shows it is over; those who were told belong to the notice's.
        let tenantID = notice.tenantID
        let told = Set(try sql.all(NoticeStatements.listeners, .int(notice.id)) { $0.int(0) })
        for address in try storedAddresses(tenantID: tenantID)
        where told.contains(address.id) && address.preferences.switchedOff == nil && address.preferences.resolves {
            _ = try insertDelivery(
                addressID: address.id, channel: address.kind, kind: .resolved, noticeID: notice.id, tenantID: tenantID,
                ready: now, held: address.preferences.rest(letsOut: false, now: now), now: now)
        }
        return true
    }

    /// Ends a notice that nobody needs to hear the end of. Who has not heard of it yet, does not any more.
    func withdrawNotice(_ key: String, now: Timestamp) throws {
        guard let notice = try endNotice(key, now: now) else { return }
        for id in try sql.all(NoticeStatements.queued, .int(notice.id), map: { $0.int(0) }) {
            try drop(id, because: NotTold.overBeforeTold.name, tenantID: notice.tenantID, now: now)
        }
    }

    private func endNotice(_ key: String, now: Timestamp) throws -> (id: Int64, tenantID: Int64)? {
        guard
            let notice = try sql.first(
                NoticeStatements.end, .int(now.milliseconds), .text(key),
                map: { (id: $0.int(0), subject: $0.text(1), tenantID: $0.int(2)) })
        else { return nil }
        try emit(Emission(kind: "notice.resolved", tenantID: notice.tenantID, note: notice.subject), now: now)
        return (notice.id, notice.tenantID)
    }
}

private enum NoticeStatements {
    static let queued = SQL("SELECT id FROM delivery WHERE notice_id = ? AND state = 'queued'")
    static let standing = SQL(
        """
        SELECT id, tenant_id, key, subject, detail, about, opened_at, due_at FROM notice WHERE resolved_at IS NULL ORDER BY id
        """)
    /// Told of is not always when it began: the window may have held it back for a while.
    static let last = SQL(
        """
        SELECT id,
            (SELECT created_at FROM delivery JOIN notice AS told ON told.id = notice_id
             WHERE told.key = ?1 AND kind = 'operational' ORDER BY told.id DESC, created_at DESC LIMIT 1),
            resolved_at, due_at
        FROM notice WHERE key = ?1 ORDER BY id DESC LIMIT 1
        """)
    static let update = SQL("UPDATE notice SET detail = ? WHERE id = ?")
    static let insert = SQL(
        "INSERT INTO notice (tenant_id, key, subject, detail, about, opened_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
    static let moveBack = SQL("UPDATE notice SET due_at = ?1 WHERE resolved_at IS NULL AND due_at > ?1")
    static let told = SQL("UPDATE notice SET due_at = NULL WHERE id = ?")
    static let end = SQL(
        "UPDATE notice SET resolved_at = ? WHERE key = ? AND resolved_at IS NULL RETURNING id, subject, tenant_id")
    static let listeners = SQL(
        """
        SELECT address_id FROM delivery
        WHERE notice_id = ? AND kind = 'operational' AND \(AudienceStatements.tells)
        """)
}
