import Synchronization

/// Who promised to show up how often, and who doesn't. The watchdog is only fed while everybody is on time.
///
/// Times are of the monotonic clock that stands still while the machine sleeps: nobody is late for having slept.
package final class Heartbeats: Sendable {
    package struct Overdue: Hashable, Sendable {
        package var name: String
        /// Since its last sign of life.
        package var silence: Duration
    }

    /// One loop's promise.
    package struct Heart: Sendable {
        fileprivate let key: Int
        fileprivate let owner: Heartbeats

        package func beat(now: SuspendingClock.Instant = .now) { owner.beat(key, now) }
    }

    private struct Promise {
        var name: String
        var allowance: Duration
        var last: SuspendingClock.Instant
    }

    private let promises = Mutex<(next: Int, open: [Int: Promise])>((0, [:]))

    package init() {}

    /// `allowance`: the longest silence that is still well.
    package func register(_ name: String, allowance: Duration, now: SuspendingClock.Instant = .now) -> Heart {
        promises.withLock { promises in
            defer { promises.next += 1 }
            promises.open[promises.next] = Promise(name: name, allowance: allowance, last: now)
            return Heart(key: promises.next, owner: self)
        }
    }

    /// The longest silent first.
    package func overdue(now: SuspendingClock.Instant = .now) -> [Overdue] {
        promises.withLock { promises in
            promises.open.values
                .filter { now - $0.last > $0.allowance }
                .map { Overdue(name: $0.name, silence: now - $0.last) }
                .sorted { ($1.silence, $0.name) < ($0.silence, $1.name) }
        }
    }

    private func beat(_ key: Int, _ now: SuspendingClock.Instant) {
        promises.withLock { promises in promises.open[key]?.last = now }
    }
}
