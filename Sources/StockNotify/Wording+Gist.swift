import StockDomain

extension Wording {
    /// Where it is: a location, or how many.
    package static func place(_ message: Message) -> String {
        guard message.locationCount == 1, let first = message.items.first else { return "\(message.locationCount) locations" }
        return first.alert.location
    }

    /// How many alerts of it are how bad, worst first.
    static func counts(_ message: Message) -> [(number: Int, severity: Severity)] {
        [Severity.out, .critical, .low].map { (message.bySeverity[$0] ?? 0, $0) }.filter { $0.0 > 0 }
    }

    /// What a message of several alerts comes to: `12 products critical at Store 5`.
    package static func gist(_ message: Message, at place: String) -> String {
        if message.kind == .resolved { return "\(message.total) products no longer short at \(place)" }
        let counts = counts(message)
        func word(_ severity: Severity) -> String { severity == .out ? "out of stock" : severity.name }
        if counts.count == 1 { return "\(lead(message))\(message.total) products \(word(counts[0].severity)) at \(place)" }
        return "\(lead(message))\(counts.map { "\($0.number) \(word($0.severity))" }.joined(separator: ", ")) at \(place)"
    }

    /// Why several alerts are told, where they are not new.
    static func lead(_ message: Message) -> String {
        if message.kind == .reminder { return "Reminder: " }
        return message.items.allSatisfy { $0.occasion == .escalated } ? "Nobody has taken these on: " : ""
    }
}
