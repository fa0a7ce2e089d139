import GRDB

/// A step of the schema. Released steps never change; new ones are appended.
struct Migration: Sendable {
    let version: Int64
    /// Plain DDL. `{id}` stands for a primary key that the database numbers by itself, `{clustered}` for a table
    /// stored in the order of its primary key, where the engine has such tables.
    let statements: String

    static let all = [Migration(version: 1, statements: Schema1.statements)]

    /// The largest number that the sequence of movements and events has ever given out.
    static let lastSequenceNumber = """
        SELECT MAX(n) FROM (SELECT MAX(id) AS n FROM movement UNION ALL SELECT MAX(id) FROM event
        UNION ALL SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'event_floor') AS numbers
        """

    /// Brings `database` to the newest version, each step in a transaction of its own.
    static func apply(_ migrations: [Migration], to database: Database, at now: Int64) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS schema_version (
                    version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)
                """)
        let current = try Int64.fetchOne(database, sql: "SELECT MAX(version) FROM schema_version") ?? 0
        let newest = migrations.last?.version ?? 0
        guard current <= newest else {
            throw StoreError(
                .unavailable,
                """
                the database has schema version \(current), this stockd knows up to \(newest): install the stockd that \
                wrote it, or a newer one
                """)
        }
        for migration in migrations where migration.version > current {
            try database.inTransaction(.immediate) {
                try database.execute(
                    sql: migration.statements
                        .replacing("{id}", with: "INTEGER PRIMARY KEY AUTOINCREMENT")
                        .replacing("{clustered}", with: "WITHOUT ROWID"))
                try database.execute(
                    sql: "INSERT INTO schema_version (version, applied_at) VALUES (?, ?)",
                    arguments: [migration.version, now])
                return .commit
            }
        }
    }
}
