/// How a database of an older schema is brought up to date, for whoever waits for it.
package enum Upgrade: Hashable, Sendable {
    /// Between schema versions.
    case began(from: Int64, to: Int64)
    /// Something was done since the last sign: many times a second, but for pauses in which the disk is waited for.
    case goesOn
    case ended
}

/// A step of the schema. Released steps never change; new ones are appended.
struct Migration: Sendable {
    let version: Int64
    /// Plain DDL. `{id}` stands for a primary key that the database numbers by itself, `{key}` for one that we number,
    /// `{clustered}` for a table stored in the order of its primary key, where the engine has such tables. References
    /// between tables are not looked at while a step runs: one may rebuild a table that others refer to.
    let statements: String

    static let all = [
        Migration(version: 1, statements: Schema1.statements), Migration(version: 2, statements: Schema2.statements),
        Migration(version: 3, statements: Schema3.statements), Migration(version: 4, statements: Schema4.statements),
        Migration(version: 5, statements: Schema5.statements), Migration(version: 6, statements: Schema6.statements),
    ]

    /// The largest number that the sequence of movements, holds and events has ever given out.
    static let lastSequenceNumber = SQL(
        """
        SELECT MAX(n) FROM (SELECT MAX(id) AS n FROM movement UNION ALL SELECT MAX(id) FROM event
        UNION ALL SELECT MAX(id) FROM hold
        UNION ALL SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'event_floor') AS numbers
        """)

    /// Brings `database` to the newest version, each step in a transaction of its own: what fails leaves the database as
    /// the step before left it. A new database is made, not upgraded, and nothing is told of it.
    static func apply(
        _ migrations: [Migration], to database: SQLiteConnection, at now: Int64, telling tell: @escaping (Upgrade) -> Void = { _ in }
    ) throws {
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
        let isUpgrade = current > 0 && current < newest
        if isUpgrade { tell(.began(from: current, to: newest)) }
        try database.tellingProgress({ if isUpgrade { tell(.goesOn) } }) {
            for migration in migrations where migration.version > current {
                do {
                    try migration.apply(to: database, at: now)
                } catch let error as StoreError {
                    throw migration.failure(error, database)
                }
            }
        }
        if isUpgrade { tell(.ended) }
    }

    /// Throws from within the transaction, which then ends with the connection.
    private func apply(to database: SQLiteConnection, at now: Int64) throws {
        try database.script("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE")
        try database.script(
            statements
                .replacing("{id}", with: "INTEGER PRIMARY KEY AUTOINCREMENT")
                .replacing("{key}", with: "INTEGER PRIMARY KEY")
                .replacing("{clustered}", with: "WITHOUT ROWID"))
        if let broken = try database.brokenReferences() {
            throw StoreError(.unavailable, "\(broken): restore a backup that has them, or ask for help with this file")
        }
        try database.run(Migration.recordVersion, .int(version), .int(now))
        try database.script("COMMIT; PRAGMA foreign_keys = ON")
    }

    private func failure(_ cause: StoreError, _ database: SQLiteConnection) -> StoreError {
        var failure = cause
        failure.description =
            if database.foundDiskFull {
                """
                the database could not be brought to schema version \(version), because its disk is full, and is as it was: \
                free \(Migration.spaceNeeded) times what it takes now, for as long as this lasts, or run the stockd that wrote it
                """
            } else {
                "the database could not be brought to schema version \(version), and is as it was: \(cause.description)"
            }
        return failure
    }

    /// Measured on a ledger of five million movements: tables that are rebuilt stand twice in the file and once in its log.
    private static let spaceNeeded = 2

    private static let currentVersion = SQL("SELECT COALESCE(MAX(version), 0) FROM schema_version")
    private static let recordVersion = SQL("INSERT INTO schema_version (version, applied_at) VALUES (?, ?)")
}
