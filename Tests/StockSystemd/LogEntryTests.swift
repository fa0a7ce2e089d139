import Glibc
import Logging
import Testing

@testable import StockSystemd

@Suite struct LogEntryTests {
    private func entry(_ values: [(String, String)] = [], message: String = "sync.finished") -> LogEntry {
        LogEntry(
            level: .notice, message: message, values: values.map { (key: $0.0, value: $0.1) }, file: "StockEngine/SyncLoop.swift",
            line: 42, function: "run()")
    }

    @Test func writesOneReadableLine() {
        let line = entry([("pages", "12"), ("source", "square-main")]).line(now: 1_777_622_400_000)
        #expect(line == "2026-05-01T08:00:00.000Z notice sync.finished pages=12 source=square-main\n")
    }

    @Test(arguments: [
        ("plain", "plain"), ("", "\"\""), ("two words", "\"two words\""), ("a=b", "\"a=b\""), ("say \"hi\"", #""say \"hi\"""#),
        ("back\\slash", #""back\\slash""#), ("line\nend\r\t", #""line\nend\r\t""#), ("\u{1B}[31mred", #""\u{1b}[31mred""#),
        ("right\u{202E}left", #""right\u{202e}left""#), ("\u{9B}2J", #""\u{9b}2J""#), ("Käse", "Käse"), ("\0", #""\u{0}""#),
    ])
    func quotesWhatWouldMislead(value: String, written: String) {
        #expect(LogEntry.quoted(value) == written)
    }

    @Test func noValueBreaksALine() {
        let hostile = String(String.UnicodeScalarView((0..<0x3000).compactMap(Unicode.Scalar.init)))
        let line = entry([("value", hostile)], message: "bad\nmessage").line(now: 0)
        #expect(line.unicodeScalars.filter { $0.properties.generalCategory == .control } == ["\n"])
        #expect(line.unicodeScalars.allSatisfy { !$0.properties.isBidiControl })
    }

    @Test(arguments: [
        ("alert.id", "STOCKD_ALERT"), ("sku", "STOCKD_SKU"), ("retry.attempt", "STOCKD_RETRY_ATTEMPT"), ("id", "STOCKD_ID"),
        ("http-status", "STOCKD_HTTP_STATUS"), ("größe", "STOCKD_GR____E"),
    ])
    func namesFieldsAfterKeys(key: String, field: String) {
        #expect(JournalField.name(of: key) == field)
    }

    @Test func aKeyThatJournaldWouldRefuseIsNoField() {
        #expect(JournalField.name(of: "") == nil)
        #expect(JournalField.name(of: String(repeating: "k", count: 57))?.utf8.count == 64)
        #expect(JournalField.name(of: String(repeating: "k", count: 58)) == nil)
    }

    @Test func tellsTheJournalAllItKnows() {
        let fields = JournalField.all(of: entry([("alert.id", "7"), ("note", "a\nb")]), messageID: "abc", identifier: "stockd")
        let byName = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
        #expect(
            byName == [
                "MESSAGE": #"sync.finished alert.id=7 note="a\nb""#, "PRIORITY": "5", "SYSLOG_IDENTIFIER": "stockd",
                "CODE_FILE": "StockEngine/SyncLoop.swift", "CODE_LINE": "42", "CODE_FUNC": "run()",
                "STOCKD_EVENT": "sync.finished", "MESSAGE_ID": "abc", "STOCKD_ALERT": "7", "STOCKD_NOTE": "a\nb",
            ])
    }

    @Test func laterMetadataWinsAndTheEventLeadsToItsMessageID() {
        var handler = JournalLogHandler(
            output: .journal, messageIDs: ["sync.failed": "one"], metadataProvider: Logger.MetadataProvider { ["b": "provided", "c": "provided"] })
        handler.metadata = ["a": "handler", "b": "handler", "c": "handler"]
        func event(_ metadata: Logger.Metadata) -> Logging.LogEvent {
            Logging.LogEvent(level: .info, message: "sync.failed", metadata: metadata, source: nil, file: "", function: "", line: 1)
        }
        let (entry, id) = handler.entry(event(["c": "event"]))
        #expect(entry.text == "sync.failed a=handler b=provided c=event")
        #expect(id == "one")
        #expect(handler.entry(event(["message.id": "two"])).messageID == "two")
    }

    @Test func writesWholeLinesToADescriptor() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var logger = Logger(label: "test") { _ in JournalLogHandler(output: .lines(descriptor: ends[1])) }
        logger[metadataKey: "source"] = "square-main"
        logger.debug("not.shown")
        logger.warning("source.stale")
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(ends[0], &buffer, buffer.count)
        let line = String(decoding: buffer[..<count], as: UTF8.self)
        #expect(line.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning source\.stale source=square-main\n/) != nil, "\(line)")
    }

    @Test func theJournalIsUsedOnlyIfStandardErrorIsItsStream() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var status = stat()
        try #require(fstat(ends[1], &status) == 0)
        let stream = "\(status.st_dev):\(status.st_ino)"
        #expect(LogOutput.detect(journalStream: stream, standardError: ends[1]) == .journal)
        for other in [nil, "", "8", "\(status.st_dev):\(status.st_ino + 1)", stream + ":1", "x:\(status.st_ino)"] {
            #expect(LogOutput.detect(journalStream: other, standardError: ends[1]) == .lines(descriptor: ends[1]))
        }
    }
}
