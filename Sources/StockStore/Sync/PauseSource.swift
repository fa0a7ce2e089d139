import StockDomain

extension StoreTransaction {
    /// Leaves a source alone until then, or until somebody resumes it. A run that is under way goes on to its end. What
    /// was said of its silence is over; counts that were stale by then stay so until it delivers again.
    package func pauseSource(
        _ name: String, until: Timestamp?, by: String, comment: String?, tenantID: Int64, now: Timestamp
    ) throws -> SourceRecord {
        let source = try source(name, tenantID: tenantID)
        if let until, until <= now { throw StoreError.invalid("until", "until must be in the future") }
        if let comment { try checked(comment, field: "comment", limit: Text.noteLimit) }
        let since = source.pause(at: now)?.since ?? now
        try sql.run(
            SourcePauseStatements.pause, .int(since.milliseconds), .int(until?.milliseconds), .text(by), .text(comment),
            .int(source.id))
        try resolveNotice("stale.\(name)", now: now)
        try emit(
            Emission(
                kind: "sync.paused", tenantID: source.tenantID, sourceID: source.id, note: comment,
                state: SourceRecord.State.paused.rawValue), now: now)
        return try self.source(name, tenantID: tenantID)
    }

    /// Ends a pause before its time. The source has as long as after a success until it counts as silent.
    package func resumeSource(_ name: String, tenantID: Int64, now: Timestamp) throws -> SourceRecord {
        let source = try source(name, tenantID: tenantID)
        guard source.pause(at: now) != nil else {
            throw StoreError.conflict("not_paused", "\(name) is not paused")
        }
        // Kept with its end, from which its time to deliver is counted.
        try sql.run(SourcePauseStatements.end, .int(now.milliseconds), .int(source.id))
        try emit(Emission(kind: "sync.resumed", tenantID: source.tenantID, sourceID: source.id), now: now)
        return try self.source(name, tenantID: tenantID)
    }

    private func source(_ name: String, tenantID: Int64) throws -> SourceRecord {
        guard let found = try sources(tenantID: tenantID, name: name).first else {
            throw StoreError.notFound("no source is named \"\(name)\"")
        }
        return found
    }
}

private enum SourcePauseStatements {
    static let pause = SQL(
        "UPDATE source SET paused_at = ?, paused_until = ?, paused_by = ?, pause_comment = ? WHERE id = ?")
    static let end = SQL("UPDATE source SET paused_at = ?1, paused_until = ?1 WHERE id = ?2")
}
