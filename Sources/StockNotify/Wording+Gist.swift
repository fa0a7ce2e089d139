import StockDomain

extension Wording {
    /// Where it is: a location, or how many.
    package static func place(_ message: Message) -> String {
        guard message.locationCount == 1, let first = message.items.first else { return "\(message.locationCount) locations" }
        return first.alert.location
    }

    /// What a message of several alerts comes to: `12 products critical at Store 5`.
    package static func gist(_ message: Message, at place: String) -> String {
        if message.kind == .resolved { return "\(message.total) products no longer short at \(place)" }
        let counts = [Severity.out, .critical, .low].compactMap { severity in
            message.bySeverity[severity].flatMap { $0 == 0 ? nil : (count: $0, word: severity == .out ? "out of stock" : severity.name) }
        }
        let reminder = message.kind == .reminder ? "Reminder: " : ""
        if counts.count == 1 { return "\(reminder)\(message.total) products \(counts[0].word) at \(place)" }
        return "\(reminder)\(counts.map { "\($0.count) \($0.word)" }.joined(separator: ", ")) at \(place)"
    }
}
