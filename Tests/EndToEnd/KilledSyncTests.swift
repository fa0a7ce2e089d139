import Foundation
import StockDomain
import StockTestSupport
import Testing

/// `kill -9` in the middle of a sync, again and again.
@Suite(.timeLimit(.minutes(3))) struct KilledSyncTests {
    /// Some 200 requests, of which the kills need 68: a quick machine gets some more through before each takes effect.
    private static let items = 1000, pageSize = 10

    @Test func aKilledSyncGoesOnWhereItStoppedAndEndsWhereSquareIs() async throws {
        let made = FakeSquareShop.Generated(items: Self.items, at: Timestamp(Date()))
        let shop = try await ShopFixture { shop in
            shop.generated = made
            shop.pageLimit = Self.pageSize
        }
        try await shop.openShop()
        // In the catalogue, twice, at its end or after it, and among the counts.
        for count in [12, 36, 8, 12] {
            await shop.square.requests(reach: count)
            try await shop.daemon.stop(SIGKILL)
            let asked = shop.square.requests
            shop.square.forgetRequests()
            try await shop.daemon.start()
            await shop.square.requests(reach: 1)
            let first = try #require(shop.square.requests.first)
            #expect(first.path != "/v2/locations")
            // The last page asked for may have been applied or not; none before it is asked for again.
            let earlier = asked.filter { $0.path == first.path }.dropLast()
            #expect(!earlier.contains { $0.body["cursor"] == first.body["cursor"] })
        }
        let synced = try #require(try await shop.daemon.list("sync").first)
        #expect(synced["state"] as? String == "idle")

        let levels = try await shop.daemon.list("stock", "list", "--limit", "1000")
        #expect(levels.count == Self.items)
        for level in levels {
            let sku = try #require(level["sku"] as? String)
            let index = try #require(Int(sku.dropFirst("GEN-".count)))
            let quantity = made.quantity(index, 0)
            let isKnown = quantity != 0 || made.wasCounted(index)
            #expect(level["tracking"] as? String == (isKnown ? "tracked" : "unknown"), "\(sku)")
            if isKnown { #expect(level["on_hand"] as? Int == quantity, "\(sku)") }
        }
        let expected = (0..<Self.items).filter { made.quantity($0, 0) <= 5 && (made.quantity($0, 0) > 0 || made.wasCounted($0)) }
        let alerts = try await shop.daemon.list("alert", "list", "--limit", "1000")
        #expect(alerts.count == expected.count)
    }
}
