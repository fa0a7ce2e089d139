import Foundation
import StockDomain

package struct TenantRecord: Hashable, Sendable {
    package var id: Int64
    package var name: String
    package var timeZone: String
}

extension StoreTransaction {
    /// What every database has: the tenant `default`; and what a start finds left over by whatever ended the last run.
    func prepare(now: Timestamp) throws {
        try sql.run(Statements.insertTenant, .text("default"), .text("UTC"), .int(now.milliseconds))
        try sql.run(Statements.insertInstance, .text(UUID().uuidString.lowercased()))
        // The lock file promises that nobody else is sending: leases are of a process that is gone.
        try sql.run(Statements.endLeases)
        try sql.run(Statements.endPauses)
        try sql.run(Statements.endRuns)
    }

    private enum Statements {
        static let insertTenant = SQL(
            "INSERT INTO tenant (name, time_zone, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING")
        static let insertInstance = SQL("INSERT INTO meta (key, value) VALUES ('instance', ?) ON CONFLICT (key) DO NOTHING")
        static let endLeases = SQL("UPDATE delivery SET state = 'queued', lease_until = NULL WHERE state = 'sending'")
        static let endPauses = SQL("DELETE FROM channel")
        static let endRuns = SQL("UPDATE source SET state = 'idle' WHERE state IN ('running', 'waiting')")
    }
}

extension StoreReader {
    package func tenant(_ name: String) throws -> TenantRecord {
        guard let found = try sql.first(TenantStatements.byName, .text(name), map: tenantRecord) else {
            throw StoreError.notFound("no tenant is named \"\(name)\"")
        }
        return found
    }

    package func tenants() throws -> [TenantRecord] { try sql.all(TenantStatements.all, map: tenantRecord) }

    private func tenantRecord(_ row: any SQLRow) -> TenantRecord {
        TenantRecord(id: row.int(0), name: row.text(1), timeZone: row.text(2))
    }

    /// Reads a counter kept by `StoreTransaction.count`.
    func tally(_ name: String) throws -> Int {
        Int(try sql.int(TenantStatements.tally, .text(name)))
    }
}

extension StoreTransaction {
    /// Keeps the number of rows of a table too large to count on every status.
    func count(_ name: String, by n: Int, tenantID: Int64) throws {
        guard n != 0 else { return }
        // Not by an upsert: its row, here a negative one, is held against the CHECK before the conflict is seen.
        if try sql.run(TenantStatements.addToTally, .int(n), .int(tenantID), .text(name)) > 0 { return }
        try sql.run(TenantStatements.startTally, .int(tenantID), .text(name), .int(n))
    }
}

private enum TenantStatements {
    static let byName = SQL("SELECT id, name, time_zone FROM tenant WHERE name = ?")
    static let all = SQL("SELECT id, name, time_zone FROM tenant ORDER BY name")
    static let tally = SQL("SELECT COALESCE(SUM(n), 0) FROM tally WHERE name = ?")
    static let addToTally = SQL("UPDATE tally SET n = n + ? WHERE tenant_id = ? AND name = ?")
    static let startTally = SQL("INSERT INTO tally (tenant_id, name, n) VALUES (?, ?, ?)")
}
