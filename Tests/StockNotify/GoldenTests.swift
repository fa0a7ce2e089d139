import Foundation
import StockDomain
import Testing

@testable import StockNotify

/// Every message as every channel renders it, against files that people have looked at. `STOCKD_TEST_GOLDEN=write` writes
/// them anew.
@Suite struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    private static func rendered(_ message: Message) throws -> [(file: String, data: Data)] {
        let mail = EmailMessage(
            message, from: EmailMessage.Mailbox(name: "Stock alerts", address: "alerts@shop.example"), to: "jo@shop.example")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return [
            ("mail.eml", Data(mail.data)), ("mail.html", Data(mail.html.utf8)), ("mail.txt", Data(mail.plain.utf8)),
            ("inbox.txt", Data(Wording.plainText(message, limit: 20).utf8)),
            ("sms.txt", Data((TextMessage.sms(message) + "\n").utf8)),
            ("whatsapp.txt", Data((TextMessage.whatsapp(message) + "\n").utf8)),
            ("slack.json", try encoder.encode(SlackMessage(message)) + Data("\n".utf8)),
            ("webhook.json", try encoder.encode(WebhookBody(message)) + Data("\n".utf8)),
        ]
    }

    @Test(arguments: GoldenMessages.all.map(\.name))
    func rendersAsLookedAt(name: String) throws {
        let message = try #require(GoldenMessages.all.first { $0.name == name }).message
        let folder = Self.folder.appending(path: name)
        let writes = ProcessInfo.processInfo.environment["STOCKD_TEST_GOLDEN"] == "write"
        if writes { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
        for (file, data) in try Self.rendered(message) {
            let place = folder.appending(path: file)
            if writes { try data.write(to: place) }
            #expect(try Data(contentsOf: place) == data, "\(name)/\(file) differs; look at it, then write it anew")
        }
    }

    /// A kind of message, or of occasion, that is added later must be looked at, too.
    @Test func nothingThatIsToldIsLeftOut() {
        let messages = GoldenMessages.all.map(\.message)
        #expect(Set(messages.map(\.kind)) == Set(Message.Kind.allCases))
        #expect(Set(messages.flatMap(\.items).map(\.occasion)) == Set(Message.Occasion.allCases))
    }

    @Test func noMessageIsLargerThanItsChannelTakes() throws {
        for (name, message) in GoldenMessages.all {
            let slack = SlackMessage(message)
            #expect(slack.blocks.count <= 50, "\(name)")
            for text in slack.blocks.flatMap({ [$0.text].compactMap(\.self) + ($0.elements ?? []) }) {
                #expect(!text.text.isEmpty && text.text.utf16.count <= (text.type == "plain_text" ? 150 : 3000), "\(name)")
                #expect(!text.text.contains("<") && !text.text.contains(">"), "\(name)")
            }
            #expect(SMSEncoding.segments(TextMessage.sms(message)) == 1, "\(name)")
            #expect(TextMessage.whatsapp(message).utf16.count <= 1024, "\(name)")
            // Large providers clip beyond 102 kB.
            #expect(EmailHTML(message).text.utf8.count < 102_000, "\(name)")
        }
    }
}
