import StockWire

/// How messages are shown: each with a line that says what it is, and its text as it came.
enum InboxView {
    static func blocks(_ messages: [Wire.InboxMessage], allTenants: Bool, ifEmpty: String) -> [Block] {
        if messages.isEmpty { return [.text(ifEmpty)] }
        return messages.enumerated().flatMap { index, message in
            let facts = [
                "\(message.id)", Format.time(message.createdAt), allTenants ? message.tenant : nil, "to \(message.contact)",
                message.read ? "read by \(message.readBy ?? "somebody")" : "unread",
            ]
            let lines = message.message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let text = lines.reversed().drop(while: \.isEmpty).reversed().map { Block.text($0.isEmpty ? "" : "  \($0)") }
            return (index == 0 ? [] : [Block.blank])
                + [.text(facts.compactMap(\.self).joined(separator: "  "), message.read ? .faint : .strong)] + text
        }
    }
}
