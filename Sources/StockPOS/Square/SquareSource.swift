import StockDomain
import StockTransport

/// A Square account: its locations, catalogue, inventory counts and orders.
///
/// A run goes through phases, and each page carries a bookmark with the phase, its cursor and the watermarks, so
/// that a run that dies goes on where it stopped. A watermark moves only when every page of its phase was applied.
package struct SquareSource: PointOfSale {
    package let name: String
    let client: SquareClient

    /// - Parameters:
    ///   - pause: waits before a request is sent again.
    ///   - jitter: a random number in `0..<1` for each wait.
    package init(
        name: String, configuration: SquareConfiguration, http: any HTTPClient,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.name = name
        client = SquareClient(configuration: configuration, http: http, pause: pause, jitter: jitter)
    }

    package func sync(resume: String?, into sink: any SyncSink, now: Timestamp) async throws {
        var run = SquareRun(client: client, sink: sink, bookmark: SquareBookmark(resume), now: now)
        if run.bookmark.step != .idle {
            try await run.finish()
            // What was left over may be old: the present is only reached by a run that begins now.
            guard now - run.began > SquareRun.overlap else { return }
        }
        run.begin()
        try await run.finish()
    }
}
