import StockDomain
import StockWire

/// The daily summary in blocks: the numbers side by side, and what is most urgent in as few sections as hold it.
extension SlackMessage {
    /// Of a name, so that the longest don't leave room for no others.
    private static let nameLimit = 120

    static func summary(_ summary: Summary) -> [Block] {
        let counts = Wording.counts(summary).map { count in
            let change = count.change.map { $0 == 0 ? "" : $0 > 0 ? " (+\($0))" : " (−\(-$0))" } ?? ""
            return "\(mark(count.severity)) *\(count.number)* \(count.name)\(change)"
        }
        let before = summary.before.map { "Changes are since \($0.day)." }
        let remarks = [before, Wording.movement(summary), Wording.gaps(summary)].compactMap(\.self).joined(separator: " ")
        var blocks = [section("\(counts.joined(separator: "   "))\n\(SlackText.escaped(remarks, limit: 1000))")]
        guard let title = Wording.urgentTitle(summary) else { return blocks }
        blocks.append(Block(type: "divider", text: nil, elements: nil))
        var text = "*\(SlackText.escaped(title, limit: 200))*"
        for item in summary.urgent.map(line) {
            if text.utf16.count + 1 + item.utf16.count > sectionLimit {
                blocks.append(section(text))
                text = item
            } else {
                text += "\n\(item)"
            }
        }
        blocks.append(section(text))
        return blocks
    }

    private static func line(_ item: Summary.Urgent) -> String {
        func cut(_ text: String) -> String { SlackText.escaped(Wording.oneLine(text), limit: nameLimit) }
        let facts = [Wording.stock(item), Wording.lasts(item).map { "lasts \($0)" }, Wording.atRisk(item)]
        let told = facts.compactMap(\.self).joined(separator: " · ")
        return "\(mark(item.severity)) *\(cut(Wording.name(item)))*, \(cut(item.location)): \(told)"
    }
}
