import Foundation
import StockDomain
@testable import StockStore
import Testing

@Suite struct FullDiskTests {
    /// SQLite's own limit of pages takes the same way through it as a disk without space.
    @Test func aFullDiskLeavesNothingHalfWrittenAndIsRecoveredFrom() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("A", 40)
        func limit(_ sql: String) throws { _ = try f.write { tx, _ in try tx.sql.all(SQL(sql)) { $0.int(0) } } }
        let pages = try f.write { tx, _ in try tx.sql.int(SQL("PRAGMA page_count")) }
        try limit("PRAGMA max_page_count = \(pages)")

        var accepted = 0, refused = 0
        for index in 0..<600 where refused == 0 {
            do {
                try f.set(key, index % 2 == 0 ? 3 : 50)
                accepted += 1
            } catch let error as StoreError {
                #expect(error.code == .unavailable && error.description.contains("full"))
                #expect(error.retryAfter == .seconds(5))
                refused += 1
            }
        }
        #expect(refused == 1)
        #expect(f.store.writeFailure?.contains("full") == true)
        let (onHand, sum, open) = try f.write { tx, _ in
            (
                try tx.level(key)?.onHand, try tx.sql.int(SQL("SELECT SUM(delta) FROM movement")),
                try tx.counts().alertsOpen
            )
        }
        // A transaction that had nothing to write does not show that the disk takes anything.
        #expect(f.store.writeFailure?.contains("full") == true)
        #expect(onHand == Quantity(scaled: sum))
        #expect(open == (accepted % 2 == 1 ? 1 : 0))

        try limit("PRAGMA max_page_count = 1000000")
        try f.set(key, 7)
        #expect(try f.write { tx, _ in try tx.level(key)?.onHand } == Quantity(7))
        #expect(f.store.writeFailure == nil)
    }

    @Test func aDatabaseThatCannotBeWrittenSaysWhere() throws {
        let directory = "/proc/stockd-\(UUID().uuidString)"
        #expect { try Store.open(path: directory + "/stock.db", now: Timestamp(milliseconds: 0)) } throws: { error in
            "\(error)".contains(directory)
        }
    }
}

/// Copies a database that is closed.
func copyDatabase(_ path: String, to copy: String) throws {
    for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
        try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
    }
}
