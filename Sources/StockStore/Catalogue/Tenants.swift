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
        try sql.run(Statements.settleNothing, .text(StoreReader.settledDefaults), .text(policy.defaults.description))
        // The lock file promises that nobody else is sending: leases are of a process that is gone.
        try takeBackLeases(now: now)
        try sql.run(Statements.endPauses)
        try sql.run(Statements.endRuns)
    }

    /// Throws where there is one of that name already.
    package func createTenant(_ name: String, timeZone: String, now: Timestamp) throws -> TenantRecord {
        guard Text.isPlainName(name) else { throw StoreError.invalid("name", "name must be \(Text.plainNameRule)") }
        try checkTimeZone(timeZone)
        guard try sql.run(Statements.insertTenant, .text(name), .text(timeZone), .int(now.milliseconds)) > 0 else {
            throw StoreError.conflict("exists", "a tenant named \"\(name)\" exists already")
        }
        return try tenant(name)
    }

    /// nil: it stays as it is. Quiet hours follow.
    package func updateTenant(_ name: String, timeZone: String?, now: Timestamp) throws -> TenantRecord {
        let old = try tenant(name)
        guard let timeZone else { return old }
        try checkTimeZone(timeZone)
        try changing({ try storedAddresses(tenantID: old.id) }, tenantID: old.id, now: now) {
            try sql.run(Statements.setTimeZone, .text(timeZone), .int(old.id))
        }
        return try tenant(name)
    }

    private enum Statements {
        static let setTimeZone = SQL("UPDATE tenant SET time_zone = ? WHERE id = ?")
        static let insertTenant = SQL(
            "INSERT INTO tenant (name, time_zone, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING")
        static let insertInstance = SQL("INSERT INTO meta (key, value) VALUES ('instance', ?) ON CONFLICT (key) DO NOTHING")
        /// Levels that are yet to come will go by the configuration as it is.
        static let settleNothing = SQL(
            """
            INSERT INTO meta (key, value) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM level) ON CONFLICT (key) DO NOTHING
            """)
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

    /// Tenants never change their name, and are never removed: each connection looks for them once.
    package func tenantID(_ name: String) throws -> Int64 {
        if let known = sql.tenantIDs[name] { return known }
        let found = try tenant(name).id
        sql.tenantIDs[name] = found
        return found
    }

    package func tenants() throws -> [TenantRecord] { try sql.all(TenantStatements.all, map: tenantRecord) }

    private func tenantRecord(_ row: any SQLRow) -> TenantRecord {
        TenantRecord(id: row.int(0), name: row.text(1), timeZone: row.text(2))
    }
}

private enum TenantStatements {
    static let byName = SQL("SELECT id, name, time_zone FROM tenant WHERE name = ?")
    static let all = SQL("SELECT id, name, time_zone FROM tenant ORDER BY name")
}
