import Foundation
import StockEngine
import Testing

/// packaging/catalog/stockd.catalog against the events that stockd logs.
@Suite struct CatalogueTests {
    /// Event names by the id that follows them.
    private static func entries() throws -> [String: String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "packaging/catalog/stockd.catalog")
        let text = try String(contentsOf: file, encoding: .utf8)
        return Dictionary(
            text.matches(of: /(?m)^# (\S+)\n-- ([0-9a-f]{32})\nSubject: .+\nDefined-By: stockd\n/).map { (String($0.2), String($0.1)) },
            uniquingKeysWith: { "\($0) and \($1)" })
    }

    @Test func explainsEveryEventUnderItsID() throws {
        let wanted = Dictionary(LogEvent.allCases.map { ($0.messageID, $0.rawValue) }, uniquingKeysWith: { "\($0) and \($1)" })
        #expect(try Self.entries() == wanted)
    }

    @Test(arguments: LogEvent.allCases)
    func eventsAreNamedNounPastVerb(event: LogEvent) {
        #expect(event.rawValue.wholeMatch(of: /[a-z]+\.[a-z_]+/) != nil)
    }
}
