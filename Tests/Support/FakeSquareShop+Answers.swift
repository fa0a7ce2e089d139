import StockDomain

/// What the shop answers to a request: pure but for the cursors it gives out.
extension FakeSquareShop {
    package struct Answer: Sendable {
        package var status: Int
        package var body: SquareJSON

        package static func error(_ status: Int, _ code: String, field: String? = nil, detail: String) -> Answer {
            var entry: SquareJSON = ["code": .string(code), "detail": .string(detail)]
            entry["category"] = status == 401 || status == 403 ? "AUTHENTICATION_ERROR" : status == 429 ? "RATE_LIMIT_ERROR"
                : status >= 500 ? "API_ERROR" : "INVALID_REQUEST_ERROR"
            if let field { entry["field"] = .string(field) }
            return Answer(status: status, body: ["errors": [entry]])
        }
    }

    /// The result of a search, fixed when it was made; what is generated is made when its page is sent.
    struct Listing: Sendable {
        var path: String
        var request: SquareJSON
        var stored: [SquareJSON]
        var generated: Generation?
        var count: Int
        var offset = 0

        func element(_ index: Int) -> SquareJSON {
            index < stored.count ? stored[index] : generated!.make(index - stored.count)
        }
    }

    struct Generation: Sendable {
        var count: Int
        var make: @Sendable (Int) -> SquareJSON
    }

    /// - Parameter headers: names in lower case.
    package mutating func answer(
        method: String, path: String, headers: [String: String], body: [UInt8]
    ) -> Answer {
        guard headers["authorization"] == "Bearer \(token)" else {
            return .error(401, "UNAUTHORIZED", detail: "This request could not be authorized.")
        }
        guard let version = headers["square-version"], Timestamp(rfc3339: version + "T00:00:00Z") != nil else {
            return .error(400, "BAD_REQUEST", field: "Square-Version", detail: "is missing or no version")
        }
        if method == "GET", path == "/v2/locations" {
            return scoped("MERCHANT_PROFILE_READ") ?? Answer(status: 200, body: ["locations": .array(locations)])
        }
        let endpoints: [String: (String, FakeSquareRule)] = [
            "/v2/catalog/search": ("ITEMS_READ", .catalogSearch),
            "/v2/catalog/batch-retrieve": ("ITEMS_READ", .catalogRetrieve),
            "/v2/inventory/counts/batch-retrieve": ("INVENTORY_READ", .counts),
            "/v2/inventory/changes/batch-retrieve": ("INVENTORY_READ", .changes),
            "/v2/orders/search": ("ORDERS_READ", .orders),
        ]
        guard let (scope, rule) = endpoints[path] else { return .error(404, "NOT_FOUND", detail: "no such resource") }
        guard method == "POST" else { return .error(405, "METHOD_NOT_ALLOWED", detail: "use POST") }
        if let refused = scoped(scope) { return refused }
        guard headers["content-type"]?.hasPrefix("application/json") == true, let request = try? SquareJSON(parsing: body)
        else { return .error(400, "EXPECTED_JSON_BODY", detail: "the body is no JSON") }
        do {
            try rule.check(request)
            if path == "/v2/orders/search" { try FakeSquareRule.checkOrderDates(request) }
        } catch {
            return .error(400, error.code, field: error.field, detail: error.detail)
        }
        if path == "/v2/catalog/batch-retrieve" { return retrieve(request) }
        return page(path, request)
    }

    /// Every cursor given out so far is refused from now on, as Square does with old ones.
    package mutating func expireCursors() { listings = [:] }

    private func scoped(_ scope: String) -> Answer? {
        scopes.contains(scope)
            ? nil : .error(403, "INSUFFICIENT_SCOPES", detail: "The merchant has not given your application \(scope).")
    }

