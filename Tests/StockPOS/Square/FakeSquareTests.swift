import StockDomain
import StockTestSupport
import StockTransport
import Testing

/// The fake must refuse what Square refuses, or the tests that use it prove nothing.
@Suite struct FakeSquareTests {
    private static let head = [
        "authorization": "Bearer EAAA-fake", "square-version": "2025-08-20", "content-type": "application/json",
    ]

    private func answer(
        _ path: String, _ body: SquareJSON, headers: [String: String] = head, shop: inout FakeSquareShop
    ) -> FakeSquareShop.Answer {
        shop.answer(method: "POST", path: path, headers: headers, body: body.bytes)
    }

    private static let dates: SquareJSON = ["start_at": "2026-05-01T00:00:00Z", "end_at": "2026-05-02T00:00:00Z"]

    private static let breaches: [(String, SquareJSON, String)] = [
        ("/v2/catalog/search", ["limits": 3], "limits"),
        ("/v2/catalog/search", ["limit": 1001], "limit"),
        ("/v2/catalog/search", ["limit": "10"], "limit"),
        ("/v2/catalog/search", ["object_types": ["ITEMS"]], "object_types[0]"),
        ("/v2/catalog/search", ["begin_time": "yesterday"], "begin_time"),
        ("/v2/catalog/batch-retrieve", [:], "object_ids"),
        ("/v2/inventory/counts/batch-retrieve", ["limit": 0], "limit"),
        ("/v2/inventory/counts/batch-retrieve", ["states": ["SELLABLE"]], "states[0]"),
        ("/v2/inventory/counts/batch-retrieve", ["types": ["ADJUSTMENT"]], "types"),
        ("/v2/inventory/changes/batch-retrieve", ["types": ["SALE"]], "types[0]"),
        ("/v2/inventory/changes/batch-retrieve", ["cursor": "made-up"], "cursor"),
        ("/v2/orders/search", [:], "location_ids"),
        ("/v2/orders/search", ["location_ids": .array((0..<11).map { .string("L\($0)") })], "location_ids"),
        (
            "/v2/orders/search",
            ["location_ids": ["L1"], "query": ["filter": ["date_time_filter": ["closed_at": dates]]]],
            "query.filter.date_time_filter"
        ),
        (
            "/v2/orders/search",
            [
                "location_ids": ["L1"],
                "query": ["filter": ["date_time_filter": ["closed_at": dates]], "sort": ["sort_field": "CREATED_AT"]],
            ], "query.filter.date_time_filter"
        ),
        ("/v2/orders/search", ["location_ids": ["L1"], "query": ["filter": ["state_filter": [:]]]], "query.filter.state_filter.states"),
    ]

    @Test(arguments: breaches.indices)
    func requestsThatBreakTheSpecificationAreRefused(index: Int) {
        let (path, body, field) = Self.breaches[index]
        var shop = FakeSquareShop.small()
        let refused = answer(path, body, shop: &shop)
        #expect(refused.status == 400)
        #expect(refused.body["errors"]?.array?.first?["field"]?.string == field)
    }

    @Test func headersAreRequired() {
        var shop = FakeSquareShop.small()
        for (name, status) in [("authorization", 401), ("square-version", 400), ("content-type", 400)] {
            var headers = Self.head
            headers[name] = nil
            #expect(answer("/v2/catalog/search", [:], headers: headers, shop: &shop).status == status, "\(name)")
        }
    }

    @Test func aCursorIsTakenOnlyWithTheRequestItBelongsTo() throws {
        var shop = FakeSquareShop.small()
        shop.pageLimit = 1
        let first = answer("/v2/inventory/counts/batch-retrieve", ["limit": 10], shop: &shop)
        let cursor = try #require(first.body["cursor"])
        #expect(answer("/v2/inventory/counts/batch-retrieve", ["limit": 10, "cursor": cursor], shop: &shop).status == 200)
        #expect(answer("/v2/inventory/counts/batch-retrieve", ["limit": 11, "cursor": cursor], shop: &shop).status == 400)
        #expect(answer("/v2/inventory/changes/batch-retrieve", ["limit": 10, "cursor": cursor], shop: &shop).status == 400)
    }

    @Test func timesOfFiltersAreExclusive() {
        var shop = FakeSquareShop.small()
        let counted = SquareJSON.string((shop.now - .days(2)).description)
        let after = answer("/v2/inventory/counts/batch-retrieve", ["updated_after": counted], shop: &shop)
        #expect(after.body["counts"] == nil)
        let begun = answer("/v2/catalog/search", ["object_types": ["ITEM"], "begin_time": counted], shop: &shop)
        #expect(begun.body["objects"] == nil)
    }
}
