import Foundation
import StockDomain
@testable import StockStore

/// A real database in a directory of its own, and a clock that tests move.
final class StoreFixture {
    let directory: URL
    let store: Store
    var now = Timestamp(rfc3339: "2026-05-04T08:00:00Z")!
    let tenantID: Int64

    var path: String { directory.appendingPathComponent("stock.db").path }

    init(policy: StorePolicy = StorePolicy(), queueLimit: Int = 8192) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("stockd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        store = try Store.open(
            path: directory.appendingPathComponent("stock.db").path, policy: policy, queueLimit: queueLimit, now: now)
        tenantID = try store.writeAndWait { try $0.tenant("default").id }
    }

    deinit {
        try? store.close()
        try? FileManager.default.removeItem(at: directory)
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (StoreTransaction, Timestamp) throws -> T) throws -> T {
        let now = now
        return try store.writeAndWait { try body($0, now) }
    }

    /// A location `store-1` and a product of that SKU with `quantity` on hand there.
    @discardableResult
    func stock(_ sku: String, _ quantity: Int, par: Quantity? = nil, category: String? = nil) throws -> LevelKey {
        let tenantID = tenantID
        return try write { tx, now in
            let location =
                try tx.locations(tenantID: tenantID, after: nil, limit: 10).first
                ?? tx.createLocation("store-1", timeZone: "Europe/London", tenantID: tenantID, now: now)
            let product = try tx.createProduct(
                ProductDraft(sku: sku, name: "Product \(sku)", category: category, parLevel: par), tenantID: tenantID, now: now)
            try tx.change(
                .count(Quantity(quantity)), productID: product.id, locationID: location.id,
                origin: MovementOrigin(by: "root", at: now), now: now)
            return LevelKey(productID: product.id, locationID: location.id)
        }
    }

    @discardableResult
    func set(_ key: LevelKey, _ quantity: Int) throws -> Int64? {
        try write { tx, now in
            try tx.change(
                .count(Quantity(quantity)), productID: key.productID, locationID: key.locationID,
                origin: MovementOrigin(by: "root", at: now), now: now)
        }
    }

    func contact(_ name: String = "Ops", kind: ChannelKind = .email, value: String = "ops@example.com", min: Severity = .low) throws {
        let tenantID = tenantID
        _ = try write { tx, now in
            try tx.createContact(
                name, enabled: true,
                addresses: [AddressRecord(kind: kind, value: value, preferences: AddressPreferences(minSeverity: min))],
                tenantID: tenantID, now: now)
        }
    }

    func alerts(_ states: AlertFilter.States = .active) throws -> [Alert] {
        var filter = AlertFilter(tenantID: tenantID)
        filter.states = states
        return try write { [filter] tx, _ in try tx.alerts(filter, after: nil, limit: 1000).map(\.alert) }
    }

    func deliveries() throws -> [DeliveryRecord] {
        let tenantID = tenantID
        return try write { tx, _ in try tx.deliveries(DeliveryFilter(tenantID: tenantID), before: nil, limit: 1000) }
    }

    func claim(_ channel: ChannelKind = .email, limit: Int = 100) throws -> [ClaimedDelivery] {
        try write { tx, now in try tx.claim(channel, limit: limit, lease: .minutes(2), now: now) }
    }

    func complete(_ delivery: ClaimedDelivery, _ verdict: Verdict) throws -> DeliveryRecord.State? {
        try write { tx, now in
            var random = SystemRandomNumberGenerator()
            return try tx.complete(delivery, verdict, now: now, using: &random)
        }
    }

    func run(_ sql: String) throws { _ = try write { tx, _ in try tx.sql.run(SQL(sql)) } }
    func int(_ sql: String) throws -> Int64 { try write { tx, _ in try tx.sql.int(SQL(sql)) } }

    /// What is counted as it changes, beside what there is.
    func tallies() throws -> (kept: StoreCounts, counted: StoreCounts) {
        var counted = StoreCounts()
        counted.tenants = Int(try int("SELECT COUNT(*) FROM tenant"))
        counted.locations = Int(try int("SELECT COUNT(*) FROM location"))
        counted.products = Int(try int("SELECT COUNT(*) FROM product WHERE retired_at IS NULL"))
        counted.levels = Int(
            try int("SELECT COUNT(*) FROM level JOIN product ON product.id = product_id WHERE retired_at IS NULL"))
        counted.alertsOpen = Int(try int("SELECT COUNT(*) FROM alert WHERE state <> 'resolved'"))
        counted.deliveriesQueued = Int(try int("SELECT COUNT(*) FROM delivery WHERE state IN ('queued', 'sending')"))
        counted.deliveriesDead = Int(try int("SELECT COUNT(*) FROM delivery WHERE state = 'dead'"))
        counted.inboxUnread = Int(try int("SELECT COUNT(*) FROM inbox_message WHERE read_at IS NULL"))
        counted.holdsHeld = Int(try int("SELECT COUNT(*) FROM hold WHERE state = 'held'"))
        counted.levelsAtRisk = Int(try int("SELECT COUNT(*) FROM level WHERE held > MAX(on_hand, 0)"))
        counted.refundsDue = Int(try int("SELECT COUNT(*) FROM refused_payment"))
        return (try write { tx, _ in try tx.counts() }, counted)
    }

    func forgetExpired(limit: Int = 1000) throws {
        let expired = try write { tx, now in try tx.expired(now: now) }
        while try write({ tx, _ in try tx.forget(expired, limit: limit) }) {}
    }

    func due() throws -> Evaluation {
        try write { tx, now in try tx.evaluate(try tx.levelsDue(limit: 1000, now: now), trigger: .due, now: now) }
    }

    func remind() throws -> Evaluation {
        try write { tx, now in
            try tx.evaluate(try tx.levelsToRemindOf(after: .first, limit: 1000), trigger: .reminder, now: now)
        }
    }

    func sweep() throws -> Evaluation {
        try write { tx, now in
            try tx.evaluate(
                try tx.levelsOutOfStep(LevelSelection(), now: now), trigger: .sweep, now: now)
        }
    }
}
