import Foundation
import StockTestSupport
import Testing
@testable import StockStore

@Suite struct StoppingTests {
    /// Reads as the control socket's do on the caller's thread, and as its long ones do on a thread of the store's.
    @Test(arguments: [true, false]) func theLockIsKeptUntilTheLastReadHasEnded(here: Bool) async throws {
        let f = try StoreFixture()
        let store = f.store, path = f.path
        try f.stock("A", 7)
        // Reads before and after the store has begun to close, and looks whether another may have the database.
        @Sendable func read(_ reader: StoreReader) throws -> (before: Int64, after: Int64, locks: Int) {
            let before = try reader.sql.int(StoppingTests.movements)
            Thread { try? store.close() }.start()
            while (try? store.readHere { _ in }) != nil {}
            var locks = 0
            for _ in 0..<2000 where (try? LockFile(beside: path)) != nil { locks += 1 }
            return (before, try reader.sql.int(StoppingTests.movements), locks)
        }
        let seen = here ? try await onAThreadOfItsOwn { try store.readHere(read) } : try await store.read(read)
        #expect(seen.before == 1 && seen.after == 1)
        #expect(seen.locks == 0, "the database could have been opened while it was read")
        try store.close()
        #expect(throws: Never.self) { try LockFile(beside: path) }
        // Copied back and removed by the last to leave.
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    }

    private static let movements = SQL("SELECT COUNT(*) FROM movement")
}
