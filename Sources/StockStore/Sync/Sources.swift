import StockDomain

package struct SourceRecord: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable { case idle, running, waiting, failed, paused }

    package var id: Int64
    package var name: String
    package var tenantID: Int64
    package var tenant: String
    package var kind: String
    package var state: State
    /// What the source said it was doing last: `catalogue`, `counts` …
    package var phase: String?
    package var addedAt: Timestamp
    package var startedAt: Timestamp?
    package var lastSuccessAt: Timestamp?
    package var error: String?
    package var misconfigured: Bool
    /// Of the current run, or the last.
    package var pages: Int
    package var countsApplied: Int
    package var salesApplied: Int
    /// All that were skipped; `skipped` lists at most so many as a reply can carry.
    package var skippedCount: Int
    package var skipped: [SkippedObject]
    /// The last one; it may be over.
    package var pause: SourcePause?

    /// The one that holds now.
    package func pause(at now: Timestamp) -> SourcePause? { pause.flatMap { $0.holds(at: now) ? $0 : nil } }

    /// Whether it has been silent for too long.
    package func isStale(interval: Duration, now: Timestamp) -> Bool {
        Staleness.isStale(lastSuccess: lastSuccessAt, since: addedAt, pause: pause, interval: interval, now: now)
    }
}

extension StoreReader {
    package func sources(tenantID: Int64? = nil, name: String? = nil) throws -> [SourceRecord] {
        try sql.all(SourceStatements.all, .int(tenantID), .text(name)) { row in
            SourceRecord(
                id: row.int(0), name: row.text(1), tenantID: row.int(2), tenant: row.text(3), kind: row.text(4),
                state: SourceRecord.State(rawValue: row.text(5)) ?? .idle, phase: row.optionalText(6),
                addedAt: Timestamp(milliseconds: row.int(7)),
                startedAt: row.instant(8),
                lastSuccessAt: row.instant(9), error: row.optionalText(10),
                misconfigured: row.bool(11), pages: Int(row.int(12)), countsApplied: Int(row.int(13)),
                salesApplied: Int(row.int(14)), skippedCount: Int(row.int(15)), skipped: [], pause: sourcePause(row))
        }.map { source in
            var source = source
            source.skipped = try sql.all(SourceStatements.skipped, .int(source.id)) {
                SkippedObject(object: $0.text(0), reason: $0.text(1))
            }
            return source
        }
    }

    private func sourcePause(_ row: any SQLRow) -> SourcePause? {
        row.optionalInt(16).map { since in
            SourcePause(
                since: Timestamp(milliseconds: since), until: row.instant(17),
                by: row.text(18), comment: row.optionalText(19))
        }
    }

    package func locationCount(sourceID: Int64) throws -> Int { Int(try sql.int(SourceStatements.locationCount, .int(sourceID))) }

    package func resume(sourceID: Int64) throws -> String? {
        try sql.first(SourceStatements.resume, .int(sourceID)) { $0.optionalText(0) } ?? nil
    }

    /// Those of `keys` whose level nobody has ever counted, or that are not known at all.
    package func uncounted(_ keys: [SourceLevelKey], sourceID: Int64) throws -> Set<SourceLevelKey> {
        var found: Set<SourceLevelKey> = []
        for key in keys {
            let counted = try sql.first(
                SourceStatements.countedAt, .int(sourceID), .text(key.productID), .text(key.locationID), map: { !$0.isNull(0) })
            if counted != true { found.insert(key) }
        }
        return found
    }

    package func conversions(from productIDs: [String], sourceID: Int64) throws -> [String: StockConversion] {
        var found: [String: StockConversion] = [:]
        for id in productIDs {
            try sql.execute(SourceStatements.conversions, [.int(sourceID), .text(id)]) { row in
                found[row.text(0)] = StockConversion(
                    stockedID: id, stocked: Quantity(scaled: row.int(1)), sold: Quantity(scaled: row.int(2)))
                return true
            }
        }
        return found
    }
}

extension StoreTransaction {
    /// Makes a configured source known. Throws where its tenant is not.
    package func registerSource(_ name: String, kind: String, tenant: String, now: Timestamp) throws -> Int64 {
        let owner = try self.tenant(tenant)
        guard
            let id = try sql.first(
                SourceStatements.register, .text(name), .int(owner.id), .text(kind), .int(now.milliseconds), map: { $0.int(0) })
        else { throw StoreError(.internal, "registering a source gave no id") }
        return id
    }

    package func beginRun(sourceID: Int64, tenantID: Int64, now: Timestamp) throws {
        try sql.run(SourceStatements.begin, .int(now.milliseconds), .int(sourceID))
        try sql.run(SourceStatements.clearSkipped, .int(sourceID))
        try emit(Emission(kind: "sync.started", tenantID: tenantID, sourceID: sourceID), now: now)
    }

    /// The run reached the present. Its locations' counts are fresh again; returns whether any had been stale.
    package func finishRun(_ source: SourceRecord, now: Timestamp) throws -> Bool {
        try sql.run(SourceStatements.succeed, .int(now.milliseconds), .int(source.id))
        let wereStale = try endSilence(source, now: now)
        try emit(
            Emission(
                kind: "sync.finished", tenantID: source.tenantID, sourceID: source.id, numbers: try runNumbers(source.id)),
            now: now)
        return wereStale
    }

    /// The source is well and has nothing new: what its last run brought is still shown. Returns whether any of its
    /// locations had been stale.
    package func noteIdle(_ source: SourceRecord, now: Timestamp) throws -> Bool {
        try sql.run(SourceStatements.succeed, .int(now.milliseconds), .int(source.id))
        return try endSilence(source, now: now)
    }

