import FoundationEssentials
import FoundationInternationalization

/// A calendar day (proleptic Gregorian), counted from 1970-01-01 = 0. Which instants belong to it
/// depends on a time zone.
package struct Day: Hashable, Comparable, Sendable {
    package var number: Int

    package init(_ number: Int64) { self.number = Int(number) }

    /// `nil` where no such day exists. Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date
    /// Algorithms", `days_from_civil`.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1 else { return nil }
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = era * 146_097 + dayOfEra - 719_468
        guard civil == (year, month, day) else { return nil }
    }

    /// Reads `2026-05-01`; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The inverse, `civil_from_days`.
    package var civil: (year: Int, month: Int, day: Int) {
        let z = number + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// 1 = Monday … 7 = Sunday (ISO 8601).
    package var weekday: Int { Int(Int64(number + 3).flooredRemainder(7)) + 1 }

    package static func < (a: Day, b: Day) -> Bool { a.number < b.number }
    package static func + (a: Day, b: Int) -> Day { Day(Int64(a.number + b)) }
    package static func - (a: Day, b: Day) -> Int { a.number - b.number }
}

extension Day: CustomStringConvertible {
    package var description: String {
        let (year, month, day) = civil
        return "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))"
    }
}

extension Timestamp {
    /// The local day this instant falls on.
    package func day(in zone: TimeZone) -> Day {
        let local = milliseconds + Int64(zone.secondsFromGMT(for: date)) * 1000
        return Day(local.flooredQuotient(86_400_000))
    }

    package static func midnightUTC(_ day: Day) -> Timestamp {
        Timestamp(milliseconds: Int64(day.number) * 86_400_000)
    }

    /// The instant at which `zone`'s clocks show `minutes` past midnight of `day`. Where clocks jump over
    /// it, the instant of the jump's end; where they show it twice, the first.
    package init(_ day: Day, minutes: Int, in zone: TimeZone) {
        let local = Timestamp.midnightUTC(day) + .minutes(Int64(minutes))
        func offset(_ at: Timestamp) -> Duration { .seconds(zone.secondsFromGMT(for: at.date)) }
        // The offsets in force a day around are the only candidates; the larger one gives the earlier instant.
        let before = offset(local - .hours(24)), after = offset(local + .hours(24))
        let candidates = [local - max(before, after), local - min(before, after)]
        for candidate in candidates where candidate + offset(candidate) == local {
            self = candidate
            return
        }
        self = Timestamp.transition(between: candidates[0], and: candidates[1], in: zone)
    }

    /// The instant in `(from, to]` where `zone` changes its offset.
    private static func transition(between from: Timestamp, and to: Timestamp, in zone: TimeZone) -> Timestamp {
        var low = from.milliseconds, high = to.milliseconds
        let before = zone.secondsFromGMT(for: from.date)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if zone.secondsFromGMT(for: Timestamp(milliseconds: middle).date) == before { low = middle } else { high = middle }
        }
        return Timestamp(milliseconds: high)
    }
}

extension Int {
    /// With zeros before it, as clocks and calendars have them.
    package func padded(_ width: Int) -> String {
        let text = String(self)
        return String(repeating: "0", count: Swift.max(0, width - text.count)) + text
    }
}

extension Int64 {
    package func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (q, r) = quotientAndRemainder(dividingBy: divisor)
        return r < 0 ? q - 1 : q
    }

    package func flooredRemainder(_ divisor: Int64) -> Int64 { self - flooredQuotient(divisor) * divisor }
}
