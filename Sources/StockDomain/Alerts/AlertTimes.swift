/// How long something took, over many times.
package struct Spread: Hashable, Sendable {
    /// How often it happened.
    package var count: Int
    /// Rounded to the millisecond.
    package var mean: Duration
    package var median: Duration
    package var p90: Duration

    package init(count: Int, mean: Duration, median: Duration, p90: Duration) {
        self.count = count
        self.mean = mean
        self.median = median
        self.p90 = p90
    }
}

/// How long each of many alerts took until something became of it, and what can be said of all of them or by group.
///
/// Percentiles are exact, by the nearest-rank method: the p-th percentile of n times is the one that stands at ⌈p/100 · n⌉
/// when they are sorted (Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996, definition 1). It is a time that
/// occurred, never one between two.
package struct AlertTimes: Sendable {
    package struct Entry: Sendable {
        package var severity: Severity
        package var locationID: Int64
        fileprivate var milliseconds: Int64

        /// - Parameter took: where the clock was set back meanwhile it is less than nothing, and counts as nothing.
        package init(severity: Severity, locationID: Int64, took: Duration) {
            self.severity = severity
            self.locationID = locationID
            milliseconds = max(0, took.milliseconds)
        }
    }

    /// What is counted of a group, milliseconds.
    private struct Tally {
        var count = 0
        var sum: Int64 = 0
        var seen = 0
        var median: Int64 = 0
        var p90: Int64 = 0
    }

    private let sorted: [Entry]

    package init(_ entries: [Entry]) {
        sorted = entries.sorted { $0.milliseconds < $1.milliseconds }
    }

    /// nil where nothing took any time.
    package var all: Spread? { spreads { _ in 0 }[0] }

    /// Of each group that has any.
    package func spreads<Group: Hashable>(by group: (Entry) -> Group) -> [Group: Spread] {
        var tallies: [Group: Tally] = [:]
        for entry in sorted {
            let key = group(entry)
            tallies[key, default: Tally()].count += 1
            tallies[key, default: Tally()].sum += entry.milliseconds
        }
        for entry in sorted {
            let key = group(entry)
            guard var tally = tallies[key] else { continue }
            tally.seen += 1
            if tally.seen == AlertTimes.rank(50, of: tally.count) { tally.median = entry.milliseconds }
            if tally.seen == AlertTimes.rank(90, of: tally.count) { tally.p90 = entry.milliseconds }
            tallies[key] = tally
        }
        return tallies.mapValues { tally in
            let mean = (tally.sum + Int64(tally.count) / 2) / Int64(tally.count)
            return Spread(
                count: tally.count, mean: .milliseconds(mean), median: .milliseconds(tally.median), p90: .milliseconds(tally.p90))
        }
    }

    /// ⌈p/100 · n⌉, counted from 1.
    private static func rank(_ percentile: Int, of count: Int) -> Int { (percentile * count + 99) / 100 }
}
