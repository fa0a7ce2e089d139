import StockDomain

/// Turns completed orders into sales, and what they take back into negative ones. Pure.
struct SquareSales {
    /// Locations that are synced.
    var locations: Set<String>
    private(set) var sales: [SourceSale] = []
    private(set) var skipped: [SkippedObject] = []

    init(locations: some Sequence<String>) { self.locations = Set(locations) }

    mutating func add(_ order: SquareOrder) {
        guard (try? Text.check(order.id)) != nil else { return skip("order", "its id is not usable") }
        // Only closed orders were asked for; should another come, it is no sale.
        guard order.state == "COMPLETED" else {
            return skip("order \(order.id)", "its state is \(Text.mended(order.state ?? "missing", limit: 40) ?? "empty")")
        }
        guard locations.contains(order.location_id) else { return skip("order \(order.id)", "its location was not asked for") }
        guard let soldAt = (order.closed_at ?? order.created_at).flatMap(Timestamp.init(rfc3339:)) else {
            return skip("order \(order.id)", "its closed_at is no time")
        }
        for entry in order.$line_items + order.$returns {
            skip("order \(order.id), \(entry.object)", entry.reason)
        }
        for (index, line) in order.line_items.enumerated() {
            // Lines without a catalogue object (an amount typed in, a gift card) are no stock.
            guard let product = line.catalog_object_id else { continue }
            add(
                "\(order.id):\(line.uid ?? "#\(index)")", product, order, line.quantity.quantity, soldAt)
        }
        for (number, entry) in order.returns.enumerated() {
            for bad in entry.$return_line_items { skip("order \(order.id), returned \(bad.object)", bad.reason) }
            for (index, line) in entry.return_line_items.enumerated() {
                let source = line.source_line_item_uid
                let original = source == nil ? nil : order.line_items.first { $0.uid == source }
                guard let product = line.catalog_object_id ?? original?.catalog_object_id else { continue }
                let uid = line.uid ?? "\(number)#\(index)"
                add("\(order.id):return:\(uid)", product, order, -line.quantity.quantity, soldAt)
            }
        }
    }

    private mutating func add(
        _ id: String, _ product: String, _ order: SquareOrder, _ quantity: Quantity, _ soldAt: Timestamp
    ) {
        guard (try? Text.check(product)) != nil, (try? Text.check(id, limit: 600)) != nil else {
            return skip("order \(order.id)", "a line's id is not usable")
        }
        guard quantity != .zero else { return }
        sales.append(
            SourceSale(
                externalID: id, key: SourceLevelKey(productID: product, locationID: order.location_id),
                quantity: quantity, soldAt: soldAt))
    }

    private mutating func skip(_ object: String, _ reason: String) {
        skipped.append(SkippedObject(object: Text.mended(object) ?? "order", reason: reason))
    }
}
