import Foundation
import StockDomain
@testable import StockStore
import StockTestSupport
import Testing

@Suite struct LedgerTests {
    @Test func onHandIsTheSumOfTheMovementsWhateverHappens() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 10)
        var random = SeededGenerator(seed: 7)
        for step in 0..<300 {
            f.now = f.now + .minutes(Int64.random(in: 1...90, using: &random))
            let amount = Quantity(scaled: Int64.random(in: 0...2_000_000, using: &random))
            let change: StockChange =
                switch Int.random(in: 0..<4, using: &random) {
                case 0: .count(amount)
                case 1: .sale(amount)
                case 2: .receipt(amount)
                default: .adjustment(-amount)
                }
            _ = try f.write { tx, now in
                try tx.change(
                    change, productID: key.productID, locationID: key.locationID,
                    origin: MovementOrigin(by: "root", externalID: nil, at: now), now: now)
            }
            if step % 50 == 0 {
                let (sum, onHand) = try f.write { tx, _ in
                    (
                        try tx.sql.int(SQL("SELECT SUM(delta) FROM movement")),
                        try tx.level(key)?.onHand
                    )
                }
                #expect(Quantity(scaled: sum) == onHand)
            }
        }
        var all: [Movement] = [], from: Int64?
        repeat {
            let (page, next) = try f.write { [from] tx, _ in try tx.history(key, from: from, limit: 7) }
            all += page
            from = next
        } while from != nil
        #expect(all.count == 301)
        for (later, earlier) in zip(all, all.dropFirst()) { #expect(later.balance == earlier.balance + later.delta) }
    }

    @Test func oneFailureInAGroupCommitRollsBackOnlyItself() async throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 10)
        let store = f.store, now = f.now
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    do {
                        try await store.write { tx in
                            try tx.change(
                                .receipt(Quantity(1)), productID: key.productID, locationID: key.locationID,
                                origin: MovementOrigin(at: now), now: now)
                            if index % 3 == 0 { throw StoreError.conflict("test", "refused") }
                        }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            var accepted = 0
            for try await done in group where done { accepted += 1 }
            #expect(accepted == 133)
        }
        #expect(try f.write { tx, _ in try tx.level(key)?.onHand } == Quantity(143))
    }

    @Test func aRetiredSKUComesBackWithItsHistoryWhenItIsMadeAgain() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 2)
        let tenantID = f.tenantID
        let again = try f.write { tx, now in
            _ = try tx.retireProduct("A", tenantID: tenantID, now: now)
            return try tx.createProduct(ProductDraft(sku: "A", name: "New A"), tenantID: tenantID, now: now)
        }
        #expect(again.id == key.productID && again.name == "New A" && again.retiredAt == nil)
        let (counts, history) = try f.write { tx, _ in (try tx.counts(), try tx.history(key, from: nil, limit: 9).movements) }
        #expect(counts.products == 1 && counts.levels == 1 && history.count == 1)
        #expect(try f.alerts().count == 1)
        #expect { try f.stock("A", 1) } throws: { "\($0)".contains("exists already") }
    }

    @Test func refusesASecondDaemonAndNamesTheFirst() throws {
        let f = try StoreFixture()
        let path = f.path, now = f.now
        #expect { try Store.open(path: path, now: now) } throws: { error in
            "\(error)".contains("in use by process \(getpid())")
        }
    }

    @Test func refusesASchemaFromTheFutureAndAFileThatIsNoDatabase() throws {
        let f = try StoreFixture()
        _ = try f.write { tx, _ in try tx.sql.run(SQL("INSERT INTO schema_version (version, applied_at) VALUES (99, 0)")) }
        try f.store.close()
        let copy = f.directory.appendingPathComponent("copy.db").path
        try FileManager.default.copyItem(atPath: f.path, toPath: copy)
        let now = f.now
        #expect { try Store.open(path: copy, now: now) } throws: { "\($0)".contains("schema version 99") }
        let garbage = f.directory.appendingPathComponent("garbage.db").path
        try Data(repeating: 65, count: 8192).write(to: URL(fileURLWithPath: garbage))
        #expect { try Store.open(path: garbage, now: now) } throws: { "\($0)".contains("no SQLite database") }
    }

    @Test func eventsAreReadWithoutGapFromACursorInPagesOfAnySize() throws {
        let f = try StoreFixture()
        let keys = try (0..<20).map { try f.stock("P\($0)", 3) }
        for key in keys { try f.set(key, 50) }
        let (everything, _) = try f.write { tx, _ in try tx.events(after: 0, kinds: nil, tenantID: nil, limit: 10_000) }
        #expect(everything.count == 80)
        #expect(everything.map(\.id) == everything.map(\.id).sorted())
        for limit in [1, 2, 3, 7, 50] {
            var paged: [EventRecord] = [], cursor: Int64 = 0
            while true {
                let (page, next) = try f.write { [cursor] tx, _ in try tx.events(after: cursor, kinds: nil, tenantID: nil, limit: limit) }
                if next == cursor { break }
                paged += page
                cursor = next
            }
            #expect(paged == everything)
        }
    }
}
