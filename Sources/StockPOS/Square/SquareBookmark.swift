import FoundationEssentials
import StockDomain

/// Where a run stands and what the next one has to know; stored with every page. Times in milliseconds since 1970.
struct SquareBookmark: Codable, Sendable, Equatable {
    enum Step: String, Codable, Sendable {
        /// No run is under way.
        case idle
        case locations
        /// What changed in the catalogue since the watermark.
        case changes
        /// The whole catalogue.
        case refresh
        case counts
        /// Zeros of former runs that nothing confirmed then.
        case zeros
        case orders
    }

    static let currentVersion = 1
    /// Unconfirmed zeros that are remembered one by one: some 60 KB of bookmark, written with every page. Beyond
    /// it the watermark of the counts stays, and they are all read again.
    static let pendingLimit = 2000
    /// Limited offers remembered until they end. Beyond it they end with the next change of the product.
    static let expiringLimit = 500
    /// Beyond it the catalogue is read twice for one change.
    static let categoryLimit = 1000

    var version = currentVersion
    var step = Step.idle
    var began: Int64?
    var cursor: String?
    /// Which group of locations is being asked for.
    var chunk = 0
    /// Per phase the beginning of the last run that finished it; `nil`: never.
    var catalogueMark: Int64?
    var countsMark: Int64?
    var ordersMark: Int64?
    /// Active locations that are synced.
    var locations: [String] = []
    /// The whole catalogue is to be read once more.
    var refresh = false
    /// Versions of the categories that this run and the one before saw change. Products name their category, so a renamed
    /// one means all of them; and the overlap shows each change twice.
    var categories: [String: Int64] = [:]
    var categoriesBefore: [String: Int64] = [:]
    /// Zeros of this run that nothing confirms: locations by variation.
    var pending: [String: Set<String>] = [:]
    /// How many that are.
    var pendingCount = 0
    /// Those of former runs, still to be asked again.
    var recheck: [String: Set<String>] = [:]
    /// More zeros than `pending` takes: the counts' watermark must stay.
    var holdsCounts = false
    /// Variations whose `sold_out` ends by itself, and when.
    var expiring: [String: Int64] = [:]

    init() {}

    /// `nil` or unreadable (of a later version): everything from the start, which costs time and changes nothing twice.
    init(_ resume: String?) {
        self.init()
        if let resume, let read = try? JSONDecoder().decode(SquareBookmark.self, from: Data(resume.utf8)),
            read.version == Self.currentVersion
        {
            self = read
        }
    }

    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding strings, numbers and sets of them cannot fail.
        return String(decoding: (try? encoder.encode(self)) ?? Data(), as: UTF8.self)
    }

    /// Starts a run; zeros that are pending are asked about again in it.
    mutating func begin(at now: Timestamp) {
        step = .locations
        began = now.milliseconds
        cursor = nil
        chunk = 0
        categoriesBefore = categories
        categories = [:]
        recheck = pending
        pending = [:]
        pendingCount = 0
        holdsCounts = false
        // Of what is now the future: the clock was set back, and what changed since that run is not known. All is read again.
        func known(_ mark: Int64?) -> Int64? { mark.flatMap { $0 <= now.milliseconds ? $0 : nil } }
        catalogueMark = known(catalogueMark)
        countsMark = known(countsMark)
        ordersMark = known(ordersMark)
    }

    /// A category as its change was seen, which asks for the whole catalogue unless it was seen before.
    mutating func changed(category: String, version: Int64) {
        if categories[category] != version, categoriesBefore[category] != version { refresh = true }
        if categories.count < Self.categoryLimit { categories[category] = version }
    }

    mutating func unconfirmed(_ key: SourceLevelKey) {
        if pending[key.productID]?.contains(key.locationID) == true { return }
        guard pendingCount < Self.pendingLimit else { return holdsCounts = true }
        pending[key.productID, default: []].insert(key.locationID)
        pendingCount += 1
    }

    mutating func settled(_ key: SourceLevelKey) {
        guard pending[key.productID]?.remove(key.locationID) != nil else { return }
        pendingCount -= 1
        if pending[key.productID]?.isEmpty == true { pending[key.productID] = nil }
    }

    /// Takes up to `limit` variations off `recheck`, with all locations any of them is open at.
    mutating func nextRecheck(limit: Int) -> (variations: [String], locations: Set<String>) {
        let variations = Array(recheck.keys.sorted().prefix(limit))
        let locations = variations.reduce(into: Set()) { $0.formUnion(recheck.removeValue(forKey: $1) ?? []) }
        return (variations, locations)
    }
}
