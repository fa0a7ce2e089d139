import StockDomain

/// When a request that Square did not answer properly is sent again.
///
/// Exponential backoff with full jitter: a shop's many clients must not come back all at once.
struct SquareRetry: Sendable {
    /// With waits of up to 1, 2, 4, 8 and 16 s a run holds on for half a minute of trouble. More would keep
    /// `sync run` hanging: the run fails and goes on from the same page at its next interval.
    var tries = 6
    /// Where there is no connection at all, somebody who waits for the run is to hear of it within seconds.
    var unreachableTries = 3
    var base: Duration = .seconds(1)
    /// Square's rate limits recover within seconds. Who asks to be left alone for longer is left alone: the run ends, and
    /// the next goes on from the same page when that time is over.
    var cap: Duration = .seconds(60)

    /// The pause before the try after `attempt` (counted from 1) failed, `nil` when there is none.
    ///
    /// - Parameter jitter: in `0..<1`.
    func pause(after attempt: Int, retryAfter: Duration?, isUnreachable: Bool = false, jitter: Double) -> Duration? {
        guard attempt < (isUnreachable ? unreachableTries : tries), retryAfter.map({ $0 <= cap }) ?? true else { return nil }
        let ceiling = min(cap, base * (1 << min(attempt - 1, 16)))
        let own = ceiling * min(max(jitter, 0), 1)
        return max(own, retryAfter ?? .zero)
    }
}
