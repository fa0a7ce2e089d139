import FoundationEssentials

extension Wire {
    /// A threshold as a caller writes it: `"5"`, `"20%"`, `"7d"`, or a plain number. What it means is the domain's
    /// business.
    package struct ThresholdText: Hashable, Sendable {
        package var text: String

        package init(_ text: String) { self.text = text }
    }
}

extension Wire.ThresholdText: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self.init(text)
        } else if let number = try? container.decode(Decimal.self) {
            self.init(number.description)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "must be a number, or a text such as \"5\", \"20%\" or \"7d\"")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
