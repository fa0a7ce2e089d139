import StockDomain

extension SquareRun {
    /// Keys asked of Square in one go when single levels are looked at.
    static let lookAgain = 200

    mutating func counts() async throws {
        let (ids, last) = chunk(of: Self.countLocations)
        var page = SyncPage(phase: "counts", resume: "")
        var cursor: String?
        if !ids.isEmpty {
            let request = SquareCountsRequest(
                location_ids: ids, updated_after: reaching(back: bookmark.countsMark, by: Self.overlap),
                limit: Self.countsLimit, cursor: bookmark.cursor)
            let reply: SquareCountsPage = try await client.post(
                "/v2/inventory/counts/batch-retrieve", request, hasCursor: bookmark.cursor != nil)
            page.skipped = reply.$counts
            try await add(reply.counts, at: ids, to: &page)
            cursor = reply.cursor
        }
        let began = began
        try await handOver(page, next: cursor) { bookmark in
            if last {
                bookmark.chunk = 0
                if !bookmark.holdsCounts { bookmark.countsMark = began.milliseconds }
                bookmark.step = .zeros
            } else {
                bookmark.chunk += 1
            }
        }
    }

    /// Asks again about zeros that nothing confirmed in former runs.
    mutating func zeros() async throws {
        var page = SyncPage(phase: "zeros", resume: "")
        let (variations, locations) = bookmark.nextRecheck(limit: Self.lookAgain)
        let synced = bookmark.locations.filter(locations.contains)
        if !synced.isEmpty { try await addCurrentCounts(of: variations, at: synced, to: &page) }
        if bookmark.recheck.isEmpty { bookmark.step = .orders }
        page.resume = bookmark.text
        try await sink.apply(page)
    }

    /// What Square counts now for `variations`, whenever it was counted.
    mutating func addCurrentCounts(
        of variations: [String], at locations: [String], new conversions: [String: StockConversion] = [:],
        to page: inout SyncPage
    ) async throws {
        for start in stride(from: 0, to: variations.count, by: Self.lookAgain) {
            let some = Array(variations[start..<min(start + Self.lookAgain, variations.count)])
            var request = SquareCountsRequest(catalog_object_ids: some, location_ids: locations, limit: Self.countsLimit)
            var seen: Set<String> = []
            repeat {
                let reply: SquareCountsPage = try await unresumed("/v2/inventory/counts/batch-retrieve", request, request.cursor)
                page.skipped += reply.$counts
                try await add(reply.counts, at: locations, new: conversions, to: &page)
                request.cursor = try next(reply.cursor, after: &seen)
            } while request.cursor != nil
        }
    }

    /// Adds a page of counts: zeros of levels that were never counted only once something confirms them, and levels
    /// that follow from the counted ones by conversion.
    mutating func add(
        _ counts: [SquareCount], at locations: [String], new conversions: [String: StockConversion] = [:],
        to page: inout SyncPage
    ) async throws {
        let asked = Set(locations)
        var latest: [SourceLevelKey: (quantity: Quantity, at: Timestamp)] = [:]
        for count in counts {
            // Only this state can be sold; what is reserved, in transit or waste is no stock.
            guard count.state == "IN_STOCK" else { continue }
            guard let reason = unusable(count, asked) else {
                let key = SourceLevelKey(productID: count.catalog_object_id, locationID: count.location_id)
                let at = count.calculated_at.flatMap(Timestamp.init(rfc3339:)) ?? began
                if let known = latest[key], known.at > at { continue }
                latest[key] = (count.quantity.quantity, at)
                continue
            }
            page.skipped.append(
                SkippedObject(object: Text.mended("count of \(count.catalog_object_id)") ?? "count", reason: reason))
        }
        let unknown = try await unconfirmed(zeros: latest.filter { $0.value.quantity == .zero }.map(\.key), to: &page)
        for key in latest.keys {
            if unknown.contains(key) { bookmark.unconfirmed(key) } else { bookmark.settled(key) }
        }
        let own = latest.map { key, count in
            SourceCount(key: key, value: unknown.contains(key) ? .unknown : .counted(count.quantity), countedAt: count.at)
        }
        page.counts += own
        page.counts += try await converted(own, new: conversions)
    }

    private func unusable(_ count: SquareCount, _ asked: Set<String>) -> String? {
        if (try? Text.check(count.catalog_object_id)) == nil { return "its catalog_object_id is not usable" }
        if !asked.contains(count.location_id) { return "its location was not asked for" }
        if let at = count.calculated_at, Timestamp(rfc3339: at) == nil { return "its calculated_at is no time" }
        return nil
    }

