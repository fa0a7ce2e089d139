import Glibc
import Logging

/// A log entry, before it is decided where it goes.
struct LogEntry: Sendable {
    var level: Logger.Level
    /// The name of the event, which is constant: what varies is in `values`.
    var message: String
    /// Sorted by key.
    var values: [(key: String, value: String)]
    var file: String
    var line: UInt
    var function: String

    /// `sync.finished pages=12 source=square-main`.
    var text: String {
        var text = Self.escaped(message)
        for (key, value) in values { text += " \(Self.escaped(key))=\(Self.quoted(value))" }
        return text
    }

    /// The entry as a line, its end included. `now` in milliseconds since 1970.
    func line(now: Int64) -> String { "\(Self.rfc3339(now)) \(level) \(text)\n" }

    /// As it is where that is unambiguous, else in double quotes.
    static func quoted(_ value: String) -> String {
        let escaped = escaped(value)
        let plain = !value.isEmpty && escaped == value && !value.utf8.contains { $0 == 0x20 || $0 == UInt8(ascii: "=") }
        return plain ? value : "\"\(escaped)\""
    }

    /// Neither a line's end nor a terminal's control sequence, nor what turns the direction of text, gets through.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: needsEscape) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where needsEscape(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x22, 0x5C: true
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x2028, 0x2029, 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func rfc3339(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ value: some BinaryInteger, _ width: Int = 2) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let day = "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
        let time = "\(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec))"
        return "\(day)T\(time).\(padded(milliseconds % 1000, 3))Z"
    }
}
