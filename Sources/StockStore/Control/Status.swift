import StockDomain

package struct StoreCounts: Hashable, Sendable {
    package var tenants = 0
    package var locations = 0
    package var products = 0
    package var levels = 0
    package var alertsOpen = 0
    package var deliveriesQueued = 0
    package var deliveriesDead = 0
    package var inboxUnread = 0
    package var holdsHeld = 0
    /// Levels of which more is held than is there.
    package var levelsAtRisk = 0
    /// Payments that got no goods, of holds that are kept.
    package var refundsDue = 0

    package init() {}
}

extension StoreReader {
    /// Of some tenants; nil: of all.
    package func counts(of tenants: Set<Int64>? = nil) throws -> StoreCounts {
        var counts = StoreCounts()
        let tallies = try tallies(of: tenants)
        counts.tenants = try tenants?.count ?? Int(sql.int(StatusStatements.tenants))
        counts.locations = tallies["locations", default: 0]
        counts.products = tallies["products", default: 0]
        counts.levels = tallies["levels", default: 0]
        counts.alertsOpen = tallies["alerts_open", default: 0]
        counts.deliveriesQueued = tallies["deliveries_queued", default: 0]
        counts.deliveriesDead = tallies["deliveries_dead", default: 0]
        counts.inboxUnread = tallies["inbox_unread", default: 0]
        counts.holdsHeld = tallies["holds_held", default: 0]
        // Of these there are few.
        guard let tenants else {
            counts.levelsAtRisk = Int(try sql.int(StatusStatements.atRisk))
            counts.refundsDue = Int(try sql.int(StatusStatements.refused))
            return counts
        }
        for tenant in tenants {
            counts.levelsAtRisk += Int(try sql.int(StatusStatements.atRiskOfOne, .int(tenant)))
            counts.refundsDue += Int(try sql.int(StatusStatements.refusedOfOne, .int(tenant)))
        }
        return counts
    }

    /// Size of the database on disk, with what its log holds.
    package func databaseBytes() throws -> Int64 { try sql.bytes() }

    /// The key of the configuration's thresholds that all levels follow.
    package static let settledDefaults = "threshold_defaults"

    package func setting(_ key: String) throws -> String? {
        try sql.first(StatusStatements.setting, .text(key)) { $0.text(0) }
    }
}

extension StoreTransaction {
    /// Keeps a small fact of the daemon's own, such as the day it last reminded on.
    package func keepSetting(_ key: String, _ value: String) throws { try sql.keepSetting(key, value) }
}

extension SQLConnection {
    func keepSetting(_ key: String, _ value: String) throws {
        try run(StatusStatements.keep, .text(key), .text(value))
    }
}

private enum StatusStatements {
    static let tenants = SQL("SELECT COUNT(*) FROM tenant")
    static let atRisk = SQL("SELECT COUNT(*) FROM level WHERE held > on_hand AND held > 0")
    static let atRiskOfOne = SQL(
        """
        SELECT COUNT(*) FROM level JOIN product ON product.id = product_id
        WHERE held > on_hand AND held > 0 AND tenant_id = ?
        """)
    static let refused = SQL("SELECT COUNT(*) FROM refused_payment")
    static let refusedOfOne = SQL(
        "SELECT COUNT(*) FROM refused_payment JOIN hold ON hold.id = hold_id WHERE tenant_id = ?")
    static let setting = SQL("SELECT value FROM meta WHERE key = ?")
    static let keep = SQL("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
}
