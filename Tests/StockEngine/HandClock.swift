import StockDomain
import Synchronization
@testable import StockEngine

/// A clock that stands until a test moves it; whoever's sleep is over by then wakes.
final class HandClock: WallClock {
    private struct Sleeper {
        var until: Timestamp
        var door: AsyncStream<Never>.Continuation
    }

    private let state: Mutex<(now: Timestamp, sleepers: [Sleeper])>
    let speed = 1.0
    /// How long, each time that somebody lies down to sleep.
    let slept: AsyncStream<Duration>
    private let sleeping: AsyncStream<Duration>.Continuation

    init(now: Timestamp) {
        state = Mutex((now, []))
        (slept, sleeping) = AsyncStream.makeStream()
    }

    var now: Timestamp { state.withLock(\.now) }

    func move(_ duration: Duration) {
        state.withLock { state in
            state.now = state.now + duration
            for sleeper in state.sleepers where sleeper.until <= state.now { sleeper.door.finish() }
            state.sleepers.removeAll { $0.until <= state.now }
        }
    }

    func sleep(for duration: Duration) async throws {
        let (opened, door) = AsyncStream<Never>.makeStream()
        state.withLock { $0.sleepers.append(Sleeper(until: $0.now + duration, door: door)) }
        sleeping.yield(duration)
        for await _ in opened {}
        try Task.checkCancellation()
    }
}
