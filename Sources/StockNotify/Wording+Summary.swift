import FoundationEssentials
import StockDomain
import StockWire

/// The daily summary in words.
extension Wording {
    /// `Daily summary of 2026-11-21: 3 out, 12 critical, 40 low, 9945 healthy`. Short enough for an SMS of one part.
    package static func subject(_ summary: Summary) -> String {
        let counts = summary.counts
        let short = [(counts.out, "out"), (counts.critical, "critical"), (counts.low, "low")]
            .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let parts = (short.isEmpty ? ["nothing is short"] : short) + ["\(counts.healthy) healthy"]
        return "Daily summary of \(summary.day): \(parts.joined(separator: ", "))"
    }

    /// `Since 2026-11-20: 2 more out, 1 less critical.` What is the same is left out; nil where no day is there to compare.
    static func changes(_ summary: Summary) -> String? {
        guard let before = summary.before else { return nil }
        let parts = counts(summary).compactMap { count -> String? in
            guard let change = count.change, change != 0 else { return nil }
            return "\(abs(change)) \(change > 0 ? "more" : "fewer") \(count.name)"
        }
        return "Since \(before.day): \(parts.isEmpty ? "as many of each" : parts.joined(separator: ", "))."
    }

    /// `In the last 24 hours 5 alerts began and 3 ended.`
    static func movement(_ summary: Summary) -> String {
        let began = "\(summary.opened) \(summary.opened == 1 ? "alert" : "alerts") began"
        return "In the last 24 hours \(began) and \(summary.resolved) ended."
    }

    /// What the numbers don't cover; nil where they cover all.
    static func gaps(_ summary: Summary) -> String? {
        let counts = summary.counts
        let parts = [
            counts.untracked == 0 ? nil : "\(counts.untracked) not tracked or never counted",
            counts.stale == 0 ? nil : "\(counts.stale) with counts too old to trust",
        ].compactMap(\.self)
        return parts.isEmpty ? nil : "Besides: \(parts.joined(separator: ", "))."
    }

    /// A number of the summary, and how it differs from the day before; nil: nothing to compare with.
    struct Count {
        var name: String
        var severity: Severity
        var number: Int
        var change: Int?
    }

    static func counts(_ summary: Summary) -> [Count] {
        let members: [(String, Severity, KeyPath<Summary.Counts, Int>)] = [
            ("out", .out, \.out), ("critical", .critical, \.critical), ("low", .low, \.low),
            ("healthy", .healthy, \.healthy),
        ]
        return members.map { name, severity, member in
            let number = summary.counts[keyPath: member]
            return Count(
                name: name, severity: severity, number: number,
                change: summary.before.map { number - $0.counts[keyPath: member] })
        }
    }

    /// `Most urgent, by money at risk a day (20 of 55)`; nil where nothing is short.
    static func urgentTitle(_ summary: Summary) -> String? {
        guard !summary.urgent.isEmpty else { return nil }
        let short = summary.counts.short
        let part = short > summary.urgent.count ? " (\(summary.urgent.count) of \(short))" : ""
        return "Most urgent, by money at risk a day\(part)"
    }

    /// `45.60 EUR a day`, or why that is not known.
    static func atRisk(_ item: Summary.Urgent) -> String {
        if let money = item.atRiskPerDay { return "\(Wire.Money(money).text) a day" }
        if item.rate == nil { return item.price == nil ? "no price, pace not known" : "pace not known" }
        return "no price"
    }

    /// `0 in stock`, `-2 in stock (oversold)`.
    static func stock(_ item: Summary.Urgent) -> String {
        "\(item.onHand) in stock\(item.onHand < .zero ? " (oversold)" : "")"
    }

    /// `about 3 days`; nil where it is out already, sells nothing, or nobody knows.
    static func lasts(_ item: Summary.Urgent) -> String? {
        guard item.severity != .out, let days = item.daysUntilStockout else { return nil }
        if days < 1 { return "less than a day" }
        if days < 1.5 { return "about a day" }
        return days > 365 ? "more than a year" : "about \(Int(days.rounded())) days"
    }

    /// `Oat milk 1 l (Dairy)`.
    static func name(_ item: Summary.Urgent) -> String {
        item.productName + (item.category.map { $0.isEmpty ? "" : " (\($0))" } ?? "")
    }

    /// `Oat milk 1 l (Dairy), Store 5: out, 0 in stock, 45.60 EUR a day`.
    package static func line(_ item: Summary.Urgent) -> String {
        "\(name(item)), \(item.location): \(facts(item))"
    }

    private static func facts(_ item: Summary.Urgent) -> String {
        [item.severity.name, stock(item), lasts(item).map { "lasts \($0)" }, atRisk(item)]
            .compactMap(\.self).joined(separator: ", ")
    }

    static func plainText(_ summary: Summary) -> String {
        let remarks = [changes(summary), movement(summary), gaps(summary)].compactMap(\.self)
        var blocks = [oneLine(subject(summary)), remarks.map(oneLine).joined(separator: "\n")]
        if let title = urgentTitle(summary) {
            blocks.append(
                "\(title):\n\n"
                    + summary.urgent.enumerated().map { index, item in
                        """
                        \(index + 1). \(oneLine(name(item))), \(oneLine(item.location))
                           \(oneLine(item.sku)): \(facts(item))
                        """
                    }.joined(separator: "\n"))
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }
}
