import StockDomain

package struct StoreCounts: Hashable, Sendable {
    package var tenants = 0
    package var locations = 0
    package var products = 0
    package var levels = 0
    package var alertsOpen = 0
    package var deliveriesQueued = 0
    package var deliveriesDead = 0

    package init() {}
}

/// An operational alert that stands.
package struct NoticeRecord: Hashable, Sendable {
    package var key: String
    package var subject: String
    package var detail: String
    package var openedAt: Timestamp
}

extension StoreReader {
    package func counts() throws -> StoreCounts {
        var counts = StoreCounts()
        let tallies = try tallies()
        counts.tenants = Int(try sql.int(StatusStatements.tenants))
        counts.locations = tallies["locations", default: 0]
        counts.products = tallies["products", default: 0]
        counts.levels = tallies["levels", default: 0]
        counts.alertsOpen = tallies["alerts_open", default: 0]
        counts.deliveriesQueued = tallies["deliveries_queued", default: 0]
        counts.deliveriesDead = tallies["deliveries_dead", default: 0]
        return counts
    }

    package func standingNotices() throws -> [NoticeRecord] {
        try sql.all(StatusStatements.notices) { row in
            NoticeRecord(
                key: row.text(0), subject: row.text(1), detail: row.text(2), openedAt: Timestamp(milliseconds: row.int(3)))
        }
    }

    package func setting(_ key: String) throws -> String? {
        try sql.first(StatusStatements.setting, .text(key)) { $0.text(0) }
    }
}

extension StoreTransaction {
    /// Keeps a small fact of the daemon's own, such as the day it last reminded on.
    package func keepSetting(_ key: String, _ value: String) throws {
        try sql.run(StatusStatements.keep, .text(key), .text(value))
    }
}

private enum StatusStatements {
    static let tenants = SQL("SELECT COUNT(*) FROM tenant")
    static let notices = SQL("SELECT key, subject, detail, opened_at FROM notice WHERE resolved_at IS NULL ORDER BY id")
    static let setting = SQL("SELECT value FROM meta WHERE key = ?")
    static let keep = SQL("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
}
