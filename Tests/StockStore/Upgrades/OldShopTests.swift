import StockDomain
import StockTestSupport
@testable import StockStore
import Testing

/// Databases of every released schema, with rows of every table, brought up to date.
@Suite struct OldShopTests {
    @Test(arguments: 1..<OldDatabase.newest) func everyTableOfAnOldDatabaseHasRows(version: Int64) throws {
        let old = try OldDatabase(version: version)
        // What the fourth schema began has no rows yet in a database that it made from an older one.
        #expect(old.stages[version]!.rows.filter(\.value.isEmpty).keys.sorted() == (version >= 4 ? ["unsettled"] : []))
        #expect(try old.wrong(on: old.disk, wanted: version) == [])
    }

    @Test(arguments: 1...OldDatabase.newest) func everyRowIsThereAfterAnUpgrade(version: Int64) throws {
        let old = try OldDatabase(version: version)
        try OldDatabase.upgrade(old.disk)
        #expect(try old.wrong(on: old.disk, wanted: OldDatabase.newest) == [])
    }

    @Test(arguments: 1...OldDatabase.newest) func whatMustBeTrueOfAStoreIsTrueAfterAnUpgrade(version: Int64) throws {
        let old = try OldDatabase(version: version)
        let now = Timestamp(milliseconds: OldShop.now)
        let store = try Shop.open(old.disk, at: now)
        defer { try? store.close() }
        let broken = try store.readHere { reader in
            try reader.damage() + reader.brokenHolds() + reader.contradictions()
                + reader.levelsOutOfStep(LevelSelection(), now: now).map { "\($0) is out of step" }
        }
        #expect(broken == [])
        let counts = try store.readHere { try $0.counts() }
        #expect(counts.tenants == 2 && counts.locations == 3 && counts.products == 3 && counts.levels == 5)
        #expect(counts.alertsOpen == 3 && counts.deliveriesQueued == 2 && counts.deliveriesDead == 1)
        // Numbers go on after the last.
        let last = try store.readHere { try $0.sql.int(Migration.lastSequenceNumber) }
        #expect(last == (version == 1 ? 14 : 27))
        let sent = try store.writeAndWait { try $0.claim(.email, limit: 10, lease: .minutes(2), now: now) }
        #expect(sent.map(\.id) == [2])
    }

    @Test(arguments: 1..<OldDatabase.newest) func powerThatGoesDuringAnUpgradeLeavesAWholeDatabase(version: Int64) async throws {
        let old = try OldDatabase(version: version)
        let (cuts, wrong) = try await onAThreadOfItsOwn {
            var wrong: [String] = []
            for nth in 1... {
                let disk = try old.disk.afterKill()
                disk.cut(at: nth)
                try? OldDatabase.upgrade(disk)
                guard disk.isCut else { return (nth, wrong) }
                for seed in [UInt64(nth), UInt64(nth) << 32] {
                    let after = try disk.afterCut(seed: seed)
                    wrong += try old.wrong(on: after).map { "\(nth): \($0)" }
                    try OldDatabase.upgrade(after)
                    wrong += try old.wrong(on: after, wanted: OldDatabase.newest).map { "\(nth), then upgraded: \($0)" }
                }
            }
            return (0, wrong)
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(10).joined(separator: "\n"))")
        // The fourth adds columns and indexes.
        #expect(cuts > (version < 3 ? 50 : 5))
    }

    @Test(arguments: 1..<OldDatabase.newest) func anUpgradeForWhichTheDiskIsTooSmallLeavesTheDatabaseAsItWas(version: Int64) async throws {
        let old = try OldDatabase(version: version)
        let (failures, wrong) = try await onAThreadOfItsOwn {
            var wrong: [String] = [], failures = 0
            for nth in 1... {
                let disk = try old.disk.afterKill()
                disk.fail(.write, at: nth, as: .full, lasting: true)
                do { try OldDatabase.upgrade(disk) } catch let error as StoreError {
                    failures += 1
                    if error.code != .unavailable || !error.description.contains("full") || !error.description.contains("free") {
                        wrong.append("\(nth): \(error)")
                    }
                }
                if disk.failures == 0 { return (failures, wrong) }
                disk.heal()
                wrong += try old.wrong(on: disk).map { "\(nth): \($0)" }
                try OldDatabase.upgrade(disk)
                wrong += try old.wrong(on: disk, wanted: OldDatabase.newest).map { "\(nth), then upgraded: \($0)" }
            }
            return (0, wrong)
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(10).joined(separator: "\n"))")
        #expect(failures > (version < 3 ? 50 : 5))
    }

    @Test(arguments: ["", "garbage", "-5 ", "99999999999999999999 ", "12x ", "12"])
    func aMarkOfTheAuditThatSomebodyHasSpoiltIsNoReasonNotToUpgradeAndStaysSpoilt(number: String) throws {
        let old = try OldDatabase(version: 5)
        let sql = try SQLiteConnection(path: old.disk.path)
        let mark = number.hasSuffix(" ") ? number + OldShop.auditHash : number
        try sql.script("UPDATE meta SET value = '\(mark)' WHERE key = 'audit_head'")
        sql.close()
        try OldDatabase.upgrade(old.disk)
        let store = try Shop.open(old.disk, at: Timestamp(milliseconds: OldShop.now))
        defer { try? store.close() }
        let check = try store.readHere { try $0.goOn(AuditCheck(), limit: 100) }
        #expect(check.brokenAt != nil)
    }

    @Test func aStepThatLeavesRowsWithoutWhatTheyReferToIsRefused() throws {
        let old = try OldDatabase(version: OldDatabase.newest)
        let careless = Migration(
            version: OldDatabase.newest + 1, statements: "DELETE FROM level WHERE product_id = 2; DELETE FROM contact WHERE id = 1;")
        #expect {
            try OldDatabase.upgrade(old.disk, by: Migration.all + [careless])
        } throws: { error in
            let text = "\(error)"
            return (error as? StoreError)?.code == .unavailable
                && text.contains("4 rows of movement (6, 7, 11, 12) refer to rows of level that are not there")
                && text.contains("2 rows of address (1, 2) refer to rows of contact")
                && text.contains("rows of flash_sale_line refer to rows of level")
        }
        #expect(try old.wrong(on: old.disk, wanted: OldDatabase.newest) == [])
    }

    @Test func anUpgradeIsToldOfWhileItLasts() throws {
        let old = try OldDatabase(version: 2)
        let sql = try SQLiteConnection(path: old.disk.path)
        try sql.script(
            """
            WITH RECURSIVE number (n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM number WHERE n < 60000)
            INSERT INTO movement (id, product_id, location_id, kind, delta, balance, at, recorded_at)
            SELECT n, 4, 3, 'adjustment', 0, 0, 0, 0 FROM number
            """)
        sql.close()
        let signs = try signs(opening: old.disk)
        #expect(signs.first == .began(from: 2, to: OldDatabase.newest) && signs.last == .ended)
        #expect(signs.count > 2 && signs.dropFirst().dropLast().allSatisfy { $0 == .goesOn })
        // Neither is a database that needs none, nor one that is new.
        #expect(try self.signs(opening: old.disk) == [])
        #expect(try self.signs(opening: FaultDisk()) == [])
    }

    private func signs(opening disk: FaultDisk) throws -> [Upgrade] {
        final class Signs { var all: [Upgrade] = [] }
        let signs = Signs()
        let engine = try SQLiteEngine(
            path: disk.path, migrations: Migration.all, queueLimit: 1, now: { OldShop.now }, upgrading: { signs.all.append($0) })
        try engine.close()
        return signs.all
    }
}
