import Logging
import StockDomain
import StockEngine
import StockNotify

/// Stands in for every channel with `delivery.mode: log`: writes down what would have been sent, to the log and the inbox,
/// and sends nothing.
struct LogChannel: Channel {
    /// Alerts of a message that are written out.
    private static let shown = 4

    let kind: ChannelKind
    let logger: Logger
    let inbox: InboxChannel
    /// Takes each message as lines for people to read; nil: only the log has it.
    let outbox: (@Sendable (String) -> Void)?

    func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict {
        let verdict = await inbox.send(message, to: value, now: now)
        guard case .sent = verdict else { return verdict }
        let subject = Wording.subject(message)
        logger.notice(
            .deliveryLogged,
            [
                "delivery.id": "\(message.deliveryID)", "channel": "\(kind.rawValue)", "kind": "\(message.kind.rawValue)",
                "alerts": "\(message.total)", "subject": "\(subject)",
            ])
        if let outbox {
            let lines = lines(of: message)
            let time = now.description.replacing("T", with: " ").prefix("2026-05-01 08:00".count)
            outbox("\(time)  \(kind.rawValue) to \(value)\n" + lines.map { "    \($0)\n" }.joined() + "\n")
        }
        return verdict
    }

    private func lines(of message: Message) -> [String] {
        if kind == .sms { return [TextMessage.sms(message)] }
        let items = message.items.prefix(Self.shown)
        if items.isEmpty {
            return [Wording.subject(message)] + (message.summary?.urgent.prefix(Self.shown).map(Wording.line) ?? [])
        }
        let rest = Wording.remainder(message, shown: items.count).map { [$0] } ?? []
        return items.map { "\(Wording.headline($0, at: message.createdAt)), \($0.alert.location)" } + rest
    }
}
