import StockTransport

/// Follows an SMTP conversation to tell which command the last reply answered.
struct MailConversation {
    /// A server that never stops talking must not fill the memory.
    private static let textLimit = 500

    /// What the last command was about.
    private(set) var stage = MailReply.Stage.greeting
    /// nil until the server has answered something that was asked in this conversation.
    private(set) var lastReply: MailReply?
    private var text = ""
    /// libcurl takes leave of a server that has refused something; that is no part of the answer.
    private var isOver = false

    /// A line to the server. After a challenge (334) it is the answer, not a command, and may spell anything.
    mutating func said(_ line: UnsafeRawBufferPointer) {
        let isAnswer = lastReply?.code == 334
        let verb = isAnswer ? "" : String(decoding: line.prefix { $0 > 0x20 && $0 != 0x3A }.prefix(16), as: UTF8.self).uppercased()
        if verb == "QUIT" { isOver = true }
        guard !isOver else { return }
        text = ""
        lastReply = nil
        switch verb {
        case "AUTH": stage = .authentication
        case "MAIL": stage = .sender
        case "RCPT": stage = .recipient
        case "DATA", "BDAT": stage = .data
        default: break
        }
    }

    /// A line of the server's; a reply may have several (`250-…`), its last has a space after the code.
    mutating func heard(_ line: UnsafeRawBufferPointer) {
        guard !isOver, line.count >= 3, line.prefix(3).allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return }
        let code = line.prefix(3).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let words = Self.words(line.dropFirst(4))
        if text.utf8.count < Self.textLimit, !words.isEmpty { text += (text.isEmpty ? "" : " ") + words }
        let isLast = line.count < 4 || line[3] != UInt8(ascii: "-")
        if isLast {
            lastReply = MailReply(code: code, text: text, stage: stage)
            text = ""
        }
    }

    /// Without the line's end.
    private static func words(_ line: some Sequence<UInt8>) -> String {
        var bytes = Array(line.prefix(textLimit))
        while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
