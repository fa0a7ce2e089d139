import FoundationEssentials
import StockDomain

/// A message in Slack's blocks.
struct SlackMessage: Encodable, Hashable {
    struct Text: Encodable, Hashable {
        var type: String
        var text: String
    }

    struct Block: Encodable, Hashable {
        var type: String
        var text: Text?
        var elements: [Text]?
    }

    /// Slack's limits.
    static let headerLimit = 150
    static let sectionLimit = 3000
    /// Alerts shown one by one; a channel is no place for more.
    static let itemLimit = 20

    /// What notifications and old clients show.
    var text: String
    var blocks: [Block]

    init(_ message: Message) {
        let subject = Wording.oneLine(Wording.subject(message))
        text = SlackText.escaped(subject, limit: SlackMessage.sectionLimit)
        let header = Block(
            type: "header",
            text: Text(type: "plain_text", text: SlackText.escaped(subject, limit: SlackMessage.headerLimit)), elements: nil)
        blocks = [header]
        if let notice = message.notice {
            blocks.append(SlackMessage.section(SlackText.escaped(Wording.body(notice).joined(separator: "\n"), limit: SlackMessage.sectionLimit)))
        }
        if let summary = message.summary { blocks += SlackMessage.summary(summary) }
        let items = message.items.prefix(SlackMessage.itemLimit)
        blocks += items.map { SlackMessage.section($0, at: message.createdAt) }
        var footer = ["stockd"]
        if message.tenant != "default" { footer.append(message.tenant) }
        if let rest = Wording.remainder(message, shown: items.count) { footer.insert(rest, at: 0) }
        blocks.append(
            Block(
                type: "context", text: nil,
                elements: [Text(type: "mrkdwn", text: SlackText.escaped(footer.joined(separator: " · "), limit: 300))]))
    }

    static func section(_ text: String) -> Block {
        Block(type: "section", text: Text(type: "mrkdwn", text: text), elements: nil)
    }

    private static func section(_ item: Message.Item, at time: Timestamp) -> Block {
        let headline = SlackText.escaped(Wording.oneLine(Wording.headline(item, at: time)), limit: 600)
        let details = SlackText.escaped(
            Wording.details(item).map { Wording.oneLine("\($0.label): \($0.value)") }.joined(separator: " · "), limit: 2000)
        return section("\(mark(item)) *\(headline)*\n\(details)")
    }

    private static func mark(_ item: Message.Item) -> String {
        switch item.occasion {
        case .resolved: mark(.healthy)
        case .drill: ":white_circle:"
        case .opened, .worsened, .reminder, .escalated: mark(item.alert.severity)
        }
    }

    static func mark(_ severity: Severity) -> String {
        switch severity {
        case .out: ":red_circle:"
        case .critical: ":large_orange_circle:"
        case .low: ":large_yellow_circle:"
        case .healthy: ":large_green_circle:"
        }
    }
}
