import StockDomain

/// What the fake Square account holds: locations, catalogue, the inventory's history and the counts that follow from
/// it, and orders. Changes are made as a shop makes them; answers are computed from it by `FakeSquareShop+Answers`.
package struct FakeSquareShop: Sendable {
    package struct Variation: Sendable {
        package var id: String
        package var name: String
        package var sku: String?
        /// `nil` leaves the member out, as Square does where nobody ever switched tracking on.
        package var tracked: Bool?
        package var price: Int64?
        package var alertThreshold: Int64?
        package var overrides: [SquareJSON]
        /// Further members of `item_variation_data`.
        package var data: [String: SquareJSON]
        /// Further members of the object.
        package var object: [String: SquareJSON]

        package init(
            _ id: String, name: String = "Regular", sku: String? = nil, tracked: Bool? = true, price: Int64? = nil,
            alertThreshold: Int64? = nil, overrides: [SquareJSON] = [], data: [String: SquareJSON] = [:],
            object: [String: SquareJSON] = [:]
        ) {
            self.id = id
            self.name = name
            self.sku = sku
            self.tracked = tracked
            self.price = price
            self.alertThreshold = alertThreshold
            self.overrides = overrides
            self.data = data
            self.object = object
        }
    }

    struct Stored: Sendable {
        var object: SquareJSON
        var updatedAt: Timestamp
        var deleted = false
    }

    struct Count: Sendable {
        var quantity: Quantity
        var at: Timestamp
    }

    struct CountKey: Hashable, Sendable {
        var variation: String
        var location: String
        var state: String
    }

    struct Change: Sendable {
        var variation: String
        var location: String
        var occurredAt: Timestamp
        var type: String
        var body: SquareJSON
    }

    /// A catalogue too large to be worth storing: `items` of one variation each, made when asked for.
    package struct Generated: Sendable {
        package var items: Int
        package var at: Timestamp

        package init(items: Int, at: Timestamp) {
            self.items = items
            self.at = at
        }
    }

    /// Square's clock; stands still until moved.
    package var now: Timestamp
    package var token = "EAAA-fake"
    package var scopes: Set<String> = ["MERCHANT_PROFILE_READ", "ITEMS_READ", "INVENTORY_READ", "ORDERS_READ"]
    /// Pages are never longer than this, whatever is asked for.
    package var pageLimit = 1000
    /// Answers in the shape that holds since 2026-07-15.
    package var hasNewShapes = false
    package var generated: Generated?
    /// Sent as they are, before everything else: objects no real shop should have.
    package var rawCatalogue: [SquareJSON] = []
    package var rawCounts: [SquareJSON] = []
    package var rawOrders: [SquareJSON] = []

    package private(set) var locations: [SquareJSON] = []
    var catalogue: [String: Stored] = [:]
    var counts: [CountKey: Count] = [:]
    var changes: [Change] = []
    var orders: [SquareJSON] = []
    var listings: [String: Listing] = [:]
    var cursorsGiven = 0
    private var eventsMade = 0

    package init(now: Timestamp) { self.now = now }

    package var locationIDs: [String] { locations.compactMap { $0["id"]?.string } }

    // MARK: What a shop does

    package mutating func addLocation(
        _ id: String, name: String? = nil, zone: String = "America/New_York", status: String = "ACTIVE"
    ) {
        locations.append(
            [
                "id": .string(id), "name": .string(name ?? "Shop \(id)"), "timezone": .string(zone), "currency": "USD",
                "country": "US", "status": .string(status), "capabilities": ["CREDIT_CARD_PROCESSING", "A_NEW_CAPABILITY"],
            ])
    }

    package mutating func removeLocations() { locations = [] }

    package mutating func addCategory(_ id: String, name: String) {
        put(id, type: "CATEGORY", ["category_data": ["name": .string(name)]])
    }

    /// Adds or replaces an item and its variations.
    package mutating func addItem(
        _ id: String, name: String, category: String? = nil, data: [String: SquareJSON] = [:],
        object: [String: SquareJSON] = [:], variations: [Variation]
    ) {
        var item: [String: SquareJSON] = ["name": .string(name), "product_type": "REGULAR"]
        if let category { item["categories"] = [["id": .string(category), "ordinal": 0]] }
        item.merge(data) { _, new in new }
        put(id, type: "ITEM", ["item_data": .object(item)].merging(object) { _, new in new })
        for variation in variations { put(variation, of: id) }
    }

    /// Changes a variation alone; its item's time stays.
    package mutating func put(_ variation: Variation, of item: String) {
        var data: [String: SquareJSON] = [
            "item_id": .string(item), "name": .string(variation.name), "pricing_type": "FIXED_PRICING",
            "sellable": true, "stockable": true,
        ]
        if let sku = variation.sku { data["sku"] = .string(sku) }
        if let tracked = variation.tracked { data["track_inventory"] = .bool(tracked) }
        if let price = variation.price { data["price_money"] = ["amount": .int(price), "currency": "USD"] }
        if let threshold = variation.alertThreshold {
            data["inventory_alert_type"] = "LOW_QUANTITY"
            data["inventory_alert_threshold"] = .int(threshold)
        }
        if !variation.overrides.isEmpty { data["location_overrides"] = .array(variation.overrides) }
        data.merge(variation.data) { _, new in new }
        put(
            variation.id, type: "ITEM_VARIATION",
            ["item_variation_data": .object(data)].merging(variation.object) { _, new in new })
    }

    /// Deleting an item deletes its variations, each an object of its own.
    package mutating func delete(_ id: String) {
        for (child, stored) in catalogue where stored.object["item_variation_data"]?["item_id"] == .string(id) {
            delete(child)
        }
        guard var stored = catalogue[id] else { return }
        stored.deleted = true
        stored.updatedAt = now
        stored.object = [
            "type": stored.object["type"] ?? "ITEM", "id": .string(id), "is_deleted": true,
            "updated_at": .string(now.description), "version": .int(now.milliseconds),
        ]
        catalogue[id] = stored
    }

    /// A person counted: history and count.
    package mutating func count(_ variation: String, at location: String, _ quantity: String) {
        record(
            "PHYSICAL_COUNT", variation, location,
            ["state": "IN_STOCK", "quantity": .string(quantity), "location_id": .string(location)])
        counts[CountKey(variation: variation, location: location, state: "IN_STOCK")] = Count(
            quantity: Quantity(quantity)!, at: now)
    }

    /// Stock came or went, in history and count.
    package mutating func adjust(_ variation: String, at location: String, by delta: String, other: String = "NONE") {
        let quantity = Quantity(delta)!
        let into = quantity > .zero
        var body: SquareJSON = [
            "from_state": .string(into ? other : "IN_STOCK"), "to_state": .string(into ? "IN_STOCK" : other),
            "quantity": .string(quantity.magnitude.description),
        ]
        for key in hasNewShapes ? ["from_location_id", "to_location_id"] : ["location_id"] { body[key] = .string(location) }
        record("ADJUSTMENT", variation, location, body)
        let key = CountKey(variation: variation, location: location, state: "IN_STOCK")
        counts[key] = Count(quantity: (counts[key]?.quantity ?? .zero) + quantity, at: now)
    }

    /// The trap: a tracked product that nobody ever counted, reported as 0 without any history.
    package mutating func claimZero(_ variation: String, at location: String) {
        setCount(variation, at: location, "0")
    }

    /// A count without history, in any state.
    package mutating func setCount(_ variation: String, at location: String, _ quantity: String, state: String = "IN_STOCK") {
        counts[CountKey(variation: variation, location: location, state: state)] = Count(
            quantity: Quantity(quantity)!, at: now)
    }

    /// An entry of the history alone, e.g. of a type or state that is new.
    package mutating func record(_ type: String, _ variation: String, _ location: String, _ body: SquareJSON) {
        eventsMade += 1
        var body = body
        body["id"] = .string("EV\(eventsMade)")
        body["catalog_object_id"] = .string(variation)
        body["catalog_object_type"] = "ITEM_VARIATION"
        body["occurred_at"] = .string(now.description)
        body["created_at"] = .string(now.description)
        changes.append(
            Change(variation: variation, location: location, occurredAt: now, type: type, body: body))
    }

    /// A closed order. Lines are (uid, variation, quantity); returns likewise, with the uid of the line they take back.
    package mutating func addOrder(
        _ id: String, at location: String, closedAt: Timestamp, lines: [(String, String, String)],
        returns: [(String, String, String)] = [], state: String = "COMPLETED"
    ) {
        func line(_ entry: (String, String, String)) -> [String: SquareJSON] {
            ["uid": .string(entry.0), "catalog_object_id": .string(entry.1), "quantity": .string(entry.2), "item_type": "ITEM"]
        }
        var order: [String: SquareJSON] = [
            "id": .string(id), "location_id": .string(location), "state": .string(state),
            "created_at": .string(closedAt.description), "closed_at": .string(closedAt.description),
            "line_items": .array(lines.map { .object(line($0)) }),
        ]
        if !returns.isEmpty {
            let taken = returns.map { SquareJSON.object(line($0).merging(["source_line_item_uid": "L"]) { $1 }) }
            order["returns"] = [["uid": .string("R-\(id)"), "source_order_id": "EARLIER", "return_line_items": .array(taken)]]
        }
        orders.append(.object(order))
    }

    private mutating func put(_ id: String, type: String, _ members: [String: SquareJSON]) {
        var object: [String: SquareJSON] = [
            "type": .string(type), "id": .string(id), "is_deleted": false, "present_at_all_locations": true,
            "updated_at": .string(now.description), "version": .int(now.milliseconds),
        ]
        object.merge(members) { _, new in new }
        catalogue[id] = Stored(object: .object(object), updatedAt: now)
    }
}

// MARK: For tests that make shops at random

extension FakeSquareShop {
    package var changesMade: [(variation: String, location: String)] { changes.map { ($0.variation, $0.location) } }

    package func holds(_ id: String) -> Bool { catalogue[id].map { !$0.deleted } ?? false }

    package func parent(of variation: String) -> String? {
        catalogue[variation]?.object["item_variation_data"]?["item_id"]?.string
    }

    package func hasCount(_ variation: String, _ location: String) -> Bool {
        counts[CountKey(variation: variation, location: location, state: "IN_STOCK")] != nil
    }
}
