import Logging

/// A field of a journal entry.
struct JournalField: Hashable, Sendable {
    var name: String
    var value: String

    var bytes: [UInt8] { Array(name.utf8) + [UInt8(ascii: "=")] + Array(value.utf8) }
}

extension JournalField {
    /// The fields of an entry. `messageID` leads `journalctl -x` to the catalogue.
    static func all(of entry: LogEntry, messageID: String?, identifier: String) -> [JournalField] {
        var fields = [
            JournalField(name: "MESSAGE", value: entry.text),
            JournalField(name: "PRIORITY", value: String(priority(entry.level))),
            JournalField(name: "SYSLOG_IDENTIFIER", value: identifier),
            JournalField(name: "CODE_FILE", value: entry.file),
            JournalField(name: "CODE_LINE", value: String(entry.line)),
            JournalField(name: "CODE_FUNC", value: entry.function),
            JournalField(name: "STOCKD_EVENT", value: entry.message),
        ]
        if let messageID { fields.append(JournalField(name: "MESSAGE_ID", value: messageID)) }
        for (key, value) in entry.values {
            if let name = name(of: key) { fields.append(JournalField(name: name, value: value)) }
        }
        return fields
    }

    /// `alert.id` → `STOCKD_ALERT`, `sync.run` → `STOCKD_SYNC_RUN`; nil for what cannot be made a name.
    static func name(of key: String) -> String? {
        var words = key[...]
        // An id says what the entry is about: the noun alone names the field.
        if words.hasSuffix(".id") { words.removeLast(3) }
        let upper = words.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        // journald refuses an entry with a longer name.
        guard !upper.isEmpty, upper.count <= 64 - 7 else { return nil }
        return "STOCKD_" + String(decoding: upper, as: UTF8.self)
    }

    /// syslog's number.
    static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