    /// Pages, counts and sales of the run that ends.
    private func runNumbers(_ id: Int64) throws -> [Int64]? {
        try sql.first(SourceStatements.numbers, .int(id)) { row in (0..<3).map { row.int($0) } }
    }

    /// Its locations' counts are taken as they are again, and what was said about it is over. Returns whether any
    /// location had been stale.
    @discardableResult
    package func endSilence(_ source: SourceRecord, now: Timestamp) throws -> Bool {
        try resolveNotice("source.\(source.name)", now: now)
        try resolveNotice("stale.\(source.name)", now: now)
        return try sql.run(SourceStatements.freshen, .int(source.id)) > 0
    }

    /// The run ended early. `misconfigured` raises an operational alert: nobody but the operator can mend it.
    package func failRun(_ source: SourceRecord, error: String, misconfigured: Bool, willRetry: Bool, now: Timestamp) throws {
        try sql.run(
            SourceStatements.fail, .text(willRetry ? "waiting" : "failed"), .text(error), .int(misconfigured),
            .int(now.milliseconds), .int(source.id))
        try emit(
            Emission(
                kind: "sync.failed", tenantID: source.tenantID, sourceID: source.id, note: error,
                state: (willRetry ? SourceRecord.State.waiting : .failed).rawValue, numbers: try runNumbers(source.id)),
            now: now)
        if misconfigured {
            try raiseNotice(
                "source.\(source.name)", subject: "stockd cannot read from \(source.name)",
                detail: "\(error). Mend the configuration, then: systemctl reload stockd", tenantID: source.tenantID,
                now: now)
        }
    }

    /// The source has been silent for too long: nothing new is concluded from its counts. One operational alert says so.
    /// Returns whether that is new.
    package func markStale(_ source: SourceRecord, now: Timestamp) throws -> Bool {
        try sql.run(SourceStatements.stale, .int(now.milliseconds), .int(source.id))
        let since = source.lastSuccessAt.map { "since \($0.spoken)" } ?? "yet"
        return try raiseNotice(
            "stale.\(source.name)", subject: "No counts from \(source.name)",
            detail: """
                \(source.name) has delivered nothing \(since); its locations' counts are stale, and no new alert is \
                opened from them. See: stockctl sync status
                """, tenantID: source.tenantID, now: now)
    }
}

enum SourceStatements {
    static let all = SQL(
        """
        SELECT source.id, source.name, tenant_id, tenant.name, kind, state, phase, added_at, started_at,
            last_success_at, error, misconfigured, pages, counts_applied, sales_applied, skipped, paused_at, paused_until,
            paused_by, pause_comment
        FROM source JOIN tenant ON tenant.id = tenant_id
        WHERE (?1 IS NULL OR tenant_id = ?1) AND (?2 IS NULL OR source.name = ?2) ORDER BY source.name
        """)
    static let skipped = SQL("SELECT object, reason FROM skipped_object WHERE source_id = ? ORDER BY at, object LIMIT 1000")
    static let locationCount = SQL("SELECT COUNT(*) FROM location_ref WHERE source_id = ?")
    static let resume = SQL("SELECT resume FROM source WHERE id = ?")
    static let countedAt = SQL(
        """
        SELECT counted_at FROM product_ref JOIN location_ref ON location_ref.source_id = product_ref.source_id
        JOIN level ON level.product_id = product_ref.product_id AND level.location_id = location_ref.location_id
        WHERE product_ref.source_id = ?1 AND product_ref.external_id = ?2 AND location_ref.external_id = ?3
        """)
    static let conversions = SQL(
        """
        SELECT stock_conversion.external_id, stocked, sold FROM stock_conversion
        JOIN product_ref ON product_ref.source_id = stock_conversion.source_id
            AND product_ref.external_id = stock_conversion.external_id
        JOIN product ON product.id = product_id
        WHERE stock_conversion.source_id = ? AND stocked_id = ? AND retired_at IS NULL
        """)
    static let register = SQL(
        """
        INSERT INTO source (name, tenant_id, kind, added_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET tenant_id = excluded.tenant_id, kind = excluded.kind RETURNING id
        """)
    static let begin = SQL(
        """
        UPDATE source SET state = 'running', phase = NULL, started_at = ?, pages = 0, counts_applied = 0,
            sales_applied = 0, skipped = 0
        WHERE id = ?
        """)
    static let clearSkipped = SQL("DELETE FROM skipped_object WHERE source_id = ?")
    static let succeed = SQL(
        """
        UPDATE source SET state = 'idle', phase = NULL, last_success_at = ?, error = NULL, misconfigured = 0 WHERE id = ?
        """)
    static let numbers = SQL("SELECT pages, counts_applied, sales_applied FROM source WHERE id = ?")
    static let fail = SQL("UPDATE source SET state = ?, error = ?, misconfigured = ?, failed_at = ? WHERE id = ?")
    static let freshen = SQL(
        """
        UPDATE location SET stale_since = NULL WHERE stale_since IS NOT NULL
            AND id IN (SELECT location_id FROM location_ref WHERE source_id = ?)
        """)
    static let stale = SQL(
        """
        UPDATE location SET stale_since = ?1 WHERE stale_since IS NULL
            AND id IN (SELECT location_id FROM location_ref WHERE source_id = ?2)
        """)
    static let insertSkipped = SQL(
        """
        INSERT INTO skipped_object (source_id, object, reason, at) VALUES (?, ?, ?, ?)
        ON CONFLICT (source_id, object) DO UPDATE SET reason = excluded.reason, at = excluded.at
        """)
    static let progress = SQL(
        """
        UPDATE source SET resume = COALESCE(?, resume), phase = ?, pages = pages + ?, counts_applied = counts_applied + ?,
            sales_applied = sales_applied + ?, skipped = skipped + ?
        WHERE id = ?
        """)
}
