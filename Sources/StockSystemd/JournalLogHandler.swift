import Glibc
import Logging

/// Writes swift-log's entries to journald as native fields, or as readable lines.
///
/// A metadata key becomes the field `STOCKD_KEY`. `message.id` becomes `MESSAGE_ID`; where it isn't given, the id
/// that `messageIDs` holds for the event named by the message.
package struct JournalLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let output: LogOutput
    private let identifier: String
    private let messageIDs: [String: String]

    package init(
        output: LogOutput, identifier: String = "stockd", level: Logger.Level = .info, messageIDs: [String: String] = [:],
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.output = output
        self.identifier = identifier
        self.messageIDs = messageIDs
        self.metadataProvider = metadataProvider
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: Logging.LogEvent) {
        let (entry, messageID) = entry(event)
        switch output {
        case .journal:
            output.send(JournalField.all(of: entry, messageID: messageID, identifier: identifier))
        case .lines(let descriptor):
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            let milliseconds = Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
            LogOutput.write(entry.line(now: milliseconds), to: descriptor)
        }
    }

    func entry(_ event: Logging.LogEvent) -> (LogEntry, messageID: String?) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let given = event.metadata { all.merge(given) { $1 } }
        if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
        let given = all.removeValue(forKey: "message.id").map { "\($0)" }
        let message = event.message.description
        let entry = LogEntry(
            level: event.level, message: message,
            values: all.map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 },
            file: event.file, line: event.line, function: event.function)
        return (entry, given ?? messageIDs[message])
    }
}
