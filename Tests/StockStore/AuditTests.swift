import Foundation
import StockDomain
@testable import StockStore
import Testing

@Suite struct AuditTests {
    private struct Refused: Error {}

    private func record(_ f: StoreFixture, _ count: Int = 1, name: String = "anna") throws {
        for index in 0..<count {
            try f.write { tx, now in
                try tx.record(
                    AuditDraft(
                        at: now, tenant: "default", uid: 1001, name: name, role: "operator", method: "stock.set",
                        params: #"{"sku":"\#(index)"}"#), outcome: "done")
            }
        }
    }

    private func check(_ f: StoreFixture, limit: Int = 3) throws -> AuditCheck {
        var check = AuditCheck()
        while !check.isOver { check = try f.write { [check] tx, _ in try tx.goOn(check, limit: limit) } }
        return check
    }

    @Test func whatNobodyHasTouchedIsWhole() throws {
        let f = try StoreFixture()
        #expect(try check(f).brokenAt == nil)
        try record(f, 10)
        let found = try check(f)
        #expect(found.entries == 10 && found.brokenAt == nil && found.last?.id == 10)
        // Wherever a part of the check ends.
        for limit in 1...12 { #expect(try check(f, limit: limit) == found) }
    }

    @Test(arguments: [
        ("UPDATE audit SET name = 'ben' WHERE id = 4", 4), ("UPDATE audit SET params = '{}' WHERE id = 4", 4),
        ("UPDATE audit SET at = at + 1 WHERE id = 1", 1), ("UPDATE audit SET role = NULL WHERE id = 10", 10),
        ("UPDATE audit SET outcome = 'denied' WHERE id = 4", 4), ("UPDATE audit SET tenant_id = NULL WHERE id = 4", 4),
        ("UPDATE audit SET uid = 0 WHERE id = 4", 4), ("UPDATE audit SET method = 'x' WHERE id = 4", 4),
        ("UPDATE audit SET hash = 'x' WHERE id = 4", 4), ("UPDATE audit SET id = 11 WHERE id = 4", 4),
        ("DELETE FROM audit WHERE id = 4", 4), ("DELETE FROM audit WHERE id = 1", 1), ("DELETE FROM audit WHERE id > 7", 8),
        ("DELETE FROM audit", 1),
        ("INSERT INTO audit SELECT 11, at, tenant_id, uid, name, role, method, params, outcome, hash FROM audit WHERE id = 1", 11),
        ("DELETE FROM tally WHERE name = 'audit'", 1),
        ("UPDATE tally SET n = 5 WHERE name = 'audit'", 6),
        ("UPDATE tally SET hash = '0' WHERE name = 'audit'", 10),
        ("INSERT INTO meta VALUES ('audit_anchor', '3 0')", 1),
    ]) func whateverIsChangedByHandIsFound(sql: String, brokenAt: Int64) throws {
        let f = try StoreFixture()
        try record(f, 10)
        try f.run(sql)
        #expect(try check(f).brokenAt == brokenAt)
    }

    @Test func whatIsUndoneLeavesNoEntryAndNoGap() throws {
        let f = try StoreFixture()
        try record(f, 2)
        // Of a commit that several share, those in between fail after they have written.
        let busy = DispatchSemaphore(value: 0), free = DispatchSemaphore(value: 0)
        f.store.write({ _ in
            busy.signal()
            free.wait()
        }, completion: { _ in })
        busy.wait()
        let now = f.now
        for index in 0..<9 {
            f.store.write({ tx in
                try tx.record(
                    AuditDraft(at: now, tenant: "default", uid: 0, name: "root", role: nil, method: "\(index)", params: "{}"),
                    outcome: "done")
                if index % 3 == 1 { throw Refused() }
            }, completion: { _ in })
        }
        free.signal()
        try record(f, 1)
        let found = try check(f)
        #expect(found.entries == 9 && found.brokenAt == nil)
    }

    @Test func itGoesOnAfterARestart() throws {
        let f = try StoreFixture()
        try record(f, 3)
        try f.store.close()
        let again = try Store.open(path: f.path, now: f.now)
        try again.writeAndWait { [now = f.now] tx in
            try tx.record(
                AuditDraft(at: now, tenant: nil, uid: 0, name: "root", role: "admin", method: "x", params: "{}"), outcome: "done")
        }
        var check = AuditCheck()
        while !check.isOver { check = try again.writeAndWait { [check] in try $0.goOn(check, limit: 100) } }
        #expect(check.entries == 4 && check.brokenAt == nil)
        try again.close()
    }

    @Test func whatIsTooOldIsForgottenAndTheRestStaysWhole() throws {
        let f = try StoreFixture()
        try record(f, 5)
        // While the clock is a day ahead.
        f.now = f.now + .days(1)
        try record(f, 1)
        f.now = f.now - .days(1) + .days(400) + .minutes(1)
        try record(f, 4)
        try f.forgetExpired(limit: 2)
        #expect(try f.int("SELECT MIN(id) FROM audit") == 6)
        var found = try check(f)
        #expect(found.entries == 5 && found.brokenAt == nil && found.last?.id == 10)
        f.now = f.now + .days(500)
        try f.forgetExpired()
        #expect(try f.int("SELECT COUNT(*) FROM audit") == 0)
        #expect(try check(f).brokenAt == nil)
        try record(f, 1)
        found = try check(f)
        #expect(found.entries == 1 && found.brokenAt == nil && found.last?.id == 11)
    }

    @Test func whatIsForgottenMeanwhileDoesNotBreakACheck() throws {
        let f = try StoreFixture()
        try record(f, 6)
        let begun = try f.write { tx, _ in try tx.goOn(AuditCheck(), limit: 2) }
        f.now = f.now + .days(401)
        try record(f, 2)
        try f.forgetExpired()
        var check = begun
        while !check.isOver { check = try f.write { [check] tx, _ in try tx.goOn(check, limit: 2) } }
        #expect(check.entries == 4 && check.brokenAt == nil)
    }

    @Test func aPageGoesOnWhereTheLastOneEnded() throws {
        let f = try StoreFixture()
        try record(f, 7)
        try record(f, 1, name: "ben")
        try record(f, 2)
        var seen: [Int64] = []
        var cursor: Int64?
        repeat {
            let (found, next) = try f.write { [cursor] tx, _ in
                try tx.auditEntries(AuditFilter(tenantID: 1, name: "anna"), before: cursor, limit: 4)
            }
            seen += found.map(\.id)
            cursor = next
        } while cursor != nil
        #expect(seen == [10, 9, 7, 6, 5, 4, 3, 2, 1])
    }

    /// Anybody can compute it with what stands in the README.
    @Test func theHashIsWhatIsDocumented() {
        let first = AuditHead.none.next(
            AuditColumns(
                at: 1_777_881_600_000, tenantID: 1, uid: 0, name: "root", role: "admin", method: "stock.set", outcome: "done",
                params: "{}"))
        // printf '%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s' 000…0 1 1777881600000 1 0 root admin stock.set done '{}' | sha256sum
        #expect(first.id == 1)
        #expect(first.hash == "4ef7749fcf8d641130312f27faaa19ce72ea2ef6fa0ba73c0cde7785a6bd5bc1")
    }
}
