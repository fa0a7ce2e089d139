import Foundation
import StockDomain
import StockPOS
import StockStore
import StockTestSupport
import Synchronization
import Testing

/// The same pages into a real database: what the source relies on, the store must do.
@Suite struct SquareStoreTests {
    /// A database in a directory of its own, with one source; a page can be lost as by `kill -9`.
    private final class StoreSink: SyncSink {
        let store: Store
        let source: SourceRecord
        private let directory: URL
        private let clock: @Sendable () -> Timestamp
        private let pagesLeft = Mutex<Int?>(nil)

        init(clock: @escaping @Sendable () -> Timestamp) throws {
            self.clock = clock
            directory = FileManager.default.temporaryDirectory.appendingPathComponent("stockd-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            store = try Store.open(path: directory.appendingPathComponent("stock.db").path, policy: StorePolicy(), now: clock())
            source = try store.writeAndWait { tx in
                _ = try tx.registerSource("square", kind: "square", tenant: "default", now: clock())
                return try tx.sources(name: "square")[0]
            }
        }

        deinit {
            try? store.close()
            try? FileManager.default.removeItem(at: directory)
        }

        func crash(after pages: Int?) { pagesLeft.withLock { $0 = pages } }

        var resume: String? { get throws { try store.writeAndWait { [source] in try $0.resume(sourceID: source.id) } } }

        func apply(_ page: ImportPage) async throws -> ImportOutcome { ImportOutcome() }
        func appliedFile(digest: String) async throws -> (file: AppliedFile, isLast: Bool)? { nil }

        func apply(_ page: SyncPage) async throws {
            try pagesLeft.withLock { left in
                if left == 0 { throw RecordingSink.Crash() }
                left = left.map { $0 - 1 }
            }
            let now = clock()
            try await store.write { [source] in try $0.apply(page, from: source, now: now) }
        }

        func uncounted(_ keys: [SourceLevelKey]) async throws -> Set<SourceLevelKey> {
            try await store.read { [source] in try $0.uncounted(keys, sourceID: source.id) }
        }

        func conversions(from productIDs: [String]) async throws -> [String: StockConversion] {
            try await store.read { [source] in try $0.conversions(from: productIDs, sourceID: source.id) }
        }

        func levels() throws -> [String: LevelRecord] {
            let source = source
            let all = try store.writeAndWait { tx in
                try tx.levels(LevelFilter(tenantID: source.tenantID), after: LevelKey(productID: 0, locationID: 0), limit: 1000)
            }
            return Dictionary(uniqueKeysWithValues: all.map { ("\($0.sku) at \($0.location)", $0) })
        }
    }

    @Test(arguments: 1...6)
    func theDatabaseEndsWhereSquareIs(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed &+ 5000)
        try await SquareFixture.run(shop: .random(&random)) { square in
            let fake = square.fake
            let sink = try StoreSink { fake.shop { $0.now } }
            for _ in 0..<10 {
                sink.crash(after: Int.random(in: 0...6, using: &random))
                do {
                    try await square.source().sync(resume: sink.resume, into: sink, now: fake.shop { $0.now })
                } catch is RecordingSink.Crash {}
                let minutes = Int64.random(in: 1...40, using: &random)
                fake.shop { shop in
                    shop.now = shop.now + .minutes(minutes)
                    for _ in 0..<2 { shop.mutate(&random) }
                }
            }
            sink.crash(after: nil)
            square.advance(by: .minutes(20))
            try await square.source().sync(resume: sink.resume, into: sink, now: fake.shop { $0.now })

            let fresh = RecordingSink()
            try await square.source().sync(resume: nil, into: fresh, now: fake.shop { $0.now })
            let truth = fresh.now
            let levels = try sink.levels()
            #expect(levels.count == truth.products.count * truth.locations.count)
            for product in truth.products.values {
                for location in truth.locations.values {
                    let name = "\(product.sku) at \(location.name)"
                    let level = try #require(levels[name], "\(name)")
                    switch fresh.level(product.externalID, location.externalID) {
                    case .counted(let quantity):
                        #expect(level.tracking == .tracked && level.onHand == quantity, "\(name): \(level.tracking) \(level.onHand), not \(quantity)")
                    case .unknown: #expect(level.tracking == .unknown, "\(name)")
                    case .untracked, nil: #expect(level.tracking == .untracked, "\(name)")
                    }
                }
            }
        }
    }
}
