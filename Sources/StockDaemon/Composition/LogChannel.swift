import Logging
import StockDomain
import StockEngine
import StockNotify

/// Stands in for every channel with `delivery.mode: log`: writes down what would have been sent, and sends nothing.
struct LogChannel: Channel {
    /// Alerts of a message that are written out.
    private static let shown = 4

    let kind: ChannelKind
    let logger: Logger
    /// Takes each message as lines for people to read; nil: only the log has it.
    let outbox: (@Sendable (String) -> Void)?

    func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict {
        let subject = Self.subject(of: message)
        logger.notice(
            .deliveryLogged,
            [
                "delivery.id": "\(message.deliveryID)", "channel": "\(kind.rawValue)", "kind": "\(message.kind.rawValue)",
                "alerts": "\(message.total)", "subject": "\(subject)",
            ])
        if let outbox {
            let lines = message.items.isEmpty ? [subject] : message.items.prefix(Self.shown).map(Self.line)
            let rest = message.total > Self.shown ? ["and \(message.total - Self.shown) more"] : []
            let time = now.description.replacing("T", with: " ").prefix("2026-05-01 08:00".count)
            outbox("\(time)  \(kind.rawValue) to \(value)\n" + (lines + rest).map { "    \($0)\n" }.joined() + "\n")
        }
        return .sent(reference: nil)
    }

    private static func subject(of message: Message) -> String {
        if let notice = message.notice { return (notice.resolved ? "Resolved: " : "") + notice.subject }
        guard let worst = message.items.first else { return message.kind.rawValue }
        return line(for: worst)
    }

    private static func line(for item: Message.Item) -> String {
        let alert = item.alert
        let name = alert.productName
        let category = alert.category.map { " (\($0))" } ?? ""
        let text =
            switch (item.occasion, alert.severity) {
            case (.resolved, _): "Restocked: \(name) - \(alert.currentStock) in stock\(category)"
            case (_, .out): "Out of Stock: \(name)\(category)"
            case (_, .critical): "Critical Stock: \(name) - Only \(alert.currentStock) remaining\(category)"
            default: "Low Stock Alert: \(name) - Only \(alert.currentStock) remaining\(category)"
            }
        return (item.occasion == .reminder ? "Reminder: " : "") + "\(text), \(alert.location)"
    }
}
