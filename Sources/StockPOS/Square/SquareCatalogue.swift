import StockDomain

/// Turns Square's items and variations into products. Pure: what is missing is asked for by the caller.
struct SquareCatalogue {
    /// Names of categories by id, as far as this page knows them.
    var categories: [String: String] = [:]
    /// Locations that are synced: where a variation is not offered it is not tracked.
    var locations: [String]
    var now: Timestamp

    private(set) var products: [SourceProduct] = []
    private(set) var skipped: [SkippedObject] = []
    /// Variations whose `sold_out` ends by itself, and when.
    private(set) var expiring: [String: Timestamp] = [:]

    init(locations: [String], now: Timestamp) {
        self.locations = locations
        self.now = now
    }

    mutating func add(categories objects: [SquareCatalogObject]) {
        for object in objects where object.type == "CATEGORY" {
            if let name = object.category_data?.name.flatMap({ Text.mended($0) }) { categories[object.id] = name }
        }
    }

    /// The category to show: the one the shop reports by, else the first of those it lists.
    static func categoryID(of item: SquareCatalogObject.Item) -> String? {
        item.reporting_category?.id
            ?? item.categories.min { ($0.ordinal ?? .max) < ($1.ordinal ?? .max) }?.id
            ?? item.category_id
    }

    /// All variations of an item; those that are gone, or whose item is, as deleted products.
    mutating func add(item object: SquareCatalogObject) {
        guard let item = object.item_data else {
            // A deleted item may come bare; its variations come deleted on their own.
            if object.is_deleted != true { skip(object, "has no item_data") }
            return
        }
        skipped += item.$variations
        let category = Self.categoryID(of: item).flatMap { categories[$0] }
        for variation in item.variations {
            if object.is_deleted == true || variation.is_deleted == true {
                add(deleted: variation)
            } else {
                add(variation: variation, of: object, item, category: category)
            }
        }
    }

    mutating func add(deleted variation: SquareCatalogObject) {
        guard isUsable(variation) else { return }
        products.append(
            SourceProduct(
                externalID: variation.id, sku: sku(variation), name: sku(variation), tracked: false, deleted: true))
    }

    private mutating func add(
        variation object: SquareCatalogObject, of parent: SquareCatalogObject, _ item: SquareCatalogObject.Item,
        category: String?
    ) {
        guard isUsable(object) else { return }
        guard let variation = object.item_variation_data else { return skip(object, "has no item_variation_data") }
        skipped += variation.$location_overrides
        let archived = item.is_archived == true
        var product = SourceProduct(
            externalID: object.id, sku: sku(object), name: name(item: item.name, variation: variation.name) ?? sku(object),
            category: category, price: price(variation.price_money),
            // Square omits the member where nobody ever switched tracking on.
            tracked: !archived && variation.track_inventory == true,
            alertThreshold: threshold(variation.inventory_alert_type, variation.inventory_alert_threshold, otherwise: nil))
        if !archived { product.overrides = overrides(object, variation, parent) }
        if let conversion = variation.stockable_conversion {
            product.conversion = StockConversion(
                stockedID: conversion.stockable_item_variation_id, stocked: conversion.stockable_quantity.quantity,
                sold: conversion.nonstockable_quantity.quantity)
            if product.conversion == nil || (try? Text.check(conversion.stockable_item_variation_id)) == nil {
                product.conversion = nil
                skip(object, "its stockable_conversion is not usable; the product is kept without")
            }
        }
        products.append(product)
    }

    private mutating func overrides(
        _ object: SquareCatalogObject, _ variation: SquareCatalogObject.Variation, _ parent: SquareCatalogObject
    ) -> [SourceProduct.Override] {
        var byLocation: [String: SourceProduct.Override] = [:]
        for override in variation.location_overrides {
            guard let location = override.location_id, (try? Text.check(location)) != nil else {
                skip(object, "an override without a usable location_id was left out")
                continue
            }
            byLocation[location] = SourceProduct.Override(
                locationID: location, tracked: override.track_inventory,
                alertThreshold: threshold(
                    override.inventory_alert_type, override.inventory_alert_threshold,
                    otherwise: variation.inventory_alert_threshold),
                soldOut: isSoldOut(override, of: object.id))
        }
        for location in locations where !isOffered(object, at: location) || !isOffered(parent, at: location) {
            byLocation[location, default: .init(locationID: location)].tracked = false
        }
        return byLocation.values.sorted { $0.locationID < $1.locationID }
    }

    private func isOffered(_ object: SquareCatalogObject, at location: String) -> Bool {
        if object.absent_at_location_ids?.contains(location) == true { return false }
        return object.present_at_all_locations != false || object.present_at_location_ids?.contains(location) == true
    }

    private mutating func isSoldOut(_ override: SquareCatalogObject.Variation.Override, of variation: String) -> Bool {
        guard override.sold_out == true else { return false }
        guard let end = override.sold_out_valid_until.flatMap(Timestamp.init(rfc3339:)) else { return true }
        guard end > now else { return false }
        expiring[variation] = min(expiring[variation] ?? end, end)
        return true
    }

    /// Square keeps a threshold also while the alert is off (`NONE`); unknown alert types set none.
    private func threshold(_ type: String?, _ value: Int64?, otherwise: Int64?) -> Quantity? {
        guard type == "LOW_QUANTITY", let value = value ?? otherwise, (0...1_000_000_000).contains(value) else { return nil }
        return Quantity(Int(value))
    }

    private func price(_ money: SquareMoney?) -> Money? {
        guard let amount = money?.amount, amount >= 0, let currency = money?.currency, currency.utf8.count == 3,
            currency.utf8.allSatisfy({ (65...90).contains($0) })
        else { return nil }
        return Money(amount: amount, currency: currency)
    }

    private func sku(_ variation: SquareCatalogObject) -> String {
        variation.item_variation_data?.sku.flatMap { Text.mended($0) } ?? "square-\(variation.id)"
    }

    /// `Coffee`, or `Coffee, Large`. Square calls the only variation of an item `Regular`.
    private func name(item: String?, variation: String?) -> String? {
        let item = item.flatMap { Text.mended($0) }
        let variation = variation.flatMap { Text.mended($0) }
        guard let item else { return variation }
        guard let variation, variation != item, variation.lowercased() != "regular" else { return item }
        return Text.mended("\(item), \(variation)")
    }

    /// Ids go into keys and logs: one that is empty or has control characters names nothing.
    private mutating func isUsable(_ object: SquareCatalogObject) -> Bool {
        do {
            try Text.check(object.id)
            return true
        } catch {
            skip(object, "its id \(error.description)")
            return false
        }
    }

    mutating func skip(_ object: SquareCatalogObject, _ reason: String) {
        let kind = object.type == "ITEM_VARIATION" ? "variation" : object.type.lowercased()
        skipped.append(SkippedObject(object: Text.mended("\(kind) \(object.id)") ?? "object", reason: reason))
    }

    /// A product that one object of the page calls deleted is deleted, whatever an older copy in the same page says.
    mutating func settle() {
        let deleted = Set(products.lazy.filter(\.deleted).map(\.externalID))
        var seen: Set<String> = []
        products = products.filter { product in
            (product.deleted || !deleted.contains(product.externalID)) && seen.insert(product.externalID).inserted
        }
    }
}
