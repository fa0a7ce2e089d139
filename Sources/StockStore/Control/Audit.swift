import StockDomain

/// What somebody called, for the audit.
package struct AuditDraft: Hashable, Sendable {
    package var at: Timestamp
    /// By name; nil: none.
    package var tenant: String?
    package var uid: UInt32
    package var name: String
    package var role: String?
    package var method: String
    /// A JSON object, on one line and without secrets.
    package var params: String

    package init(
        at: Timestamp, tenant: String?, uid: UInt32, name: String, role: String?, method: String, params: String
    ) {
        self.at = at
        self.tenant = tenant
        self.uid = uid
        self.name = name
        self.role = role
        self.method = method
        self.params = params
    }
}

/// An entry of the audit.
package struct AuditRecord: Hashable, Sendable {
    package var id: Int64
    package var at: Timestamp
    package var tenant: String?
    package var uid: Int64
    package var name: String
    package var role: String?
    package var method: String
    package var params: String
    package var outcome: String
}

package struct AuditFilter: Hashable, Sendable {
    /// nil: all, and what is of none.
    package var tenantID: Int64?
    package var since: Timestamp?
    /// A method, or the noun of several.
    package var method: String?
    package var name: String?
    package var outcome: String?

    package init(
        tenantID: Int64?, since: Timestamp? = nil, method: String? = nil, name: String? = nil, outcome: String? = nil
    ) {
        self.tenantID = tenantID
        self.since = since
        self.method = method
        self.name = name
        self.outcome = outcome
    }
}

extension StoreTransaction {
    /// Appends an entry, to be called last in the transaction of what it tells: `outcome` is `done`, `denied` or an error's
    /// code.
    package func record(_ draft: AuditDraft, outcome: String) throws {
        let last = try newAuditHead ?? sql.audit.head ?? auditHead()
        let columns = AuditColumns(
            at: draft.at.milliseconds, tenantID: try draft.tenant.flatMap(auditedTenant), uid: Int64(draft.uid),
            name: draft.name, role: draft.role, method: draft.method, outcome: outcome, params: draft.params)
        let head = last.next(columns)
        try sql.run(
            AuditStatements.insert, .int(head.id), .int(columns.at), .int(columns.tenantID), .int(columns.uid),
            .text(columns.name), .text(columns.role), .text(columns.method), .text(columns.params), .text(columns.outcome),
            .text(head.hash))
        newAuditHead = head
    }

    private func auditedTenant(_ name: String) throws -> Int64? {
        do {
            return try tenantID(name)
        } catch let error as StoreError where error.code == .notFound {
            return nil
        }
    }

    /// Forgets the first entries that are older than `cutoff`, at most `limit`, and keeps where the rest begins. Returns
    /// whether there may be more. One that is dated in the future keeps none from it: the clock was ahead then.
    func forgetAudit(before cutoff: Timestamp, now: Timestamp, limit: Int) throws -> Bool {
        var anchor: AuditHead?
        var count = 0
        try sql.execute(AuditStatements.oldest, [.int(limit)]) { row in
            let at = row.int(1)
            guard at < cutoff.milliseconds || at > now.milliseconds else { return false }
            count += 1
            if at < cutoff.milliseconds { anchor = AuditHead(id: row.int(0), hash: row.text(2)) }
            return true
        }
        guard let anchor else { return false }
        try keepAuditAnchor(anchor)
        try sql.run(AuditStatements.forget, .int(anchor.id))
        return count == limit
    }
}

extension StoreReader {
    /// Entries before `cursor`, newest first, at most `limit`. The second value is where to go on from, also where nothing
    /// was found yet: of rare ones, a page must not look through all that is kept.
    package func auditEntries(
        _ filter: AuditFilter, before cursor: Int64?, limit: Int
    ) throws -> (entries: [AuditRecord], next: Int64?) {
        guard let newest = try sql.first(AuditStatements.newest, map: { $0.int(0) }) else { return ([], nil) }
        // A cursor is whatever somebody sent.
        let end = max(0, min(cursor ?? .max, newest + 1))
        let begin = end - StoreReader.auditHorizon
        let found = try sql.all(
            AuditStatements.list, .int(end), .int(begin), .int(limit), .int(filter.tenantID), .int(filter.since?.milliseconds),
            .text(filter.method), .text(filter.name), .text(filter.outcome), map: auditRecord)
        if found.count == limit { return (found, found.last?.id) }
        let first = try sql.first(AuditStatements.oldest, .int(1)) { $0.int(0) } ?? newest
        guard begin > first else { return (found, nil) }
        // So many in a row are older only where what comes before them is, too, whatever the clock did.
        if let since = filter.since,
            try sql.int(AuditStatements.youngest, .int(end), .int(begin)) < since.milliseconds { return (found, nil) }
        return (found, begin)
    }

    /// - Parameter tenantID: whose it must be; nil: anybody's, or nobody's.
    package func auditEntry(_ id: Int64, tenantID: Int64?) throws -> AuditRecord {
        guard let found = try sql.first(AuditStatements.one, .int(id), .int(tenantID), map: auditRecord) else {
            let elsewhere = tenantID == nil ? "" : " of this tenant: those of others, and of none, are found with all_tenants"
            throw StoreError.notFound("there is no entry \(id) in the audit\(elsewhere)")
        }
        return found
    }

    private func auditRecord(_ row: any SQLRow) -> AuditRecord {
        AuditRecord(
            id: row.int(0), at: Timestamp(milliseconds: row.int(1)), tenant: row.optionalText(2), uid: row.int(3),
            name: row.text(4), role: row.optionalText(5), method: row.text(6), params: row.text(7), outcome: row.text(8))
    }

    /// Entries that one page looks at.
    private static let auditHorizon: Int64 = 100_000
}

private enum AuditStatements {
    static let insert = SQL(
        """
        INSERT INTO audit (id, at, tenant_id, uid, name, role, method, params, outcome, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    static let oldest = SQL("SELECT id, at, hash FROM audit ORDER BY id LIMIT ?")
    static let forget = SQL("DELETE FROM audit WHERE id <= ?")
    static let newest = SQL("SELECT id FROM audit ORDER BY id DESC LIMIT 1")
    static let youngest = SQL("SELECT MAX(at) FROM audit WHERE id < ? AND id >= ?")
    private static let select = """
        SELECT audit.id, audit.at, tenant.name, uid, audit.name, role, method, params, outcome
        FROM audit LEFT JOIN tenant ON tenant.id = tenant_id
        """
    static let one = SQL("\(select) WHERE audit.id = ?1 AND (?2 IS NULL OR tenant_id = ?2)")
    static let list = SQL(
        """
        \(select) WHERE audit.id < ?1 AND audit.id >= ?2 AND (?4 IS NULL OR tenant_id = ?4) AND (?5 IS NULL OR audit.at >= ?5)
            AND (?6 IS NULL OR method = ?6 OR SUBSTR(method, 1, LENGTH(?6) + 1) = ?6 || '.')
            AND (?7 IS NULL OR audit.name = ?7) AND (?8 IS NULL OR outcome = ?8)
        ORDER BY audit.id DESC LIMIT ?3
        """)
}
