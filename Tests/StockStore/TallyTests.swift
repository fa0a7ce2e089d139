import Foundation
import StockDomain
@testable import StockStore
import StockTestSupport
import Testing

@Suite struct TallyTests {
    @Test func whatIsCountedAsItChangesIsWhatThereIs() throws {
        var random = SeededGenerator(seed: 11)
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        try f.contact("Chat", kind: .slack, value: "ops-slack")
        var keys: [LevelKey] = []
        let tenantID = f.tenantID
        for step in 0..<250 {
            f.now = f.now + .minutes(Int64.random(in: 1...600, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0: keys.append(try f.stock("P\(step)", Int.random(in: 0...9, using: &random)))
            case 1, 2, 3:
                if let key = keys.randomElement(using: &random) { try f.set(key, Int.random(in: 0...9, using: &random)) }
            case 4:
                for delivery in try f.claim(Bool.random(using: &random) ? .email : .slack, limit: 3) {
                    let verdicts: [Verdict] = [
                        .sent(reference: nil), .dead(reason: "550", disablesAddress: false), .retry(after: nil, reason: "451"),
                    ]
                    _ = try f.complete(delivery, try #require(verdicts.randomElement(using: &random)))
                }
            case 5:
                let some = try f.deliveries().filter { $0.state == .dead || $0.state == .queued }.randomElement(using: &random)
                guard let id = some?.id else { continue }
                let retry = Bool.random(using: &random)
                _ = try f.write { tx, now in
                    retry
                        ? try tx.retryDelivery(id, tenantID: tenantID, now: now)
                        : try tx.dropDelivery(id, by: "root", tenantID: tenantID, now: now)
                }
            case 6:
                guard let id = try f.alerts().randomElement(using: &random)?.id else { continue }
                _ = try f.write { tx, now in try tx.resolve(id, by: "root", note: nil, tenantID: tenantID, now: now) }
            case 7:
                let addresses = Bool.random(using: &random) ? [] : [
                    AddressRecord(kind: .slack, value: "ops-slack", preferences: AddressPreferences(minSeverity: .low))
                ]
                _ = try f.write { tx, now in
                    try tx.updateContact("Chat", enabled: nil, addresses: addresses, tenantID: tenantID, now: now)
                }
            case 8:
                guard let sku = keys.randomElement(using: &random).map({ "P\($0.productID)" }) else { continue }
                _ = try? f.write { tx, now in
                    _ = try tx.retireProduct(sku, tenantID: tenantID, now: now)
                    if step % 2 == 0 { throw StoreError.conflict("test", "and all of it is undone") }
                }
            default: _ = try f.sweep()
            }
            let (kept, counted) = try f.tallies()
            #expect(kept == counted, "step \(step)")
        }
    }

    @Test func aDatabaseOfTheSchemaBeforeIsCountedOnceWhenItIsUpgraded() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("stockd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appendingPathComponent("stock.db").path
        let old = try SQLiteEngine(path: path, migrations: Migration.all.filter { $0.version < 3 }, queueLimit: 9, now: { 0 })
        let done = DispatchSemaphore(value: 0)
        old.write(.certain, { sql in
            for statement in TallyTests.oldRows { try sql.run(SQL(statement)) }
        }, done: { completion in
            #expect(completion.failure == nil)
            done.signal()
        })
        done.wait()
        try old.close()

        let store = try Store.open(path: path, now: Timestamp(milliseconds: 1000))
        defer { try? store.close() }
        let (counts, alert, wanted) = try store.writeAndWait { tx in
            (try tx.counts(), try tx.alert(1, tenantID: nil).alert, try tx.nextAttempt(.email))
        }
        #expect(counts.locations == 1 && counts.alertsOpen == 1 && counts.deliveriesQueued == 2 && counts.deliveriesDead == 1)
        #expect(counts.holdsHeld == 2)
        // Set when the alert opened and left behind by a setting since.
        #expect(alert.threshold == Quantity(7) && alert.thresholdOrigin == "product")
        #expect(wanted == Timestamp(milliseconds: 5))
        let (violations, damage, references) = try store.writeAndWait { tx in
            (
                try tx.sql.all(SQL("PRAGMA foreign_key_check")) { $0.text(0) },
                try tx.sql.all(SQL("PRAGMA integrity_check")) { $0.text(0) }, try tx.sql.int(SQL("PRAGMA foreign_keys"))
            )
        }
        #expect(violations.isEmpty && damage == ["ok"] && references == 1)
    }

    private static let oldRows = [
        "INSERT INTO tenant (id, name, time_zone, created_at) VALUES (1, 'default', 'UTC', 0)",
        "INSERT INTO location (id, tenant_id, name, time_zone, created_at) VALUES (1, 1, 'Main', 'UTC', 0)",
        "INSERT INTO product (id, tenant_id, sku, name, created_at) VALUES (1, 1, 'TEA', 'Tea', 0)",
        """
        INSERT INTO level (product_id, location_id, on_hand, tracking, low_at, critical_at, low_origin, critical_origin,
            alerts_on, rate_dependent, severity, alert_severity, known_since)
        VALUES (1, 1, 300000, 1, 700000, 100000, 1, 7, 1, 0, 1, 1, 0)
        """,
        """
        INSERT INTO alert (tenant_id, product_id, location_id, severity, state, stock, threshold, threshold_origin, opened_at)
        VALUES (1, 1, 1, 1, 'open', 300000, 500000, 7, 0)
        """,
        "INSERT INTO contact (id, tenant_id, name) VALUES (1, 1, 'Ops')",
        "INSERT INTO address (id, contact_id, kind, value, min_severity) VALUES (1, 1, 'email', 'ops@example.com', 1)",
        """
        INSERT INTO delivery (tenant_id, address_id, channel, kind, state, created_at, ready_at, next_attempt_at, lease_until)
        VALUES (1, 1, 'email', 'alert', 'queued', 0, 0, 9, NULL), (1, 1, 'email', 'alert', 'sending', 0, 0, 5, 7),
            (1, 1, 'email', 'alert', 'dead', 0, 0, 0, NULL)
        """,
        """
        INSERT INTO hold (id, tenant_id, state, order_ref, placed_at, lifetime, expires_at, cancelled_at)
        VALUES (1, 1, 'held', 'a', 0, 9, 9, NULL), (2, 1, 'cancelled', 'b', 0, 9, 9, 5), (3, 1, 'held', 'c', 0, 9, 9, NULL)
        """,
    ]
}
