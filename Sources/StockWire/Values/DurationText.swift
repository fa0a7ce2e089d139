extension Wire {
    /// How long, as people write it: `90s`, `15m`, `2h`, `7d`, or `0`.
    package struct DurationText: Hashable, Sendable {
        package var duration: Duration

        package init(_ duration: Duration) { self.duration = duration }

        /// nil for anything else.
        package init?(_ text: String) {
            if text == "0" {
                duration = .zero
                return
            }
            guard let unit = text.last.flatMap({ letter in DurationText.units.first { $0.letter == letter } }),
                case let digits = text.dropLast(), (1...6).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ (48...57).contains($0) }), let count = Int64(digits)
            else { return nil }
            duration = .seconds(count * unit.seconds)
        }

        private static let units: [(letter: Character, seconds: Int64)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
    }
}

extension Wire.DurationText: CustomStringConvertible {
    /// In the largest unit that takes it whole; a single day is `24h`, as people say.
    package var description: String {
        let seconds = duration.components.seconds
        if seconds == 0 { return "0" }
        let unit = Wire.DurationText.units.first { seconds % $0.seconds == 0 && !($0.letter == "d" && seconds == 86_400) }
        return unit.map { "\(seconds / $0.seconds)\($0.letter)" } ?? "\(seconds)s"
    }
}

extension Wire.DurationText: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Wire.DurationText(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "must be a duration such as 90s, 15m, 2h, 7d or 0")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
