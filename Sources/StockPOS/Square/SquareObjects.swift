import FoundationEssentials
import StockDomain

// Square's objects, as far as they are used. Every member may be missing and every enumeration may grow: both are
// decoded as optional strings and judged where they matter.

struct SquareLocations: Decodable, Sendable {
    struct Location: Decodable, Sendable {
        var id: String
        var name: String?
        var timezone: String?
        var status: String?
    }
    @Lossy var locations: [Location]
}

struct SquareCatalogPage: Decodable, Sendable {
    @Lossy var objects: [SquareCatalogObject]
    @Lossy var related_objects: [SquareCatalogObject]
    var cursor: String?
}

struct SquareCatalogObject: Decodable, Sendable {
    struct Item: Decodable, Sendable {
        struct CategoryReference: Decodable, Sendable {
            var id: String?
            var ordinal: Int64?
        }
        var name: String?
        var category_id: String?
        var reporting_category: CategoryReference?
        @Lossy var categories: [CategoryReference]
        @Lossy var variations: [SquareCatalogObject]
        var is_archived: Bool?
    }
    struct Variation: Decodable, Sendable {
        struct Override: Decodable, Sendable {
            var location_id: String?
            var track_inventory: Bool?
            var inventory_alert_type: String?
            var inventory_alert_threshold: Int64?
            var sold_out: Bool?
            var sold_out_valid_until: String?
        }
        struct Conversion: Decodable, Sendable {
            var stockable_item_variation_id: String
            var stockable_quantity: SquareDecimal
            var nonstockable_quantity: SquareDecimal
        }
        var item_id: String?
        var name: String?
        var sku: String?
        var price_money: SquareMoney?
        var track_inventory: Bool?
        var inventory_alert_type: String?
        var inventory_alert_threshold: Int64?
        var stockable_conversion: Conversion?
        @Lossy var location_overrides: [Override]
    }
    struct Category: Decodable, Sendable { var name: String? }

    var type: String
    var id: String
    var version: Int64?
    var is_deleted: Bool?
    var present_at_all_locations: Bool?
    var present_at_location_ids: [String]?
    var absent_at_location_ids: [String]?
    var item_data: Item?
    var item_variation_data: Variation?
    var category_data: Category?
}

struct SquareMoney: Decodable, Sendable {
    var amount: Int64?
    var currency: String?
}

/// A decimal string; a JSON number, should one come, is taken as well.
struct SquareDecimal: Decodable, Sendable {
    var quantity: Quantity

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let value =
            if let text = try? container.decode(String.self) { Quantity(text) } else {
                Quantity(try container.decode(Decimal.self))
            }
        guard let value else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no quantity")
        }
        quantity = value
    }
}

struct SquareCountsPage: Decodable, Sendable {
    @Lossy var counts: [SquareCount]
    var cursor: String?
}

struct SquareCount: Decodable, Sendable {
    var catalog_object_id: String
    var location_id: String
    var state: String?
    var quantity: SquareDecimal
    var calculated_at: String?
}

struct SquareChangesPage: Decodable, Sendable {
    @Lossy var changes: [SquareChange]
    var cursor: String?
}

struct SquareChange: Decodable, Sendable {
    struct PhysicalCount: Decodable, Sendable {
        var catalog_object_id: String?
        var location_id: String?
        var state: String?
    }
    /// Until 2026-07-15 with `location_id`, since then with `from_location_id` and `to_location_id`.
    struct Adjustment: Decodable, Sendable {
        var catalog_object_id: String?
        var location_id: String?
        var from_location_id: String?
        var to_location_id: String?
        var from_state: String?
        var to_state: String?
        var quantity: SquareDecimal?
    }
    var type: String?
    var physical_count: PhysicalCount?
    var adjustment: Adjustment?
}

struct SquareOrdersPage: Decodable, Sendable {
    @Lossy var orders: [SquareOrder]
    var cursor: String?
}

struct SquareOrder: Decodable, Sendable {
    struct Line: Decodable, Sendable {
        var uid: String?
        var source_line_item_uid: String?
        var catalog_object_id: String?
        var quantity: SquareDecimal
    }
    struct Return: Decodable, Sendable {
        @Lossy var return_line_items: [Line]
    }
    var id: String
    var location_id: String
    var state: String?
    var created_at: String?
    var closed_at: String?
    @Lossy var line_items: [Line]
    @Lossy var returns: [Return]
}
