import Logging
import ServiceLifecycle
import StockDomain
import StockStore

/// Says when the disk begins to refuse what is written, and when it takes it again: once a spell, whoever met it. While
/// it lasts, it tries by itself, so that nobody has to ask in vain to find out that it is over.
package final class StoreLoop: Service {
    private let context: LoopContext
    private let bell = Bell()

    package init(_ context: LoopContext) { self.context = context }

    package func run() async throws {
        let unobserve = context.store.observe { [bell] commit in
            if commit.writingTurned { bell.ring() }
        }
        defer { unobserve() }
        try await cancelWhenGracefulShutdown {
            var failing = false
            try await self.context.forever("store") {
                let failure = self.context.store.writeFailure
                if let failure, !failing {
                    self.context.logger.error(.storeUnavailable, ["error": "\(failure)"])
                } else if failure == nil, failing {
                    self.context.logger.notice(.storeRecovered)
                }
                failing = failure != nil
                let wait = failing ? StoreError.storagePause : self.context.longestWait
                try await self.bell.wait(atMost: wait, on: self.context.clock)
                // What has only just begun is said first.
                if failing, self.context.store.writeFailure != nil { await self.tryToWrite() }
            }
        }
    }

    /// What it comes to, the store notes.
    private func tryToWrite() async {
        let now = context.clock.now
        _ = try? await context.store.write { try $0.keepSetting("write_tried_at", String(now.milliseconds)) }
    }
}
