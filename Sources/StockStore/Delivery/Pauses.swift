import StockDomain

/// A channel that waits for somebody to mend its settings.
package struct PausedChannel: Hashable, Sendable {
    package var kind: ChannelKind
    package var reason: String
    package var pausedAt: Timestamp
    package var retryAt: Timestamp
}

extension StoreReader {
    package func pausedChannels() throws -> [PausedChannel] {
        try sql.all(PauseStatements.all) { row in
            PausedChannel(
                kind: ChannelKind(rawValue: row.text(0)) ?? .email, reason: row.text(1),
                pausedAt: Timestamp(milliseconds: row.int(2)), retryAt: Timestamp(milliseconds: row.int(3)))
        }
    }
}

extension StoreTransaction {
    /// Nothing more goes out by this channel until it is retried; one operational alert says so by the others.
    func pause(_ channel: ChannelKind, reason: String, tenantID: Int64, now: Timestamp) throws {
        try sql.run(
            PauseStatements.begin, .text(channel.rawValue), .text(reason), .int(now.milliseconds),
            .int((now + .hours(1)).milliseconds))
        try raiseNotice(
            "channel.\(channel.rawValue)", subject: "stockd cannot send by \(channel.rawValue)",
            detail: "The channel is paused, its messages wait: \(reason). Mend the configuration, then: systemctl reload stockd",
            about: channel, tenantID: tenantID, now: now)
        // The last address may have been taken away while it was being tried.
        try endNeedlessPauses(now: now)
    }

    /// Ends the pause of a channel that no address needs any more, and the operational alert about it: there is nothing to
    /// mend.
    func endNeedlessPauses(now: Timestamp) throws {
        for kind in try sql.all(PauseStatements.endNeedless, map: { $0.text(0) }) {
            try resolveNotice("channel.\(kind)", now: now)
        }
    }

    /// Ends the operational alert about a channel that works again. What was sent before the trouble began says nothing
    /// of that, nor does anything while the channel is paused.
    func noteWorking(_ channel: ChannelKind, sentAt: Timestamp, now: Timestamp) throws {
        guard !sql.untroubledChannels.contains(channel) else { return }
        let key = "channel.\(channel.rawValue)"
        guard let began = try sql.first(PauseStatements.trouble, .text(key), map: { Timestamp(milliseconds: $0.int(0)) }) else {
            sql.untroubledChannels.insert(channel)
            return
        }
        guard try sql.first(PauseStatements.retry, .text(channel.rawValue), map: { _ in true }) == nil else { return }
        // Trouble that is yet to begin is of a clock that jumped back.
        if began <= sentAt || began > now { try resolveNotice(key, now: now) }
    }

    /// Lets every paused channel try again: the configuration may have been mended.
    package func endPauses() throws {
        try sql.run(PauseStatements.endAll)
        commit.queuedDeliveries = true
    }
}

enum PauseStatements {
    static let all = SQL("SELECT kind, reason, paused_at, retry_at FROM channel ORDER BY kind")
    static let retry = SQL("SELECT retry_at FROM channel WHERE kind = ?")
    /// In the words of the index `notice_active`.
    static let trouble = SQL("SELECT opened_at FROM notice WHERE key = ? AND resolved_at IS NULL")
    static let end = SQL("DELETE FROM channel WHERE kind = ?")
    static let endAll = SQL("DELETE FROM channel")
    static let endNeedless = SQL(
        """
        DELETE FROM channel WHERE NOT EXISTS (SELECT 1 FROM address JOIN contact ON contact.id = contact_id
            WHERE address.kind = channel.kind AND \(ContactStatements.refusal) IS NULL)
        RETURNING kind
        """)
    static let begin = SQL(
        """
        INSERT INTO channel (kind, reason, paused_at, retry_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (kind) DO UPDATE SET reason = excluded.reason, retry_at = excluded.retry_at
        """)
}
