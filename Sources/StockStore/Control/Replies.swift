import StockDomain

/// What the store knows of an idempotency key.
package enum RecordedReply: Hashable, Sendable {
    /// The reply that the same request got.
    case same(String)
    /// The key was used for another request, which got this reply.
    case conflict(String)
}

extension StoreTransaction {
    /// How long a key is remembered.
    package static let replyLifetime = Duration.hours(24)

    package func recordedReply(tenantID: Int64, method: String, key: String, paramsHash: String, now: Timestamp) throws -> RecordedReply? {
        try sql.first(
            ReplyStatements.find, .int(tenantID), .text(method), .text(key),
            .int((now - StoreTransaction.replyLifetime).milliseconds)
        ) { $0.text(0) == paramsHash ? .same($0.text(1)) : .conflict($0.text(1)) }
    }

    /// Remembers `reply`, a JSON text, for `replyLifetime`.
    package func recordReply(
        tenantID: Int64, method: String, key: String, paramsHash: String, reply: String, now: Timestamp
    ) throws {
        try sql.run(
            ReplyStatements.insert, .int(tenantID), .text(method), .text(key), .text(paramsHash), .text(reply),
            .int(now.milliseconds))
    }
}

private enum ReplyStatements {
    static let find = SQL(
        """
        SELECT params_hash, reply FROM recorded_reply WHERE tenant_id = ? AND method = ? AND key = ? AND at > ?
        """)
    static let insert = SQL(
        """
        INSERT INTO recorded_reply (tenant_id, method, key, params_hash, reply, at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (tenant_id, method, key) DO UPDATE SET params_hash = excluded.params_hash, reply = excluded.reply,
            at = excluded.at
        """)
}
