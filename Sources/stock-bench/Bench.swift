import Foundation
import StockDomain
import StockStore

/// What the workloads share: a directory, and the large database, made once.
final class Bench {
    let levels: Int
    let daemon: String
    let directory: URL
    let now = Timestamp(Date())
    private var large: String?

    init(levels: Int, daemon: String) {
        self.levels = levels
        self.daemon = daemon
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("stock-bench-\(getpid())")
        try? FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    func cleanUp() { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    static let locations = 10

    /// A database with `levels` counted levels, one in forty of them short; closed.
    func largeDatabase() throws -> String {
        if let large { return large }
        let path = path("large.db")
        let store = try Store.open(path: path, now: now)
        let source = try Self.fill(store, products: levels / Self.locations, now: now)
        for page in Self.countPages(products: levels / Self.locations, at: now - .hours(1), quantity: { $0 % 40 == 0 ? 3 : 50 }) {
            try store.writeAndWait { [now] in try $0.apply(page, from: source, now: now) }
        }
        try store.close()
        large = path
        return path
    }

    /// Ten locations and `products` products, uncounted.
    static func fill(_ store: Store, products: Int, now: Timestamp) throws -> SourceRecord {
        let source = try store.writeAndWait { transaction in
            _ = try transaction.registerSource("bench", kind: "demo", tenant: "default", now: now)
            return try transaction.sources(name: "bench")[0]
        }
        var page = SyncPage(phase: "locations", resume: "")
        page.locations = (0..<locations).map { SourceLocation(externalID: "L\($0)", name: "Store \($0)", timeZone: "UTC") }
        try store.writeAndWait { [page] in try $0.apply(page, from: source, now: now) }
        for start in stride(from: 0, to: products, by: 1000) {
            var page = SyncPage(phase: "catalogue", resume: "")
            page.products = (start..<min(start + 1000, products)).map {
                SourceProduct(externalID: "V\($0)", sku: "SKU-\($0)", name: "Product \($0)", category: "Category \($0 % 20)")
            }
            try store.writeAndWait { [page] in try $0.apply(page, from: source, now: now) }
        }
        return source
    }

    /// Counts of every product at every location, in an order that has nothing to do with keys, 1000 a page.
    static func countPages(products: Int, at: Timestamp, quantity: @escaping @Sendable (Int) -> Int) -> some Sequence<SyncPage> {
        let total = products * locations
        // A step that shares no factor with the total visits each once.
        let step = 7_919
        return stride(from: 0, to: total, by: 1000).lazy.map { start in
            var page = SyncPage(phase: "counts", resume: "\(start)")
            page.counts = (start..<min(start + 1000, total)).map { index in
                let level = index * step % total
                return SourceCount(
                    key: SourceLevelKey(productID: "V\(level / locations)", locationID: "L\(level % locations)"),
                    value: .counted(Quantity(quantity(level))), countedAt: at)
            }
            return page
        }
    }
}

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}
