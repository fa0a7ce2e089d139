import Foundation
import Logging
import StockDomain
import StockStore
@testable import StockEngine

/// A real store in a directory of its own, and a clock that stands still: whoever sleeps on it sleeps until cancelled.
final class LoopFixture: Sendable {
    let store: Store
    let clock = StandingClock(now: Timestamp(rfc3339: "2026-05-04T08:00:00Z")!)
    private let directory: URL

    var context: LoopContext {
        LoopContext(store: store, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
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
    func running(_ loop: SyncLoop, _ body: () async throws -> Void) async throws {
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
