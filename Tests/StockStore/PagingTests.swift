import StockDomain
import Testing
@testable import StockStore

@Suite struct PagingTests {
    @Test(arguments: [("a_1", ["A_1"]), ("%", ["B%2"]), ("!", ["C!3"]), ("product a", ["AX1", "A_1"])])
    func aSearchTakesItsTextLiterally(query: String, skus: [String]) throws {
        let f = try StoreFixture()
        for sku in ["A_1", "AX1", "B%2", "C!3"] { try f.stock(sku, 9) }
        let found = try f.write { [tenantID = f.tenantID] tx, _ in
            try tx.products(ProductFilter(tenantID: tenantID, query: query), after: nil, limit: 10).map(\.sku)
        }
        #expect(found == skus)
    }

    @Test func pagesOverAllTenantsLoseNoneOfThoseThatShareAName() throws {
        let f = try StoreFixture()
        let tenants = try f.write { [own = f.tenantID] tx, now in
            let other = try #require(
                try tx.sql.first(
                    SQL("INSERT INTO tenant (name, time_zone, created_at) VALUES ('acme', 'UTC', 0) RETURNING id"),
                    map: { $0.int(0) }))
            for tenantID in [own, other] {
                for name in ["a", "b"] {
                    _ = try tx.createLocation(name, timeZone: "UTC", tenantID: tenantID, now: now)
                    _ = try tx.createContact(name, enabled: true, addresses: [], tenantID: tenantID, now: now)
                }
            }
            return [own, other]
        }
        let expected = ["a", "b"].flatMap { name in tenants.map { NameCursor(name: name, tenantID: $0) } }
        let (locations, contacts) = try f.write { tx, _ in
            (
                try walk { after in
                    try tx.locations(tenantID: nil, after: after, limit: 1).first.map { NameCursor(name: $0.name, tenantID: $0.tenantID) }
                },
                try walk { after in
                    try tx.contacts(tenantID: nil, after: after, limit: 1).first.map { NameCursor(name: $0.name, tenantID: $0.tenantID) }
                }
            )
        }
        #expect(locations == expected)
        #expect(contacts == expected)
    }
}

/// What pages of one row come to.
private func walk(_ next: (NameCursor?) throws -> NameCursor?) rethrows -> [NameCursor] {
    var found: [NameCursor] = []
    while let row = try next(found.last) { found.append(row) }
    return found
}
