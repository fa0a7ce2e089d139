import ServiceLifecycle
import StockDomain
import Synchronization

/// A `SyncLoop` for each configured source, exchanged for new ones on reload.
package final class SyncLoops: Service {
    private struct State {
        var loops: [SyncLoop] = []
        var sources: [ConfiguredSource]
        /// Whether `sources` are newer than `loops`.
        var stale = true
    }

    private let context: LoopContext
    private let onFresh: @Sendable () -> Void
    private let replaced = Bell()
    private let state: Mutex<State>

    /// `onFresh` is called when counts that had been stale are fresh again.
    package init(_ context: LoopContext, sources: [ConfiguredSource], onFresh: @escaping @Sendable () -> Void) {
        self.context = context
        self.onFresh = onFresh
        state = Mutex(State(sources: sources))
        exchange()
    }

    /// Those in force, in the order of the configuration.
    package var all: [SyncLoop] { state.withLock(\.loops) }
    package func named(_ name: String) -> SyncLoop? { all.first { $0.name == name } }

    /// Each source begins anew, from its bookmark: what was misconfigured gets its next chance at once.
    package func replace(with sources: [ConfiguredSource]) {
        state.withLock { state in
            state.sources = sources
            state.stale = true
        }
        replaced.ring()
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.runUntilReplaced()
                } catch is CancellationError {
                    return
                }
                // Only here, so that no two loops of one source ever run at once.
                self.exchange()
            }
        }
    }

    private func exchange() {
        state.withLock { state in
            state.stale = false
            state.loops = state.sources.map { SyncLoop(context, source: $0, onFresh: onFresh) }
        }
    }

    private func runUntilReplaced() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for loop in all {
                group.addTask {
                    try await loop.run()
                    return false
                }
            }
            group.addTask {
                while !self.state.withLock(\.stale) {
                    try await self.replaced.wait(atMost: .hours(24), on: self.context.clock)
                }
                return true
            }
            while let replaced = try await group.next() {
                guard replaced else { continue }
                group.cancelAll()
                while let outcome = await group.nextResult() {
                    if case .failure(let error) = outcome, !(error is CancellationError) { throw error }
                }
            }
        }
    }
}
