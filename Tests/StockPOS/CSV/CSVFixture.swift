import Foundation
import StockDomain
import StockStore
import Synchronization

@testable import StockPOS

/// A drop folder, a real database that its source feeds, and a clock that stands where the test puts it.
final class CSVFixture: SyncSink {
    let directory: URL
    let folder: URL
    let store: Store
    let source: SourceRecord
    let csv: CSVSource
    /// Ahead of the file system's, so that what the test has written has been there for long.
    let now = Timestamp(Date()) + .hours(1)
    private let moment = Mutex<Timestamp?>(nil)
    private let pagesLeft = Mutex<Int?>(nil)
    private let hook = Mutex<(@Sendable () throws -> Void)?>(nil)

    init(decimalComma: Bool = false) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("stockd-\(UUID().uuidString)")
        folder = directory.appendingPathComponent("drop")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let now = now
        store = try Store.open(path: directory.appendingPathComponent("stock.db").path, now: now)
        csv = CSVSource(path: folder.path, decimalComma: decimalComma)
        source = try store.writeAndWait { tx in
            _ = try tx.registerSource("nightly", kind: "csv", tenant: "default", now: now)
            let source = try tx.sources(name: "nightly")[0]
            for name in ["s", "t"] {
                _ = try tx.createLocation(name, timeZone: "Europe/Berlin", tenantID: source.tenantID, now: now)
            }
            for sku in ["A", "B", "C"] {
                _ = try tx.createProduct(ProductDraft(sku: sku, name: "Product \(sku)"), tenantID: source.tenantID, now: now)
            }
            return source
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? store.close()
        try? FileManager.default.removeItem(at: directory)
    }

    func drop(_ name: String, _ text: String, modified: Timestamp? = nil) throws {
        try drop(name, Data(text.utf8), modified: modified)
    }

    func drop(_ name: String, _ bytes: Data, modified: Timestamp? = nil) throws {
        let file = folder.appendingPathComponent(name)
        try bytes.write(to: file)
        if let modified {
            try FileManager.default.setAttributes([.modificationDate: modified.date], ofItemAtPath: file.path)
        }
    }

    /// The page after `pages` more is lost, as by `kill -9` before its transaction.
    func crash(after pages: Int?) { pagesLeft.withLock { $0 = pages } }

    /// Does that once all of a file has been applied, and before it is moved away.
    func onceRead(_ body: @escaping @Sendable () throws -> Void) { hook.withLock { $0 = body } }

    /// `now`: when it is; nil: as ever.
    func sync(now later: Timestamp? = nil) async throws {
        let resume = try await store.read { [source] in try $0.resume(sourceID: source.id) }
        moment.withLock { $0 = later }
        try await csv.sync(resume: resume, into: self, now: later ?? now)
    }

    func report(_ path: String) throws -> FileReport {
        try JSONDecoder().decode(FileReport.self, from: Data(contentsOf: folder.appendingPathComponent(path + ".report.json")))
    }

    func files(_ place: String = "") throws -> [String] {
        let path = folder.appendingPathComponent(place).path
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { $0 != "done" && $0 != "failed" }.sorted()
    }

    func quantity(_ sku: String, _ location: String = "s") throws -> Quantity? {
        try store.writeAndWait { [source] tx in
            let key = LevelKey(
                productID: try tx.product(sku, tenantID: source.tenantID).id,
                locationID: try tx.location(location, tenantID: source.tenantID).id)
            return try tx.level(key)?.onHand
        }
    }

    func sell(_ sku: String, _ quantity: Int) throws {
        _ = try store.writeAndWait { [source, now] tx in
            try tx.change(
                .sale(Quantity(quantity)), productID: tx.product(sku, tenantID: source.tenantID).id,
                locationID: tx.location("s", tenantID: source.tenantID).id, origin: MovementOrigin(by: "root", at: now), now: now)
        }
    }

    func count(_ sql: String) throws -> Int { Int(try store.writeAndWait { try $0.count(of: sql) }) }

    // MARK: SyncSink

    private func countPage() throws {
        try pagesLeft.withLock { left in
            if left == 0 { throw RecordingSink.Crash() }
            left = left.map { $0 - 1 }
        }
    }

    func apply(_ page: SyncPage) async throws {
        try countPage()
        let now = moment.withLock { $0 } ?? self.now
        try await store.write { [source] in try $0.apply(page, from: source, now: now) }
    }

    func apply(_ page: ImportPage) async throws -> ImportOutcome {
        try countPage()
        let now = moment.withLock { $0 } ?? self.now
        let outcome = try await store.write { [source] in try $0.apply(page, from: source, now: now) }
        if page.finished != nil {
            let body = hook.withLock { body in
                defer { body = nil }
                return body
            }
            try body?()
        }
        return outcome
    }

    func appliedFile(digest: String) async throws -> (file: AppliedFile, isLast: Bool)? {
        try await store.read { [source] in try $0.appliedFile(digest: digest, sourceID: source.id) }
    }

    func uncounted(_ keys: [SourceLevelKey]) async throws -> Set<SourceLevelKey> { [] }
    func conversions(from productIDs: [String]) async throws -> [String: StockConversion] { [:] }
}

extension StoreTransaction {
    /// Rows of the ledger, sales …
    fileprivate func count(of what: String) throws -> Int64 {
        switch what {
        case "movements": Int64(try movements(tenantID: tenant("default").id, location: nil, since: nil, after: 0, limit: 1_000_000).rows.count)
        default: 0
        }
    }
}
