/// A step of the schema. Released steps never change; new ones are appended.
struct Migration: Sendable {
    let version: Int64
    /// Plain DDL. `{id}` stands for a primary key that the database numbers by itself, `{key}` for one that we number,
    /// `{clustered}` for a table stored in the order of its primary key, where the engine has such tables. References
    /// between tables are not looked at while a step runs: one may rebuild a table that others refer to.
    let statements: String

    static let all = [
        Migration(version: 1, statements: Schema1.statements), Migration(version: 2, statements: Schema2.statements),
        Migration(version: 3, statements: Schema3.statements),
    ]

    /// The largest number that the sequence of movements, holds and events has ever given out.
    static let lastSequenceNumber = SQL(
        """
        SELECT MAX(n) FROM (SELECT MAX(id) AS n FROM movement UNION ALL SELECT MAX(id) FROM event
        UNION ALL SELECT MAX(id) FROM hold
        UNION ALL SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'event_floor') AS numbers
        """)

    /// Brings `database` to the newest version, each step in a transaction of its own.
    static func apply(_ migrations: [Migration], to database: SQLiteConnection, at now: Int64) throws {
        try database.script(
            "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)")
        let current = try database.int(currentVersion)
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
            // What fails halfway ends the start; the transaction ends with the connection.
            try database.script("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE")
            try database.script(
                migration.statements
                    .replacing("{id}", with: "INTEGER PRIMARY KEY AUTOINCREMENT")
                    .replacing("{key}", with: "INTEGER PRIMARY KEY")
                    .replacing("{clustered}", with: "WITHOUT ROWID"))
            try database.run(recordVersion, .int(migration.version), .int(now))
            try database.script("COMMIT; PRAGMA foreign_keys = ON")
        }
    }

    private static let currentVersion = SQL("SELECT COALESCE(MAX(version), 0) FROM schema_version")
    private static let recordVersion = SQL("INSERT INTO schema_version (version, applied_at) VALUES (?, ?)")
}
