import Foundation
import Logging
import ServiceLifecycle
import StockDomain
import StockStore
@testable import StockEngine

/// A real store in a directory of its own, and a clock that stands still: whoever sleeps on it sleeps until cancelled.
final class LoopFixture: Sendable {
    let store: Store
    let clock = StandingClock(now: Timestamp(rfc3339: "2026-05-04T08:00:00Z")!)
    private let directory: URL

    var context: LoopContext { context(SwiftLogNoOpLogHandler()) }

    func context(_ handler: some LogHandler) -> LoopContext {
        LoopContext(store: store, clock: clock, logger: Logger(label: "test") { _ in handler })
    }

    /// A contact with one address of each kind, told at once, and a product with `quantity` on hand at `store-1`.
    func stock(_ quantity: Int, telling kinds: [ChannelKind]) throws {
        store.policy = StorePolicy(groupWait: .zero)
        let now = clock.now
        try store.writeAndWait { tx in
            let tenantID = try tx.tenant("default").id
            _ = try tx.createContact(
                "ops", enabled: true,
                addresses: kinds.map {
                    AddressRecord(kind: $0, value: "ops", preferences: AddressPreferences(minSeverity: .low))
                }, tenantID: tenantID, now: now)
            let location = try tx.createLocation("store-1", timeZone: "UTC", tenantID: tenantID, now: now)
            let product = try tx.createProduct(ProductDraft(sku: "TEA", name: "Tea"), tenantID: tenantID, now: now)
            try tx.change(
                .count(Quantity(quantity)), productID: product.id, locationID: location.id,
                origin: MovementOrigin(at: now), now: now)
        }
    }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("stockd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        store = try Store.open(path: directory.appendingPathComponent("stock.db").path, now: clock.now)
    }

    deinit {
        try? store.close()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Runs `loop` for as long as `body` takes.
    func running(_ loop: some Service, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            try await body()
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }
}

struct StandingClock: WallClock {
    let now: Timestamp
    let speed = 1.0
    /// One for each time that somebody lies down to sleep.
    let slept: AsyncStream<Duration>
    private let sleeping: AsyncStream<Duration>.Continuation

    init(now: Timestamp) {
        self.now = now
        (slept, sleeping) = AsyncStream.makeStream()
    }

    func sleep(for duration: Duration) async throws {
        sleeping.yield(duration)
        let (never, continuation) = AsyncStream<Never>.makeStream()
        for await _ in never {}
        continuation.finish()
        try Task.checkCancellation()
    }
}
