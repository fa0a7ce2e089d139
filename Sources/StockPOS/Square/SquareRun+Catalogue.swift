import StockDomain

extension SquareRun {
    /// A page of what changed, or of the whole catalogue.
    mutating func catalogue() async throws {
        let everything = bookmark.step == .refresh
        let request = SquareCatalogSearch(
            // Items carry their variations. A variation that changed or went without its item comes on its own.
            object_types: everything ? ["ITEM"] : ["ITEM", "ITEM_VARIATION", "CATEGORY"],
            begin_time: everything ? nil : reaching(back: bookmark.catalogueMark, by: Self.overlap),
            include_deleted_objects: !everything, limit: Self.catalogueLimit, cursor: bookmark.cursor)
        let reply: SquareCatalogPage = try await client.post(
            "/v2/catalog/search", request, hasCursor: bookmark.cursor != nil)

        var page = SyncPage(phase: "catalogue", resume: "")
        page.skipped = reply.$objects
        var items = reply.objects.filter { $0.type == "ITEM" }
        let variations = reply.objects.filter { $0.type == "ITEM_VARIATION" }
        if !everything {
            let expired = takeExpired(lastPage: reply.cursor ?? "" == "")
            items += try await parents(of: variations, expired, besides: items, into: &page)
        }
        for category in reply.objects where category.type == "CATEGORY" {
            bookmark.changed(category: category.id, version: category.version ?? began.milliseconds)
        }
        try await add(items, variations, related: reply.objects + reply.related_objects, to: &page)
        if !everything { try await addStockOfConverted(to: &page) }

        let began = began
        try await handOver(page, next: reply.cursor) { bookmark in
            if everything {
                bookmark.refresh = false
                bookmark.catalogueMark = bookmark.catalogueMark ?? began.milliseconds
                bookmark.step = .counts
            } else {
                bookmark.catalogueMark = began.milliseconds
                bookmark.step = bookmark.refresh ? .refresh : .counts
            }
        }
    }

    /// Variations whose offer has ended, at the last page of what changed. They count as told of only once the
    /// page is applied, since the bookmark goes with it.
    private mutating func takeExpired(lastPage: Bool) -> [String] {
        guard lastPage else { return [] }
        let due = bookmark.expiring.filter { $0.value <= now.milliseconds }.keys.sorted()
        for id in due { bookmark.expiring[id] = nil }
        return due
    }

    /// The items of variations that came without them: name and category stand there.
    private func parents(
        of variations: [SquareCatalogObject], _ expired: [String], besides items: [SquareCatalogObject],
        into page: inout SyncPage
    ) async throws -> [SquareCatalogObject] {
        var wanted = Set(
            variations.lazy.filter { $0.is_deleted != true }.compactMap { $0.item_variation_data?.item_id })
        for object in try await lookUp(expired, into: &page) {
            if let parent = object.item_variation_data?.item_id, object.is_deleted != true { wanted.insert(parent) }
        }
        wanted.subtract(items.map(\.id))
        return try await lookUp(wanted.sorted(), into: &page).filter { $0.type == "ITEM" }
    }

    private func lookUp(_ ids: [String], into page: inout SyncPage) async throws -> [SquareCatalogObject] {
        var found: [SquareCatalogObject] = []
        for start in stride(from: 0, to: ids.count, by: Self.lookupLimit) {
            let reply: SquareCatalogPage = try await client.post(
                "/v2/catalog/batch-retrieve",
                SquareCatalogRetrieve(
                    object_ids: Array(ids[start..<min(start + Self.lookupLimit, ids.count)]), include_related_objects: false))
            page.skipped += reply.$objects
            found += reply.objects
        }
        return found
    }

    private mutating func add(
        _ items: [SquareCatalogObject], _ variations: [SquareCatalogObject], related: [SquareCatalogObject],
        to page: inout SyncPage
    ) async throws {
        var catalogue = SquareCatalogue(locations: bookmark.locations, now: now)
        catalogue.add(categories: related)
        let missing = Set(items.lazy.compactMap(\.item_data).compactMap(SquareCatalogue.categoryID(of:)))
            .subtracting(catalogue.categories.keys)
        catalogue.add(categories: try await lookUp(missing.sorted(), into: &page))

        for item in items { catalogue.add(item: item) }
        var complete = Set(catalogue.products.map(\.externalID))
        for variation in variations {
            if variation.is_deleted == true {
                catalogue.add(deleted: variation)
            } else if complete.insert(variation.id).inserted {
                catalogue.skip(variation, "its item could not be read")
            }
        }
        catalogue.settle()
        page.products = catalogue.products
        page.skipped += catalogue.skipped
        for product in catalogue.products { bookmark.expiring[product.externalID] = nil }
        for (id, end) in catalogue.expiring where bookmark.expiring.count < SquareBookmark.expiringLimit {
            bookmark.expiring[id] = end.milliseconds
        }
    }

    /// Levels of products that are converted: a conversion that is new or has changed makes a new level of a count that
    /// is old, and that the counts phase therefore would not read.
    private mutating func addStockOfConverted(to page: inout SyncPage) async throws {
        var converted: [String: [SourceProduct]] = [:]
        for product in page.products where !product.deleted {
            if let conversion = product.conversion { converted[conversion.stockedID, default: []].append(product) }
        }
        guard !converted.isEmpty, !bookmark.locations.isEmpty else { return }
        var conversions: [String: StockConversion] = [:]
        for product in converted.values.joined() { conversions[product.externalID] = product.conversion }
        try await addCurrentCounts(of: converted.keys.sorted(), at: bookmark.locations, new: conversions, to: &page)
    }
}
