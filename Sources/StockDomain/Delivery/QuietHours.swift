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

    /// Of a text such as `22:00`; nil for anything else.
    package static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return hours * 60 + minutes
    }

    /// `22:00`.
    package static func text(_ minutes: Int) -> String { "\((minutes / 60).padded(2)):\((minutes % 60).padded(2))" }

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
