import FoundationEssentials
import FoundationInternationalization
import StockDomain

/// One run: the bookmark, and the steps that move it on.
struct SquareRun {
    /// How far each run reaches back before the beginning of the last one. Square's times are its servers', and changes
    /// become visible a little after their time; whatever comes twice changes nothing.
    static let overlap: Duration = .minutes(10)
    /// Orders taken offline may be closed up to 72 h before they arrive.
    static let lateOrders: Duration = .hours(72)
    /// What the first run reads of the past: five weeks, enough for a rate of sale with its weekly rhythm.
    static let firstOrders: Duration = .days(35)

    /// An item may hold 250 variations with an override for each location: ten times more in a page could be gigabytes.
    static let catalogueLimit = 100
    static let countsLimit = 1000
    static let ordersLimit = 200
    /// Square's limit for orders.
    static let orderLocations = 10
    /// Bounds the request where Square states no limit.
    static let countLocations = 100
    static let lookupLimit = 100
    /// A phase whose cursors are refused again and again is not going to end.
    static let restartLimit = 3

    let client: SquareClient
    let sink: any SyncSink
    var bookmark: SquareBookmark
    let now: Timestamp
    /// Whether the cursor comes from a former run: it may have expired, and Square has more than one way to say so.
    var cursorIsStored: Bool
    var seenCursors: Set<String> = []
    var restarts = 0

    init(client: SquareClient, sink: any SyncSink, bookmark: SquareBookmark, now: Timestamp) {
        self.client = client
        self.sink = sink
        self.bookmark = bookmark
        self.now = now
        cursorIsStored = bookmark.cursor != nil
    }

    /// When this run, which may go on from an earlier one, began.
    var began: Timestamp { bookmark.began.map(Timestamp.init(milliseconds:)) ?? now }

    mutating func begin() {
        bookmark.begin(at: now)
        cursorIsStored = false
    }

    mutating func finish() async throws {
        while bookmark.step != .idle {
            try Task.checkCancellation()
            do {
                switch bookmark.step {
                case .idle: return
                case .locations: try await locations()
                case .changes, .refresh: try await catalogue()
                case .counts: try await counts()
                case .zeros: try await zeros()
                case .orders: try await orders()
                }
                cursorIsStored = false
            } catch let refusal as SquareRefusal {
                guard refusal.cursor || cursorIsStored, bookmark.cursor != nil, restarts < Self.restartLimit else {
                    throw SyncFailure(.protocolBroken, refusal.description)
                }
                restarts += 1
                restartPhase()
            }
        }
    }

    /// From its watermark; what was applied stays applied.
    mutating func restartPhase() {
        bookmark.cursor = nil
        cursorIsStored = false
        seenCursors = []
    }

    /// Hands over a page together with the bookmark past it: at the phase's next page, or at what follows the phase.
    mutating func handOver(
        _ page: SyncPage, next cursor: String?, otherwise next: (inout SquareBookmark) -> Void
    ) async throws {
        var page = page
        var failure: SyncFailure?
        if let cursor, !cursor.isEmpty {
            if cursor != bookmark.cursor, seenCursors.insert(cursor).inserted {
                bookmark.cursor = cursor
            } else {
                // From the start with the next run, or it would meet the same cursor again.
                restartPhase()
                failure = SyncFailure(
                    .protocolBroken, "Square repeated a cursor while sending \(page.phase); the phase starts again")
            }
        } else {
            bookmark.cursor = nil
            seenCursors = []
            next(&bookmark)
        }
        page.resume = bookmark.text
        try await sink.apply(page)
        if let failure { throw failure }
    }

    func reaching(back mark: Int64?, by overlap: Duration) -> String? {
        mark.map { (Timestamp(milliseconds: $0) - overlap).description }
    }

    /// The group of locations whose turn it is, and whether it is the last.
    func chunk(of size: Int) -> (ids: [String], last: Bool) {
        let start = bookmark.chunk * size
        let ids = Array(bookmark.locations.dropFirst(start).prefix(size))
        return (ids, start + size >= bookmark.locations.count)
    }
}

// MARK: Locations and orders

extension SquareRun {
    mutating func locations() async throws {
        let reply: SquareLocations = try await client.get("/v2/locations")
        var page = SyncPage(phase: "locations", resume: "")
        page.skipped = reply.$locations
        var synced: [String] = []
        for location in reply.locations where isSelected(location.id) {
            guard (try? Text.check(location.id)) != nil else {
                page.skipped.append(SkippedObject(object: "location", reason: "its id is not usable"))
                continue
            }
            var zone = location.timezone ?? "UTC"
            if TimeZone(identifier: zone) == nil {
                page.skipped.append(
                    SkippedObject(
                        object: "location \(location.id)", reason: "its time zone is not known; its days are those of UTC"))
                zone = "UTC"
            }
            // An unknown status is no reason to stop watching a shop.
            let active = location.status != "INACTIVE"
            page.locations.append(
                SourceLocation(
                    externalID: location.id, name: location.name.flatMap { Text.mended($0) } ?? location.id,
                    timeZone: zone, active: active))
            if active { synced.append(location.id) }
        }
        if case .only(let wanted) = client.configuration.locations {
            let known = Set(reply.locations.map(\.id))
            for id in wanted where !known.contains(id) {
                page.skipped.append(
                    SkippedObject(object: "location \(id)", reason: "is configured, but this Square account has none of that id"))
            }
            if known.isDisjoint(with: wanted) {
                throw SyncFailure(.misconfigured, "none of the configured locations belongs to this Square account")
            }
        }
        if !Set(synced).isSubset(of: bookmark.locations) {
            // Nothing was ever read for the new ones.
            bookmark.refresh = bookmark.catalogueMark != nil
            bookmark.countsMark = nil
            bookmark.ordersMark = nil
        }
        bookmark.locations = synced
        bookmark.step = bookmark.catalogueMark == nil ? .refresh : .changes
        page.resume = bookmark.text
        try await sink.apply(page)
    }

    private func isSelected(_ id: String) -> Bool {
        switch client.configuration.locations {
        case .all: true
        case .only(let ids): ids.contains(id)
        }
    }

    mutating func orders() async throws {
        let (ids, last) = chunk(of: Self.orderLocations)
        var page = SyncPage(phase: "orders", resume: "")
        var cursor: String?
        if !ids.isEmpty {
            let start =
                reaching(back: bookmark.ordersMark, by: Self.lateOrders) ?? (began - Self.firstOrders).description
            let request = SquareOrdersSearch(
                location_ids: ids,
                query: .init(filter: .init(date_time_filter: .init(closed_at: .init(start_at: start, end_at: began.description)))),
                limit: Self.ordersLimit, cursor: bookmark.cursor)
            let reply: SquareOrdersPage = try await client.post(
                "/v2/orders/search", request, hasCursor: bookmark.cursor != nil)
            var sales = SquareSales(locations: ids)
            for order in reply.orders { sales.add(order) }
            page.sales = sales.sales
            page.skipped = reply.$orders + sales.skipped
            cursor = reply.cursor
        }
        let began = began
        try await handOver(page, next: cursor) { bookmark in
            if last {
                bookmark.chunk = 0
                bookmark.ordersMark = began.milliseconds
                bookmark.step = .idle
            } else {
                bookmark.chunk += 1
            }
        }
    }
}