    private mutating func page(_ path: String, _ body: SquareJSON) -> Answer {
        var request = body
        request["cursor"] = nil
        var listing: Listing
        if let cursor = body["cursor"]?.string {
            guard let known = listings[cursor] else {
                return .error(400, "INVALID_CURSOR", field: "cursor", detail: "The provided cursor is invalid.")
            }
            guard known.path == path, known.request == request else {
                return .error(400, "INVALID_CURSOR", field: "cursor", detail: "The request differs from the cursor's.")
            }
            listing = known
        } else {
            listing = search(path, request)
        }
        let limit = min(pageLimit, Int(body["limit"]?.int ?? 100))
        let end = min(listing.count, listing.offset + limit)
        let elements = (listing.offset..<end).map(listing.element)
        let key = [
            "/v2/catalog/search": "objects", "/v2/inventory/counts/batch-retrieve": "counts",
            "/v2/inventory/changes/batch-retrieve": "changes", "/v2/orders/search": "orders",
        ][path]!
        // Square leaves empty lists out.
        var reply: SquareJSON = elements.isEmpty ? [:] : .object([key: .array(elements)])
        if path == "/v2/catalog/search", request["include_related_objects"]?.isTrue == true {
            let related = related(to: elements)
            if !related.isEmpty { reply["related_objects"] = .array(related) }
        }
        if end < listing.count {
            cursorsGiven += 1
            let cursor = "cursor-\(cursorsGiven)"
            listing.offset = end
            listings[cursor] = listing
            reply["cursor"] = .string(cursor)
        }
        return Answer(status: 200, body: reply)
    }

    private func search(_ path: String, _ request: SquareJSON) -> Listing {
        var listing = Listing(path: path, request: request, stored: [], count: 0)
        switch path {
        case "/v2/catalog/search": (listing.stored, listing.generated) = searchCatalogue(request)
        case "/v2/inventory/counts/batch-retrieve": (listing.stored, listing.generated) = searchCounts(request)
        case "/v2/inventory/changes/batch-retrieve": listing.stored = searchChanges(request)
        default: listing.stored = rawOrders + searchOrders(request)
        }
        listing.count = listing.stored.count + (listing.generated?.count ?? 0)
        return listing
    }

    // MARK: Catalogue

    private func searchCatalogue(_ request: SquareJSON) -> ([SquareJSON], Generation?) {
        let types = Set(request["object_types"]?.strings ?? ["ITEM", "CATEGORY"])
        let begin = request["begin_time"]?.string.flatMap(Timestamp.init(rfc3339:))
        let deleted = request["include_deleted_objects"]?.isTrue == true
        let found = catalogue.filter { _, stored in
            types.contains(stored.object["type"]?.string ?? "") && (deleted || !stored.deleted)
                && begin.map { stored.updatedAt > $0 } ?? true
        }
        let objects = found.sorted { $0.key < $1.key }.map { complete($0.value) }
        guard let generated, types.contains("ITEM"), begin.map({ generated.at > $0 }) ?? true else {
            return (rawCatalogue + objects, nil)
        }
        return (rawCatalogue + objects, Generation(count: generated.items, make: generated.item))
    }

    /// An item as Square sends it, with its variations inside.
    private func complete(_ stored: Stored) -> SquareJSON {
        guard stored.object["type"] == "ITEM", !stored.deleted, let id = stored.object["id"],
            var item = stored.object["item_data"]
        else { return stored.object }
        let variations = catalogue.filter {
            !$0.value.deleted && $0.value.object["item_variation_data"]?["item_id"] == id
        }
        let nested = variations.sorted { $0.key < $1.key }.map(\.value.object)
        item["variations"] = .array((item["variations"]?.array ?? []) + nested)
        var object = stored.object
        object["item_data"] = item
        return object
    }

    /// One level: categories of items, items of variations.
    private func related(to objects: [SquareJSON]) -> [SquareJSON] {
        var ids: Set<String> = []
        for object in objects {
            for category in object["item_data"]?["categories"]?.array ?? [] { ids.formUnion(category["id"]?.string.map { [$0] } ?? []) }
            if let parent = object["item_variation_data"]?["item_id"]?.string { ids.insert(parent) }
        }
        return ids.sorted().compactMap { catalogue[$0].map(complete) }
    }

    private func retrieve(_ request: SquareJSON) -> Answer {
        let deleted = request["include_deleted_objects"]?.isTrue == true
        let found = (request["object_ids"]?.strings ?? []).compactMap { catalogue[$0] }
            .filter { deleted || !$0.deleted }.map(complete)
        return Answer(status: 200, body: found.isEmpty ? [:] : ["objects": .array(found)])
    }

