import FoundationEssentials

/// An instant of the wall clock: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Windows, leases and schedules compare instants exactly, which `Date` (a floating-point number of
/// seconds) cannot promise after a round trip through a database.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Rounds to the nearest millisecond.
    package init(_ date: Date) {
        self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }
    package static func + (a: Timestamp, b: Duration) -> Timestamp {
        Timestamp(milliseconds: a.milliseconds + b.milliseconds)
    }
    package static func - (a: Timestamp, b: Duration) -> Timestamp {
        Timestamp(milliseconds: a.milliseconds - b.milliseconds)
    }
    package static func - (a: Timestamp, b: Timestamp) -> Duration {
        .milliseconds(a.milliseconds - b.milliseconds)
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    package static func minutes(_ count: Int64) -> Duration { .seconds(60 * count) }
    package static func hours(_ count: Int64) -> Duration { .seconds(3600 * count) }
    package static func days(_ count: Int64) -> Duration { .seconds(86_400 * count) }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-05-01T08:00:00.000Z`.
    package var description: String {
        let day = Day(milliseconds.flooredQuotient(86_400_000))
        let rest = Int(milliseconds - Int64(day.number) * 86_400_000)
        let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60)
        return "\(day)T\(hour.padded(2)):\(minute.padded(2)):\(second.padded(2)).\((rest % 1000).padded(3))Z"
    }

    /// For people: `2026-05-01 08:00 UTC`.
    package var spoken: String { description.prefix(16).replacing("T", with: " ") + " UTC" }

    /// Reads RFC 3339 with any offset and up to nine fractional digits (beyond milliseconds: cut off),
    /// as outside systems write it. `nil` for anything else.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        var at = 0
        func number(_ digits: Int) -> Int? {
            guard at + digits <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[at..<at + digits] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            at += digits
            return value
        }
        func skip(_ accepted: String) -> Bool {
            guard at < bytes.count, accepted.utf8.contains(bytes[at]) else { return false }
            at += 1
            return true
        }
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let dayOfMonth = number(2),
            let day = Day(year: year, month: month, day: dayOfMonth), skip("Tt "),
            let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction = 0
        if skip(".") {
            var digits = 0
            while let digit = number(1) {
                if digits < 3 { fraction = fraction * 10 + digit }
                digits += 1
            }
            guard digits >= 1, digits <= 9 else { return nil }
            for _ in min(digits, 3)..<3 { fraction *= 10 }
        }
        var offset = 0
        if !skip("Zz") {
            let sign = skip("+") ? 1 : skip("-") ? -1 : 0
            guard sign != 0, let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60
            else { return nil }
            offset = sign * (hours * 60 + minutes)
        }
        guard at == bytes.count else { return nil }
        let seconds = Int64(day.number) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset * 60)
        self.init(milliseconds: seconds * 1000 + Int64(fraction))
    }
}
