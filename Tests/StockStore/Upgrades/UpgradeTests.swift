import Foundation
import StockDomain
import Testing
@testable import StockStore

@Suite struct UpgradeTests {
    /// A database as the first version left it.
    @Test func aDatabaseOfTheFirstSchemaOpensAndHoldsStock() throws {
        let f = try StoreFixture()
        let path = f.directory.appendingPathComponent("old.db").path
        let now = f.now
        do {
            let sql = try SQLiteConnection(path: path)
            try Migration.apply([Migration.all[0]], to: sql, at: now.milliseconds)
            for text in [
                "INSERT INTO tenant (id, name, time_zone, created_at) VALUES (1, 'default', 'UTC', 0)",
                "INSERT INTO location (id, tenant_id, name, time_zone, created_at) VALUES (1, 1, 'store-1', 'UTC', 0)",
                "INSERT INTO product (id, tenant_id, sku, name, created_at) VALUES (1, 1, 'A', 'Widget', 0)",
                """
                INSERT INTO level (product_id, location_id, on_hand, tracking, counted_at, last_movement, low_at, critical_at,
                    low_origin, critical_origin, alerts_on, rate_dependent, severity, known_since)
                VALUES (1, 1, 700000, 1, 0, 8, 0, 0, 7, 7, 1, 0, 0, 0)
                """,
                """
                INSERT INTO movement (id, product_id, location_id, kind, delta, balance, at, recorded_at)
                VALUES (8, 1, 1, 'count', 700000, 700000, 0, 0)
                """,
                "INSERT INTO event (id, at, tenant_id, kind) VALUES (9, 0, 1, 'sync.started')",
            ] { try sql.run(SQL(text)) }
        }
        for _ in 0..<2 {
            let store = try Store.open(path: path, now: now)
            let (hold, before, events) = try store.writeAndWait { tx in
                let before = try tx.eventRange().last
                let draft = HoldDraft(lines: [.init(sku: "A", location: "store-1", quantity: Quantity(3))], orderRef: "o")
                let hold = try tx.placeHold(draft, tenant: "default", now: now)
                return (hold, before, try tx.events(after: 0, kinds: nil, tenantID: nil, limit: 10).events.map(\.kind))
            }
            // Numbers go on where they were, also those that only a hold has.
            #expect(hold.id > before)
            #expect(events.prefix(3) == ["stock.changed", "sync.started", "hold.placed"])
            try store.close()
        }
        let store = try Store.open(path: path, now: now)
        #expect(throws: HoldConflict.self) {
            try store.writeAndWait { tx in
                let draft = HoldDraft(lines: [.init(sku: "A", location: "store-1", quantity: Quantity(2))], orderRef: "o")
                return try tx.placeHold(draft, tenant: "default", now: now)
            }
        }
        // What was held expires though the process that held it is gone.
        #expect(try store.writeAndWait { try $0.expireHolds(limit: 500, now: now + .minutes(10)) } == 2)
        try store.close()
    }
}