    private func converted(_ counts: [SourceCount], new: [String: StockConversion]) async throws -> [SourceCount] {
        guard !counts.isEmpty else { return [] }
        var conversions = try await sink.conversions(from: Set(counts.map(\.key.productID)).sorted())
        conversions.merge(new) { _, new in new }
        var bySource: [String: [(String, StockConversion)]] = [:]
        for (product, conversion) in conversions { bySource[conversion.stockedID, default: []].append((product, conversion)) }
        return counts.flatMap { count in
            (bySource[count.key.productID] ?? []).map { product, conversion in
                let value: SourceCount.Value =
                    switch count.value {
                    case .counted(let quantity): conversion.convert(quantity).map { .counted($0) } ?? .unknown
                    case .unknown: .unknown
                    case .untracked: .untracked
                    }
                return SourceCount(
                    key: SourceLevelKey(productID: product, locationID: count.key.locationID), value: value,
                    countedAt: count.countedAt)
            }
        }
    }
}

// MARK: Confirming zeros

extension SquareRun {
    /// Those of `zeros` that were never counted so far and that no count or adjustment of Square's history explains: a
    /// tracked product that nobody ever counted looks exactly like one that is sold out.
    private mutating func unconfirmed(
        zeros: [SourceLevelKey], to page: inout SyncPage
    ) async throws -> Set<SourceLevelKey> {
        guard !zeros.isEmpty else { return [] }
        let open = try await sink.uncounted(zeros)
        var unconfirmed = open
        let variations = Set(open.map(\.productID)).sorted()
        for start in stride(from: 0, to: variations.count, by: Self.lookAgain) {
            let some = Set(variations[start..<min(start + Self.lookAgain, variations.count)])
            unconfirmed.subtract(try await withHistory(open.filter { some.contains($0.productID) }, to: &page))
        }
        return unconfirmed
    }

    /// Those of `keys` that were ever counted or moved.
    ///
    /// Square answers with the whole history, oldest first, of which one entry each is enough: as soon as some have
    /// shown up, the rest is asked for without them.
    private func withHistory(_ keys: Set<SourceLevelKey>, to page: inout SyncPage) async throws -> Set<SourceLevelKey> {
        var open = keys
        var request = SquareChangesRequest(open: open, limit: Self.countsLimit)
        var seen: Set<String> = []
        while true {
            let reply: SquareChangesPage = try await unresumed("/v2/inventory/changes/batch-retrieve", request, request.cursor)
            page.skipped += reply.$changes
            let before = open.count
            for change in reply.changes { open.subtract(change.evidence) }
            guard let cursor = try next(reply.cursor, after: &seen), !open.isEmpty else { return keys.subtracting(open) }
            if open.count < before {
                request = SquareChangesRequest(open: open, limit: Self.countsLimit)
                seen = []
            } else {
                request.cursor = cursor
            }
        }
    }

    /// A request whose pages the bookmark does not know: when its cursor is refused, the page of the phase fails.
    private func unresumed<Body: Encodable, Reply: Decodable>(_ path: String, _ body: Body, _ cursor: String?) async throws -> Reply {
        do {
            return try await client.post(path, body, hasCursor: cursor != nil)
        } catch let refusal as SquareRefusal {
            throw SyncFailure(.transient(retryAfter: nil), refusal.description)
        }
    }

    private func next(_ cursor: String?, after seen: inout Set<String>) throws -> String? {
        guard let cursor, !cursor.isEmpty else { return nil }
        guard seen.insert(cursor).inserted else { throw SyncFailure(.protocolBroken, "Square repeated a cursor") }
        return cursor
    }
}

extension SquareChangesRequest {
    init(open keys: Set<SourceLevelKey>, limit: Int) {
        self.init(
            catalog_object_ids: Set(keys.map(\.productID)).sorted(), location_ids: Set(keys.map(\.locationID)).sorted(),
            limit: limit)
    }
}

extension SquareChange {
    /// The levels whose sellable stock this change counted or moved.
    var evidence: [SourceLevelKey] {
        if let count = physical_count {
            guard let variation = count.catalog_object_id, let location = count.location_id, count.state ?? "IN_STOCK" == "IN_STOCK"
            else { return [] }
            return [SourceLevelKey(productID: variation, locationID: location)]
        }
        // Nothing moved: switching tracking on leaves such an entry, and proves no count.
        guard let move = adjustment, let variation = move.catalog_object_id, move.quantity?.quantity != .zero else { return [] }
        let ends = [
            (move.from_state, move.from_location_id ?? move.location_id), (move.to_state, move.to_location_id ?? move.location_id),
        ]
        return ends.compactMap { state, location in
            guard state == "IN_STOCK", let location else { return nil }
            return SourceLevelKey(productID: variation, locationID: location)
        }
    }
}
