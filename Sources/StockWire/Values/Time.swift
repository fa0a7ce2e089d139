extension Wire {
    /// An instant in milliseconds since 1970; on the wire RFC 3339 in UTC with milliseconds. Any offset is read.
    package struct Time: Hashable, Comparable, Sendable {
        package var milliseconds: Int64

        package init(milliseconds: Int64) { self.milliseconds = milliseconds }

        package static func < (a: Time, b: Time) -> Bool { a.milliseconds < b.milliseconds }
    }
}

extension Wire.Time: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = Wire.Time(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "must be a time such as 2026-05-01T08:00:00.000Z")
        }
        self = time
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Wire.Time: CustomStringConvertible {
    package var description: String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            var count = 0
            each { byte in
                buffer[count] = byte
                count += 1
            }
            return count
        }
    }

    /// Its text byte by byte, of which there are fewer than 32.
    func each(_ append: (UInt8) -> Void) {
        let day = (milliseconds - ((milliseconds % 86_400_000) + 86_400_000) % 86_400_000) / 86_400_000
        let rest = Int(milliseconds - day * 86_400_000)
        let (year, month, dayOfMonth) = Self.civil(fromDay: day)
        func put(_ number: Int, _ width: Int, then mark: Unicode.Scalar) {
            var unit = 1
            for _ in 1..<width { unit *= 10 }
            while number / unit >= 10 { unit *= 10 }
            while unit > 0 {
                append(UInt8(ascii: "0") + UInt8(number / unit % 10))
                unit /= 10
            }
            append(UInt8(ascii: mark))
        }
        if year < 0 { append(UInt8(ascii: "-")) }
        put(abs(year), 4, then: "-")
        put(month, 2, then: "-")
        put(dayOfMonth, 2, then: "T")
        put(rest / 3_600_000, 2, then: ":")
        put(rest / 60_000 % 60, 2, then: ":")
        put(rest / 1000 % 60, 2, then: ".")
        put(rest % 1000, 3, then: "Z")
    }

    /// RFC 3339 with any offset and up to nine fractional digits, of which three are kept; `nil` for anything else.
    package init?(_ text: String) {
        var rest = Substring(text).utf8[...]
        func number(_ digits: Int) -> Int? {
            guard rest.count >= digits else { return nil }
            var value = 0
            for byte in rest.prefix(digits) {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            rest = rest.dropFirst(digits)
            return value
        }
        func skip(_ accepted: String) -> Bool {
            guard let byte = rest.first, accepted.utf8.contains(byte) else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), skip("Tt "),
            let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
            (1...12).contains(month), day >= 1, hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction = 0
        if skip(".") {
            var digits = 0
            while let digit = number(1) {
                if digits < 3 { fraction = fraction * 10 + digit }
                digits += 1
            }
            guard (1...9).contains(digits) else { return nil }
            for _ in min(digits, 3)..<3 { fraction *= 10 }
        }
        var offset = 0
        if !skip("Zz") {
            let sign = skip("+") ? 1 : skip("-") ? -1 : 0
            guard sign != 0, let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60
            else { return nil }
            offset = sign * (hours * 60 + minutes)
        }
        let days = Self.day(year: year, month: month, day: day)
        guard rest.isEmpty, Self.civil(fromDay: days) == (year, month, day) else { return nil }
        let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset * 60)
        self.init(milliseconds: seconds * 1000 + Int64(fraction))
    }

    // Days since 1970 and back, by Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".

    private static func day(year: Int, month: Int, day: Int) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    private static func civil(fromDay day: Int64) -> (year: Int, month: Int, day: Int) {
        let z = Int(day) + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let mp = (5 * dayOfYear + 2) / 153
        let month = mp < 10 ? mp + 3 : mp - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * mp + 2) / 5 + 1)
    }
}
