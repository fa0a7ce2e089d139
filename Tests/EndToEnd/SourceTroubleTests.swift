import Foundation
import StockTestSupport
import Testing

/// What Square does to a shop that only wants its counts.
@Suite(.timeLimit(.minutes(5))) struct SourceTroubleTests {
    private func shop() async throws -> ShopFixture {
        try await ShopFixture { shop in
            shop.addItem("I1", name: "Widget A", variations: [.init("V1", sku: "WID-001")])
            shop.count("V1", at: "L1", "4")
        }
    }

    @Test func aWrongTokenIsNamedEverywhereAndShownNowhere() async throws {
        let shop = try await shop()
        shop.square.shop { $0.token = "EAAA-another" }
        let events = try shop.daemon.watch()
        try await shop.openShop()
        try await events.next("sync.failed")

        let (status, failing) = try await shop.health()
        #expect(status == 2)
        #expect(failing["source square-main"]?.contains("UNAUTHORIZED") == true, "\(failing)")
        let source = try await shop.source()
        #expect(source["state"] as? String == "failed")
        #expect((source["error"] as? String)?.contains("UNAUTHORIZED") == true)
        let sync = try await shop.daemon.stockctl(["sync"])
        #expect(sync.status == 2)
        #expect(sync.output.contains("UNAUTHORIZED"))
        try await shop.expectNoSecrets([sync.output, sync.errors])

        // Either side may have been wrong: here the operator names the right token.
        _ = try shop.daemon.secret("token", "EAAA-another")
        shop.daemon.signal(SIGHUP)
        try await events.next("sync.finished")
        #expect(try await shop.health().status == 0)
        #expect(try await shop.source()["error"] is NSNull)
        #expect(try await shop.daemon.list("alert", "list").count == 1)
        #expect(!shop.daemon.log.contains("EAAA-another"))
    }

    @Test func burstsOfErrorsAreSatOut() async throws {
        let shop = try await shop()
        shop.square.fail("/locations", times: 2, with: .status(503, code: "SERVICE_UNAVAILABLE"))
        shop.square.fail("/catalog/search", with: .status(429, code: "RATE_LIMITED", retryAfter: "1"))
        shop.square.fail("counts/batch-retrieve", with: .dropped)
        let events = try shop.daemon.watch()
        try await shop.openShop()
        try await events.next("sync.finished")
        #expect(try await shop.daemon.list("alert", "list").count == 1)
        #expect(try await shop.health().status == 0)
    }

    @Test func aSourceThatAsksToBeLeftAloneWaitsAndIsHealthyMeanwhile() async throws {
        let shop = try await shop()
        shop.square.fail(times: 1, with: .status(429, code: "RATE_LIMITED", retryAfter: "600"))
        let events = try shop.daemon.watch()
        try await shop.openShop()
        try await events.next("sync.failed")
        let source = try await shop.source()
        #expect(source["state"] as? String == "waiting")
        #expect((source["error"] as? String)?.contains("RATE_LIMITED") == true)
        #expect(source["next_run_at"] is String)
        #expect(shop.square.requests.count == 1)
        // No operator can help: no reason to call one.
        #expect(try await shop.health().status == 0)

        try await shop.daemon.done("sync")
        #expect(try await shop.source()["state"] as? String == "idle")
        #expect(try await shop.daemon.list("alert", "list").count == 1)
    }

    @Test func aSquareThatCannotBeReachedIsTriedAgainUntilItCan() async throws {
        let shop = try await shop()
        let gone = try await FakeSquare.start(shop.square.shop(\.self))
        shop.squareURL = gone.url
        await gone.stop()
        let events = try shop.daemon.watch()
        try await shop.openShop(interval: "1s")
        try await events.next("sync.failed")
        let source = try await shop.source()
        #expect((source["error"] as? String)?.contains("127.0.0.1") == true, "\(source)")
        // Nobody says that it is back.
        let back = try await FakeSquare.start(shop.square.shop(\.self), port: gone.port)
        try await events.next("sync.finished")
        #expect(try await shop.source()["error"] is NSNull)
        #expect(try await shop.daemon.list("alert", "list").count == 1)
        await back.stop()
    }
}
