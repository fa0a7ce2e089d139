import StockDomain

/// What Square's published specification and its prose demand of the requests a client of ours may send. A request
/// that breaks a rule is answered as Square would, so that a client cannot pass its tests by luck.
package indirect enum FakeSquareRule: Sendable {
    case text
    case bool
    case time
    case whole(ClosedRange<Int64>)
    case oneOf(Set<String>)
    case list(FakeSquareRule, ClosedRange<Int>)
    case object([String: FakeSquareRule], required: Set<String>)

    package struct Breach: Error, Sendable {
        package var code: String
        package var field: String
        package var detail: String
    }

    package func check(_ value: SquareJSON, at path: String = "") throws(Breach) {
        switch (self, value) {
        case (.text, .string), (.bool, .bool): return
        case (.time, .string(let text)):
            guard Timestamp(rfc3339: text) != nil else {
                throw Breach(code: "INVALID_TIME", field: path, detail: "is no RFC 3339 time")
            }
        case (.whole(let range), .int(let number)):
            guard range.contains(number) else {
                throw Breach(code: "INVALID_VALUE", field: path, detail: "must be within \(range)")
            }
        case (.oneOf(let names), .string(let name)):
            guard names.contains(name) else {
                throw Breach(code: "INVALID_ENUM_VALUE", field: path, detail: "\(name) is no value of this enumeration")
            }
        case (.list(let rule, let sizes), .array(let values)):
            guard sizes.contains(values.count) else {
                throw Breach(code: "ARRAY_LENGTH_TOO_LONG", field: path, detail: "must have \(sizes) entries")
            }
            for (index, value) in values.enumerated() { try rule.check(value, at: "\(path)[\(index)]") }
        case (.object(let rules, let required), .object(let members)):
            for key in required.sorted() where members[key] == nil {
                throw Breach(code: "MISSING_REQUIRED_PARAMETER", field: Self.join(path, key), detail: "is missing")
            }
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                guard let rule = rules[key] else {
                    throw Breach(code: "BAD_REQUEST", field: Self.join(path, key), detail: "is unknown")
                }
                try rule.check(member, at: Self.join(path, key))
            }
        default: throw Breach(code: "INCORRECT_TYPE", field: path, detail: "has the wrong type")
        }
    }

    private static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

extension FakeSquareRule {
    private static let ids = FakeSquareRule.list(.text, 1...1000)
    private static let states = FakeSquareRule.list(
        .oneOf([
            "CUSTOM", "IN_STOCK", "SOLD", "RETURNED_BY_CUSTOMER", "RESERVED_FOR_SALE", "SOLD_ONLINE",
            "ORDERED_FROM_VENDOR", "RECEIVED_FROM_VENDOR", "IN_TRANSIT_TO", "NONE", "WASTE", "UNLINKED_RETURN",
            "COMPOSED", "DECOMPOSED", "SUPPORTED_BY_NEWER_VERSION", "IN_TRANSIT",
        ]), 1...16)
    private static let range = FakeSquareRule.object(["start_at": .time, "end_at": .time], required: [])

    package static let catalogSearch = FakeSquareRule.object(
        [
            "object_types": .list(.oneOf(["ITEM", "ITEM_VARIATION", "CATEGORY", "IMAGE", "TAX", "DISCOUNT"]), 1...20),
            "begin_time": .time, "include_deleted_objects": .bool, "include_related_objects": .bool,
            "limit": .whole(1...1000), "cursor": .text,
        ], required: [])
    package static let catalogRetrieve = FakeSquareRule.object(
        ["object_ids": ids, "include_related_objects": .bool, "include_deleted_objects": .bool],
        required: ["object_ids"])
    package static let counts = FakeSquareRule.object(
        [
            "catalog_object_ids": ids, "location_ids": ids, "states": states, "updated_after": .time,
            "limit": .whole(1...1000), "cursor": .text,
        ], required: [])
    package static let changes = FakeSquareRule.object(
        [
            "catalog_object_ids": ids, "location_ids": ids, "states": states, "updated_after": .time,
            "updated_before": .time, "types": .list(.oneOf(["PHYSICAL_COUNT", "ADJUSTMENT", "TRANSFER"]), 1...3),
            "limit": .whole(1...1000), "cursor": .text,
        ], required: [])
    package static let orders = FakeSquareRule.object(
        [
            "location_ids": .list(.text, 1...10), "limit": .whole(1...1000), "return_entries": .bool, "cursor": .text,
            "query": .object(
                [
                    "filter": .object(
                        [
                            "state_filter": .object(
                                ["states": .list(.oneOf(["OPEN", "COMPLETED", "CANCELED", "DRAFT"]), 1...4)],
                                required: ["states"]),
                            "date_time_filter": .object(
                                ["created_at": range, "updated_at": range, "closed_at": range], required: []),
                        ], required: []),
                    "sort": .object(
                        [
                            "sort_field": .oneOf(["CREATED_AT", "UPDATED_AT", "CLOSED_AT"]),
                            "sort_order": .oneOf(["ASC", "DESC"]),
                        ], required: ["sort_field"]),
                ], required: []),
        ], required: ["location_ids"])

    /// The rule that stands only in prose: dates may be filtered by the field that is sorted by, and by no other.
    package static func checkOrderDates(_ body: SquareJSON) throws(Breach) {
        guard case .object(let dates)? = body["query"]?["filter"]?["date_time_filter"] else { return }
        let sorted = body["query"]?["sort"]?["sort_field"]?.string ?? "CREATED_AT"
        guard dates.keys.allSatisfy({ $0.uppercased() == sorted }) else {
            throw Breach(
                code: "BAD_REQUEST", field: "query.filter.date_time_filter",
                detail: "must filter by the field that is sorted by")
        }
        guard let closed = dates["closed_at"], let start = closed["start_at"]?.string, let end = closed["end_at"]?.string,
            let from = Timestamp(rfc3339: start), let to = Timestamp(rfc3339: end)
        else { return }
        guard from <= to else {
            throw Breach(code: "INVALID_TIME_RANGE", field: "query.filter.date_time_filter.closed_at", detail: "ends before it starts")
        }
    }
}