    // MARK: Inventory

    private func searchCounts(_ request: SquareJSON) -> ([SquareJSON], Generation?) {
        let variations = request["catalog_object_ids"]?.strings.map(Set.init)
        let places = request["location_ids"]?.strings.map(Set.init)
        let states = request["states"]?.strings.map(Set.init)
        let after = request["updated_after"]?.string.flatMap(Timestamp.init(rfc3339:))
        let found = counts.filter { key, count in
            variations?.contains(key.variation) ?? true && places?.contains(key.location) ?? true
                && states?.contains(key.state) ?? true && after.map { count.at > $0 } ?? true
        }
        let sorted = found.sorted {
            ($1.value.at, $0.key.variation, $0.key.location) < ($0.value.at, $1.key.variation, $1.key.location)
        }
        let stored = rawCounts + sorted.map { key, count in
            Self.count(key.variation, key.location, key.state, count.quantity.description, count.at)
        }
        guard let generated, after.map({ generated.at > $0 }) ?? true, states?.contains("IN_STOCK") ?? true else {
            return (stored, nil)
        }
        let all = locationIDs
        let asked = all.indices.filter { places?.contains(all[$0]) ?? true }
        let indices = variations.map { $0.compactMap(generated.index(of:)).sorted() }
        let made = Generation(count: (indices?.count ?? generated.items) * asked.count) { index in
            let item = indices?[index / asked.count] ?? index / asked.count
            let place = asked[index % asked.count]
            return Self.count(
                generated.variation(item), all[place], "IN_STOCK", "\(generated.quantity(item, place))", generated.at)
        }
        return (stored, made)
    }

    private static func count(
        _ variation: String, _ location: String, _ state: String, _ quantity: String, _ at: Timestamp
    ) -> SquareJSON {
        [
            "catalog_object_id": .string(variation), "catalog_object_type": "ITEM_VARIATION", "state": .string(state),
            "location_id": .string(location), "quantity": .string(quantity), "calculated_at": .string(at.description),
        ]
    }

    private func searchChanges(_ request: SquareJSON) -> [SquareJSON] {
        let variations = request["catalog_object_ids"]?.strings.map(Set.init)
        let places = request["location_ids"]?.strings.map(Set.init)
        let types = request["types"]?.strings.map(Set.init)
        let found = changes.filter { change in
            variations?.contains(change.variation) ?? true && places?.contains(change.location) ?? true
                && types?.contains(change.type) ?? true
        }
        var answers = found.sorted { $0.occurredAt < $1.occurredAt }.map { change -> SquareJSON in
            .object(["type": .string(change.type), change.type.lowercased(): change.body])
        }
        if let generated, let variations {
            for index in variations.compactMap(generated.index(of:)).sorted() where generated.wasCounted(index) {
                for place in locationIDs where places?.contains(place) ?? true {
                    answers.append([
                        "type": "PHYSICAL_COUNT",
                        "physical_count": [
                            "catalog_object_id": .string(generated.variation(index)), "location_id": .string(place),
                            "state": "IN_STOCK", "quantity": "1", "occurred_at": .string(generated.at.description),
                        ],
                    ])
                }
            }
        }
        return answers
    }

    // MARK: Orders

    private func searchOrders(_ request: SquareJSON) -> [SquareJSON] {
        let places = Set(request["location_ids"]?.strings ?? [])
        let filter = request["query"]?["filter"]
        let states = filter?["state_filter"]?["states"]?.strings.map(Set.init)
        let closed = filter?["date_time_filter"]?["closed_at"]
        let from = closed?["start_at"]?.string.flatMap(Timestamp.init(rfc3339:))
        let to = closed?["end_at"]?.string.flatMap(Timestamp.init(rfc3339:))
        func time(_ order: SquareJSON) -> Timestamp { Timestamp(rfc3339: order["closed_at"]?.string ?? "") ?? now }
        return orders.filter { order in
            places.contains(order["location_id"]?.string ?? "") && states?.contains(order["state"]?.string ?? "") ?? true
                && from.map { time(order) >= $0 } ?? true && to.map { time(order) <= $0 } ?? true
        }.sorted { time($0) < time($1) }
    }
}
