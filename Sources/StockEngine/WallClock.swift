import FoundationEssentials
import StockDomain

/// What time it is, and waiting. Loops take theirs by init, so that the demo can hurry and tests can wait by hand.
///
/// `now` is for storing and may jump, also backwards; `sleep` goes by a monotonic clock.
package protocol WallClock: Sendable {
    var now: Timestamp { get }
    /// Seconds of this clock in a second of the machine's.
    var speed: Double { get }

    /// Throws `CancellationError` when the task is cancelled meanwhile.
    func sleep(for duration: Duration) async throws
}

/// The machine's clock.
package struct SystemClock: WallClock {
    package init() {}

    package var now: Timestamp { Timestamp(Date()) }
    package var speed: Double { 1 }

    package func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration, clock: .continuous)
    }
}

/// A clock that starts at `start` when it is made and runs `speed` times as fast as the machine's; it never jumps.
package struct ScaledClock: WallClock {
    package let start: Timestamp
    package let speed: Double
    private let origin = ContinuousClock.now

    /// `speed` must be positive: 1440 lets a day pass in a minute.
    package init(start: Timestamp, speed: Double) {
        precondition(speed > 0, "a clock that stands still would never wake a sleeper")
        self.start = start
        self.speed = speed
    }

    package var now: Timestamp { start + (ContinuousClock.now - origin) * speed }

    package func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration / speed, clock: .continuous)
    }
}
