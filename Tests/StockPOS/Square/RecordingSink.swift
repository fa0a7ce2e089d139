import StockDomain
import StockPOS
import Synchronization

/// What a store makes of the pages, in memory, with the rules that a source relies on.
final class RecordingSink: SyncSink {
    struct Crash: Error {}

    struct Level: Hashable {
        var value: SourceCount.Value
        var at: Timestamp
    }

    struct State {
        var locations: [String: SourceLocation] = [:]
        var products: [String: SourceProduct] = [:]
        var levels: [SourceLevelKey: Level] = [:]
        var sales: [String: SourceSale] = [:]
        var skipped: [SkippedObject] = []
        var phases: [String] = []
        var resume: String?
        var pages = 0
        var largest = 0
        /// Zeros that were applied, in order: an alert may have followed each.
        var zeros: [SourceLevelKey] = []
        var crashAfter: Int?
        var keepsPages = true
    }

    private let state = Mutex(State())

    var now: State { state.withLock { $0 } }
    var resume: String? { now.resume }

    /// The page after `pages` more is lost, as by `kill -9` before its transaction.
    func crash(after pages: Int?) { state.withLock { state in state.crashAfter = pages.map { $0 + state.pages } } }
    func forgetSkipped() { state.withLock { $0.skipped = []; $0.zeros = []; $0.phases = [] } }

    func apply(_ page: ImportPage) async throws -> ImportOutcome { ImportOutcome() }
    func appliedFile(digest: String) async throws -> (file: AppliedFile, isLast: Bool)? { nil }

    func apply(_ page: SyncPage) async throws {
        try state.withLock { state in
            if let limit = state.crashAfter, state.pages >= limit { throw Crash() }
            state.pages += 1
            state.largest = max(state.largest, page.products.count, page.counts.count, page.sales.count)
            state.resume = page.resume
            state.phases.append(page.phase)
            state.skipped += page.skipped
            for location in page.locations { state.locations[location.externalID] = location }
            for product in page.products { state.products[product.externalID] = product }
            for sale in page.sales where state.sales[sale.externalID] == nil { state.sales[sale.externalID] = sale }
            for count in page.counts {
                if let known = state.levels[count.key], known.at > count.countedAt { continue }
                if count.value == .counted(.zero) { state.zeros.append(count.key) }
                state.levels[count.key] = Level(value: count.value, at: count.countedAt)
            }
        }
    }

    func uncounted(_ keys: [SourceLevelKey]) async throws -> Set<SourceLevelKey> {
        state.withLock { state in
            Set(keys.filter { key in if case .counted? = state.levels[key]?.value { false } else { true } })
        }
    }

    func conversions(from productIDs: [String]) async throws -> [String: StockConversion] {
        state.withLock { state in
            let asked = Set(productIDs)
            return state.products.compactMapValues { product in
                guard !product.deleted, let conversion = product.conversion, asked.contains(conversion.stockedID) else { return nil }
                return conversion
            }
        }
    }

    /// The level as the rules see it: what is off sale is 0.
    func level(_ product: String, _ location: String) -> SourceCount.Value? {
        state.withLock { state in
            let known = state.products[product]
            let override = known?.overrides.first { $0.locationID == location }
            if let known, !(override?.tracked ?? known.tracked) { return .untracked }
            if override?.soldOut == true { return .counted(.zero) }
            if let level = state.levels[SourceLevelKey(productID: product, locationID: location)] { return level.value }
            return known == nil ? nil : .unknown
        }
    }
}
