/// When a delivery that failed for now is tried again: exponential backoff with full jitter (M. Brooker, "Exponential
/// Backoff And Jitter", AWS Architecture Blog, 2015), given up after a day.
package enum RetryPolicy {
    package static let firstDelay = Duration.seconds(5)
    package static let longestDelay = Duration.hours(1)
    package static let giveUpAfter = Duration.hours(24)

    package enum Decision: Hashable, Sendable {
        case retry(at: Timestamp)
        case giveUp
    }

    /// - Parameters:
    ///   - attempts: how many have failed, this one included; from 1.
    ///   - firstFailure: when the first of them did.
    ///   - asked: what the other side asked for (`Retry-After`); never waited less, held to `longestDelay`.
    package static func next(
        attempts: Int, firstFailure: Timestamp, asked: Duration?, now: Timestamp,
        using random: inout some RandomNumberGenerator
    ) -> Decision {
        guard now - firstFailure < giveUpAfter else { return .giveUp }
        let doublings = min(max(attempts - 1, 0), 20)
        let ceiling = min(firstDelay.milliseconds << doublings, longestDelay.milliseconds)
        let jittered = Int64(random.next(upperBound: UInt64(ceiling) + 1))
        let floor = min(max(asked?.milliseconds ?? 0, 0), longestDelay.milliseconds)
        return .retry(at: now + .milliseconds(max(jittered, floor)))
    }
}
