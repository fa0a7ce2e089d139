import CFloor
import Foundation
import StockDomain
import StockStore

/// The databases that workloads begin with.
extension Bench {
    static let locations = 10
    static let unitsOnHand: Int64 = 900_000_000
    /// Of a thousand levels, so many are short.
    static let shortOfThousand = 23

    /// Products to buy at one location, more of each than can be bought: for stockd and for the floor.
    func shop() throws -> String {
        try once("shop.db") { path in
            try make(path, products: products, locations: 1)
            let store = try Store.open(path: path, now: now)
            try count(store, products: products, locations: 1) { _ in Int(Bench.unitsOnHand) }
            try store.close()
        }
    }

    func floorShop() throws -> String {
        try once("floor-shop.db") { cfloor_create($0, Int64(products), 1, Bench.unitsOnHand) }
    }

    /// What is sold in the shop, at its one location.
    var products: Int { min(10_000, options.levels) }

    /// `levels` levels that nobody has counted.
    func uncounted(levels: Int) throws -> String {
        try once("uncounted-\(levels).db") { try make($0, products: levels / Bench.locations, locations: Bench.locations) }
    }

    /// `levels` counted levels, few of them short and alerted.
    func counted(levels: Int) throws -> String {
        try counted(levels: levels, as: "counted") { $0 % 1000 < Bench.shortOfThousand ? 3 : 50 }
    }

    /// `levels` counted levels, none of them short.
    func healthy(levels: Int) throws -> String { try counted(levels: levels, as: "healthy") { _ in 50 } }

    /// `levels` counted levels, more of each than can be bought.
    func plenty(levels: Int) throws -> String {
        try counted(levels: levels, as: "plenty") { _ in Int(Bench.unitsOnHand) }
    }

    private func counted(levels: Int, as name: String, quantity: @escaping @Sendable (Int) -> Int) throws -> String {
        try once("\(name)-\(levels).db") { path in
            try FileManager.default.copyItem(atPath: try uncounted(levels: levels), toPath: path)
            let store = try Store.open(path: path, now: now)
            try count(store, products: levels / Bench.locations, locations: Bench.locations, quantity: quantity)
            try store.close()
        }
    }

    func floorHealthy(levels: Int) throws -> String {
        try once("floor-healthy-\(levels).db") { cfloor_create($0, Int64(levels / Bench.locations), Int64(Bench.locations), 50) }
    }

    private func make(_ path: String, products: Int, locations: Int) throws {
        let store = try Store.open(path: path, now: now)
        try fill(store, products: products, locations: locations)
        try store.close()
    }

    private func count(
        _ store: Store, products: Int, locations: Int, quantity: @escaping @Sendable (Int) -> Int
    ) throws {
        let source = try source(of: store)
        for page in countPages(products: products, locations: locations, at: now - .hours(1), quantity: quantity) {
            try store.writeAndWait { [now] in try $0.apply(page, from: source, now: now) }
        }
    }

    /// The catalogue, uncounted.
    private func fill(_ store: Store, products: Int, locations: Int) throws {
        try store.writeAndWait { [now] in _ = try $0.registerSource("bench", kind: "demo", tenant: "default", now: now) }
        let source = try source(of: store)
        var page = SyncPage(phase: "locations", resume: "")
        page.locations = (0..<locations).map { SourceLocation(externalID: "L\($0)", name: "Store \($0)", timeZone: "UTC") }
        try store.writeAndWait { [page, now] in try $0.apply(page, from: source, now: now) }
        for start in stride(from: 0, to: products, by: 1000) {
            var page = SyncPage(phase: "catalogue", resume: "")
            page.products = (start..<min(start + 1000, products)).map {
                SourceProduct(externalID: "V\($0)", sku: "SKU-\($0)", name: "Product \($0)", category: "Category \($0 % 20)")
            }
            try store.writeAndWait { [page, now] in try $0.apply(page, from: source, now: now) }
        }
    }

    func source(of store: Store) throws -> SourceRecord {
        try store.writeAndWait { try $0.sources(name: "bench")[0] }
    }

    /// Counts of every product at every location, in an order that has nothing to do with keys, 50,000 a page.
    func countPages(
        products: Int, locations: Int, at: Timestamp, quantity: @escaping @Sendable (Int) -> Int
    ) -> some Sequence<SyncPage> {
        let total = products * locations, size = 50_000
        // A step that shares no factor with the total visits each once.
        let step = 7_919
        return stride(from: 0, to: total, by: size).lazy.map { start in
            var page = SyncPage(phase: "counts", resume: "\(start)")
            page.counts = (start..<min(start + size, total)).map { index in
                let level = index * step % total
                return SourceCount(
                    key: SourceLevelKey(productID: "V\(level / locations)", locationID: "L\(level % locations)"),
                    value: .counted(Quantity(quantity(level))), countedAt: at)
            }
            return page
        }
    }
}
