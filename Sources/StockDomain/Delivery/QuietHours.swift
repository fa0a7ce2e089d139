import FoundationEssentials

/// The part of each local day in which an address is left alone.
package struct QuietHours: Hashable, Sendable {
    /// Minutes of the local day, 0 to 1439. Where `to` is not after `from`, they last into the next day.
    package var from: Int
    package var to: Int
    /// Whether that something is out of stock is told all the same.
    package var letsOut: Bool

    package init(from: Int, to: Int, letsOut: Bool) {
        self.from = from
        self.to = to
        self.letsOut = letsOut
    }

    /// When the quiet hours that `now` is in end; nil: it is in none.
    package func end(at now: Timestamp, in zone: TimeZone) -> Timestamp? {
        let today = now.day(in: zone)
        for day in [today + -1, today] {
            let end = Timestamp(to > from ? day : day + 1, minutes: to, in: zone)
            if Timestamp(day, minutes: from, in: zone) <= now, now < end { return end }
        }
        return nil
    }
}
