/// What is counted as it changes: numbers of rows that would take too long to count on every status. Kept per tenant in
/// the commits that change them, and so never off.
struct Tally: Hashable {
    var tenantID: Int64
    var name: String
}

extension StoreReader {
    /// Of one tenant, or of all.
    func tally(_ name: String, tenantID: Int64? = nil) throws -> Int {
        Int(try sql.int(TallyStatements.one, .text(name), .int(tenantID)))
            + unwritten.reduce(0) {
                $1.key.name == name && tenantID ?? $1.key.tenantID == $1.key.tenantID ? $0 + $1.value : $0
            }
    }

    /// All of them, summed over tenants; nil: over all.
    func tallies(of tenants: Set<Int64>? = nil) throws -> [String: Int] {
        var sums: [String: Int] = [:]
        func isMeant(_ tenantID: Int64) -> Bool { tenants?.contains(tenantID) ?? true }
        try sql.execute(TallyStatements.all, []) { row in
            if isMeant(row.int(2)) { sums[row.text(0), default: 0] += Int(row.int(1)) }
            return true
        }
        for (tally, n) in unwritten where isMeant(tally.tenantID) { sums[tally.name, default: 0] += n }
        return sums
    }

    /// Of this transaction, and of those of its commit that came before it.
    private var unwritten: [Tally: Int] { sql.unwrittenTallies.merging(counted, uniquingKeysWith: +) }
}

extension StoreTransaction {
    /// Remembers that there are `n` more.
    func count(_ name: String, by n: Int, tenantID: Int64) throws {
        guard n != 0 else { return }
        counted[Tally(tenantID: tenantID, name: name), default: 0] += n
    }

    /// To be called at the end of every transaction that is kept.
    func passOn() {
        for (tally, n) in counted { sql.unwrittenTallies[tally, default: 0] += n }
        counted = [:]
        if let newAuditHead {
            sql.audit.head = newAuditHead
            sql.audit.isAhead = true
        }
    }
}

extension SQLConnection {
    /// To be called at the end of every commit: once for all of its transactions, as hundreds of them change the same.
    func writeTallies() throws {
        for (tally, n) in unwrittenTallies where n != 0 {
            // Not by an upsert: its row, here a negative one, is held against the CHECK before the conflict is seen.
            if try run(TallyStatements.add, .int(n), .int(tally.tenantID), .text(tally.name)) > 0 { continue }
            try run(TallyStatements.start, .int(tally.tenantID), .text(tally.name), .int(n))
        }
        unwrittenTallies = [:]
    }
}

private enum TallyStatements {
    static let one = SQL("SELECT COALESCE(SUM(n), 0) FROM tally WHERE name = ?1 AND (?2 IS NULL OR tenant_id = ?2)")
    static let all = SQL("SELECT name, n, tenant_id FROM tally")
    static let add = SQL("UPDATE tally SET n = n + ? WHERE tenant_id = ? AND name = ?")
    static let start = SQL("INSERT INTO tally (tenant_id, name, n) VALUES (?, ?, ?)")
}
