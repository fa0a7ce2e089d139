import Logging
import StockDomain
import StockStore

/// What every loop is given.
package struct LoopContext: Sendable {
    package let store: Store
    package let clock: any WallClock
    package let logger: Logger
    /// Called on every round: how a loop proves that it lives.
    package let beat: @Sendable () -> Void

    package init(store: Store, clock: any WallClock, logger: Logger, beat: @escaping @Sendable () -> Void = {}) {
        self.store = store
        self.clock = clock
        self.logger = logger
        self.beat = beat
    }

    /// No loop waits longer than this without a sign of life: half a minute of the machine's time.
    var longestWait: Duration { .seconds(30) * clock.speed }
    /// Runs `round` until the task is cancelled, which is a loop's normal end. A store that is unavailable for now is
    /// waited for, and said once, but where nothing can be written: that is `StoreLoop`'s to say, for all of them. Any
    /// other error ends the loop, and so the process.
    func forever(_ name: String, _ round: () async throws -> Void) async throws {
        var complained = false
        while !Task.isCancelled {
            beat()
            do {
                try await round()
                if complained {
                    logger.notice(LogEvent.storeRecovered, ["loop": "\(name)"])
                    complained = false
                }
            } catch is CancellationError where Task.isCancelled {
                return
            } catch let error as StoreError where error.code == .unavailable {
                if !complained, store.writeFailure == nil {
                    logger.error(LogEvent.storeUnavailable, ["loop": "\(name)", "error": "\(error)"])
                    complained = true
                }
                do { try await clock.sleep(for: StoreError.storagePause) } catch { return }
            }
        }
    }
}
