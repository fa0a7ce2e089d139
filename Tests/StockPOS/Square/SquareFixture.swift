import StockCurl
import StockDomain
import StockPOS
import StockTestSupport
import StockTransport
import Synchronization

/// A fake account, a source that talks to it over HTTP, and a sink. Waits are noted, never made.
final class SquareFixture: Sendable {
    static let start = Timestamp(rfc3339: "2026-05-01T08:00:00Z")!

    static let http = CurlTransport(userAgent: "stockd/test")

    let fake: FakeSquare
    let sink = RecordingSink()
    private let waits = Mutex<[Duration]>([])
    private let configuration: SquareConfiguration

    static func run(
        shop: FakeSquareShop = .small(), token: String = "EAAA-fake", locations: SquareConfiguration.Locations = .all,
        _ body: (SquareFixture) async throws -> Void
    ) async throws {
        let fake = try await FakeSquare.start(shop)
        let fixture = SquareFixture(
            fake, SquareConfiguration(url: fake.url, token: token, locations: locations))
        do {
            try await body(fixture)
        } catch {
            await fake.stop()
            throw error
        }
        await fake.stop()
    }

    private init(_ fake: FakeSquare, _ configuration: SquareConfiguration) {
        self.fake = fake
        self.configuration = configuration
    }

    var pauses: [Duration] { waits.withLock { $0 } }

    func source(locations: SquareConfiguration.Locations? = nil) -> SquareSource {
        var configuration = configuration
        if let locations { configuration.locations = locations }
        return SquareSource(
            name: "square-main", configuration: configuration, http: SquareFixture.http,
            pause: { wait in self.waits.withLock { $0.append(wait) } }, jitter: { 0.5 })
    }

    /// A run at Square's present, from where the sink stands.
    func sync(locations: SquareConfiguration.Locations? = nil) async throws {
        try await source(locations: locations).sync(resume: sink.resume, into: sink, now: fake.shop { $0.now })
    }

    func failure() async -> SyncFailure? {
        do {
            try await sync()
            return nil
        } catch {
            return error as? SyncFailure
        }
    }

    func advance(by duration: Duration) { fake.shop { $0.now = $0.now + duration } }
}

extension FakeSquareShop {
    /// Two shops that sell coffee, tea and cake.
    static func small(now: Timestamp = SquareFixture.start) -> FakeSquareShop {
        var shop = FakeSquareShop(now: now - .days(2))
        shop.addLocation("L1", name: "High Street")
        shop.addLocation("L2", name: "Station", zone: "Europe/London")
        shop.addCategory("C-DRINKS", name: "Drinks")
        shop.addItem(
            "I-COFFEE", name: "Coffee", category: "C-DRINKS",
            variations: [
                Variation("V-SMALL", name: "Small", sku: "COF-S", price: 350, alertThreshold: 5),
                Variation("V-LARGE", name: "Large", sku: "COF-L", price: 450),
            ])
        shop.addItem("I-TEA", name: "Tea", category: "C-DRINKS", variations: [Variation("V-TEA", sku: "TEA")])
        shop.addItem("I-CAKE", name: "Cake", variations: [Variation("V-CAKE", sku: nil, tracked: nil)])
        for (variation, quantity) in [("V-SMALL", "40"), ("V-LARGE", "2.75"), ("V-TEA", "-2.50000")] {
            for location in ["L1", "L2"] { shop.count(variation, at: location, quantity) }
        }
        shop.now = now
        return shop
    }
}
