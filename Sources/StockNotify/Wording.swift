import FoundationEssentials
import StockDomain

/// What is said, in one place for every channel; how it looks is each channel's own. Nothing here is escaped.
package enum Wording {
    /// `Critical Stock: NAME - Only 2 remaining (CATEGORY)`.
    ///
    /// - Parameter time: when it is told; nil: how long it has lasted by then is left out.
    package static func headline(_ item: Message.Item, at time: Timestamp? = nil) -> String {
        let alert = item.alert
        let category = alert.category.map { $0.isEmpty ? "" : " (\($0))" } ?? ""
        let name = alert.productName
        if item.occasion == .resolved {
            let restocked = alert.resolvedCause.map { $0 == .restocked } ?? true
            return "\(restocked ? "Restocked" : "Resolved"): \(name) - \(alert.currentStock) in stock\(category)"
        }
        let text =
            switch alert.severity {
            case .out: "Out of Stock: \(name)\(category)"
            case .critical: "Critical Stock: \(name) - Only \(alert.currentStock) remaining\(category)"
            case .low, .healthy: "Low Stock Alert: \(name) - Only \(alert.currentStock) remaining\(category)"
            }
        switch item.occasion {
        case .opened, .worsened, .resolved: return text
        case .reminder: return "Reminder: \(text)"
        case .escalated:
            let since = time.map { " for \(span($0 - alert.openedAt))" } ?? ""
            return "Nobody has taken this on\(since): \(text)"
        case .drill: return "DRILL: \(text) - nothing is out of stock"
        }
    }

    /// `12 min`, `2 h`, `3 days`: rounded down, as somebody says it who has waited.
    package static func span(_ duration: Duration) -> String {
        let minutes = max(duration.milliseconds, 0) / 60_000
        switch minutes {
        case ..<60: return "\(minutes) min"
        case ..<(48 * 60): return "\(minutes / 60) h"
        default: return "\(minutes / 60 / 24) days"
        }
    }

    /// A fact of an alert, as a label and its value.
    package struct Detail: Hashable, Sendable {
        package var label: String
        package var value: String
    }

    /// Location, SKU, threshold and its origin, how long it lasts.
    package static func details(_ item: Message.Item) -> [Detail] {
        let alert = item.alert
        if item.occasion == .drill {
            return [
                Detail(label: "Why", value: "somebody tries with stockctl drill whether word of a stockout arrives here"),
                Detail(label: "To do", value: "nothing; no stock was touched"),
            ]
        }
        var details = [Detail(label: "Location", value: alert.location), Detail(label: "SKU", value: alert.sku)]
        if item.occasion == .resolved {
            if let cause = alert.resolvedCause, cause != .restocked {
                details.append(Detail(label: "Because", value: phrase(cause)))
            }
            return details
        }
        if alert.severity == .out, alert.currentStock < .zero {
            details.append(Detail(label: "On hand", value: "\(alert.currentStock) (oversold)"))
        }
        if let threshold = alert.threshold {
            details.append(Detail(label: "Threshold", value: "\(threshold), \(phrase(origin: alert.thresholdOrigin))"))
        }
        if alert.severity != .out, let days = alert.daysUntilStockout {
            details.append(Detail(label: "Lasts", value: lasts(days)))
        }
        return details
    }

    /// One line for the subject of a mail, the header of a chat message, a line of the log.
    package static func subject(_ message: Message) -> String {
        if let notice = message.notice { return notice.resolved ? "Resolved: \(notice.subject)" : notice.subject }
        if message.kind == .summary { return message.summary.map(subject) ?? "Daily summary" }
        guard let first = message.items.first else { return "stockd" }
        if first.occasion == .drill { return headline(first) }
        if message.total == 1 { return "\(headline(first, at: message.createdAt)), \(first.alert.location)" }
        if message.kind == .resolved { return gist(message, at: place(message)) }
        let counts = counts(message).map { "\($0.number) \($0.severity.name)" }
        return "\(lead(message))\(counts.joined(separator: ", ")) at \(place(message))"
    }

    /// What a notice says below its subject, line by line. Of one that is over nobody is asked to do anything any more.
    package static func body(_ notice: Message.Notice) -> [String] {
        if notice.resolved { return ["This is over. There is nothing left to do."] }
        return notice.detail.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Where a digest has more than it shows.
    package static func remainder(_ message: Message, shown: Int) -> String? {
        let rest = message.total - shown
        guard rest > 0 else { return nil }
        return "and \(rest) more: stockctl alert list"
    }

    /// Control characters replaced: a line end in a name must not begin a line of its own.
    package static func oneLine(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(Text.isControl(scalar) ? "\u{FFFD}" : scalar) }
        return String(scalars)
    }

    /// The whole message as plain text, lines ended by `\n`. Holds no other control characters.
    package static func plainText(_ message: Message, limit: Int = 100) -> String {
        if let notice = message.notice {
            return "\(oneLine(subject(message)))\n\n\(body(notice).map(oneLine).joined(separator: "\n"))\n"
        }
        if let summary = message.summary { return plainText(summary) }
        let items = message.items.prefix(limit)
        var blocks = items.map { item in
            ([headline(item, at: message.createdAt)] + details(item).map { "  \($0.label): \($0.value)" }).map(oneLine).joined(separator: "\n")
        }
        if message.total > 1 { blocks.insert(oneLine(subject(message)), at: 0) }
        if let rest = remainder(message, shown: items.count) { blocks.append("… \(rest)") }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    /// `about 3 days`, `less than a day`.
    package static func lasts(_ days: Double) -> String {
        if days < 1 { return "less than a day at the current pace" }
        if days < 1.5 { return "about a day at the current pace" }
        return days > 365 ? "more than a year at the current pace" : "about \(Int(days.rounded())) days at the current pace"
    }

    private static func phrase(_ cause: Alert.Cause) -> String {
        switch cause {
        case .restocked: "it was restocked"
        case .settingChanged: "a setting changed"
        case .untracked: "its stock is no longer tracked"
        case .productRetired: "the product was retired"
        case .manual: "somebody resolved it"
        }
    }

    private static func phrase(origin: String) -> String {
        switch origin {
        case ThresholdScope.productAtLocation.name: "set for this product here"
        case ThresholdScope.product.name: "set for this product"
        case ThresholdScope.source.name: "set in the point of sale"
        case ThresholdScope.categoryAtLocation.name: "set for its category here"
        case ThresholdScope.category.name: "set for its category"
        case ThresholdScope.location.name: "set for this location"
        case ThresholdScope.tenant.name: "set for all products"
        default: "the default"
        }
    }
}
