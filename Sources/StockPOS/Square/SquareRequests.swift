// Bodies of requests, as in Square's specification of the pinned version; `nil` members are left out.

struct SquareCatalogSearch: Encodable {
    var object_types: [String]
    var begin_time: String?
    var include_deleted_objects: Bool
    var include_related_objects = true
    var limit: Int
    var cursor: String?
}

struct SquareCatalogRetrieve: Encodable {
    var object_ids: [String]
    var include_related_objects: Bool
    var include_deleted_objects = true
}

struct SquareCountsRequest: Encodable {
    var catalog_object_ids: [String]?
    var location_ids: [String]
    var states = ["IN_STOCK"]
    var updated_after: String?
    var limit: Int
    var cursor: String?
}

struct SquareChangesRequest: Encodable {
    var catalog_object_ids: [String]
    var location_ids: [String]
    var types = ["PHYSICAL_COUNT", "ADJUSTMENT"]
    var limit: Int
    var cursor: String?
}

struct SquareOrdersSearch: Encodable {
    struct Query: Encodable {
        var filter: Filter
        var sort = Sort()
    }
    struct Filter: Encodable {
        var state_filter = States()
        var date_time_filter: Dates
    }
    struct States: Encodable { var states = ["COMPLETED"] }
    struct Dates: Encodable { var closed_at: Range }
    struct Range: Encodable {
        var start_at: String
        var end_at: String
    }
    struct Sort: Encodable {
        /// Square refuses a date filter on another field than the one sorted by.
        var sort_field = "CLOSED_AT"
        var sort_order = "ASC"
    }

    var location_ids: [String]
    var query: Query
    var limit: Int
    var return_entries = false
    var cursor: String?
}
