import FoundationEssentials
import StockDomain

/// Header fields as RFC 5322 and RFC 2047 want them: ASCII, lines of at most 76 characters where that is possible, nothing in
/// them that could end a field early.
enum MailHeader {
    /// The first limit of RFC 2047, section 2: no line of a field that holds an encoded word is longer.
    private static let lineLimit = 76
    private static let prefix = "=?UTF-8?B?", suffix = "?="

    /// `Name: text`, encoded and folded, without its final CRLF.
    static func field(_ name: String, text: String) -> String {
        let clean = cleaned(text)
        if isPlain(clean), let folded = folded(clean, after: name.count + 2) { return "\(name): \(folded)" }
        return "\(name): \(encodedWords(clean, after: name.count + 2))"
    }

    /// `Name: "Display Name" <address>`.
    static func field(_ name: String, mailbox: EmailMessage.Mailbox) -> String {
        let address = "<\(String(mailbox.address.unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7F && $0 != "<" && $0 != ">" }))>"
        let display = cleaned(mailbox.name ?? "")
        guard !display.isEmpty else { return "\(name): \(address)" }
        let words: String
        if isPlain(display), display.utf8.count <= 60 {
            words = "\"" + display.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        } else {
            words = encodedWords(display, after: name.count + 2)
        }
        return "\(name): \(words)\r\n \(address)"
    }

    /// Without control characters, and without spaces where folding would lose them.
    static func cleaned(_ text: String) -> String { Text.mended(text, limit: 400) ?? "" }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !text.contains("=?") && !text.contains("  ")
    }

    /// ASCII text folded at spaces; nil if a word is too long for a line.
    private static func folded(_ text: String, after start: Int) -> String? {
        var result = "", column = start
        for word in text.split(separator: " ") {
            let count = word.utf8.count
            guard count < lineLimit - start else { return nil }
            if !result.isEmpty {
                if column + 1 + count > lineLimit {
                    result += "\r\n"
                    column = 0
                }
                result += " "
                column += 1
            }
            result += word
            column += count
        }
        return result
    }

    /// `text` as encoded words, each of whole characters and on a line of its own.
    private static func encodedWords(_ text: String, after start: Int) -> String {
        var words: [String] = [], bytes: [UInt8] = []
        func room() -> Int {
            let taken = (words.isEmpty ? start : 1) + prefix.count + suffix.count
            return (lineLimit - taken) / 4 * 3
        }
        func finish() {
            words.append(prefix + Data(bytes).base64EncodedString() + suffix)
            bytes = []
        }
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            if bytes.count + next.count > room() { finish() }
            bytes += next
        }
        if !bytes.isEmpty { finish() }
        return words.joined(separator: "\r\n ")
    }

    /// `Sat, 21 Nov 2026 10:15:00 +0000`.
    static func date(_ timestamp: Timestamp) -> String {
        let day = Day(timestamp.milliseconds.flooredQuotient(86_400_000))
        let seconds = Int(timestamp.milliseconds.flooredRemainder(86_400_000) / 1000)
        let (year, month, dayOfMonth) = day.civil
        let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day.weekday - 1]
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0.padded(2) }.joined(separator: ":")
        return "\(weekday), \(dayOfMonth.padded(2)) \(name) \(year) \(time) +0000"
    }
}
