/// A time in which a source is left alone: somebody works on it, or on what it reports.
package struct SourcePause: Hashable, Sendable {
    package var since: Timestamp
    /// The first instant at which it no longer holds; nil: until somebody ends it.
    package var until: Timestamp?
    package var by: String
    package var comment: String?

    package init(since: Timestamp, until: Timestamp?, by: String, comment: String?) {
        self.since = since
        self.until = until
        self.by = by
        self.comment = comment
    }

    /// One that ends where it begins was ended by somebody, and never holds again, whatever the clock does.
    package func holds(at now: Timestamp) -> Bool { until.map { since < $0 && now < $0 } ?? true }
}

/// When counts of a source are too old to conclude anything new from.
package enum Staleness {
    /// - Parameter pause: the last one: a source that is left alone is not missed, and when that is over it has as much
    ///   time as after a success.
    package static func isStale(
        lastSuccess: Timestamp?, since started: Timestamp, pause: SourcePause? = nil, interval: Duration, now: Timestamp
    ) -> Bool {
        if let pause, pause.holds(at: now) { return false }
        let heard = max(lastSuccess ?? started, pause?.until ?? started)
        return now - heard > interval + interval
    }
}
