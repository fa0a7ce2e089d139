import Foundation
import StockCurl
import StockDomain
import StockTestSupport
import StockTransport
import Testing

@testable import StockNotify

@Suite struct EmailThreadTests {
    private static let from = EmailMessage.Mailbox(name: "Stock alerts", address: "alerts@shop.example")

    @Test func threadsWithTheFirstMailOfTheAlert() {
        var message = Sample.single
        message.threadKey = "0b7e.12"
        let reply = String(decoding: EmailMessage(message, from: Self.from, to: "jo@shop.example").data, as: UTF8.self)
        #expect(reply.contains("\r\nIn-Reply-To: <0b7e.12@shop.example>\r\nReferences: <0b7e.12@shop.example>\r\n"))
        message.threadKey = message.idempotencyKey
        let first = String(decoding: EmailMessage(message, from: Self.from, to: "jo@shop.example").data, as: UTF8.self)
        #expect(!first.contains("In-Reply-To"))
    }
}

/// What holds for every text, whoever chose it.
@Suite struct EmailPropertyTests {
    private static let pieces = [
        "\r\n", "\r", "\n", "\0", "\u{202E}", "<", ">", "&", "\"", "'", "=?UTF-8?Q?x?=", "=", "  ", " ", ".", "From ", "😀", "👩‍👩‍👧", "ü",
        "日本", "a", "Bcc: x@y.z", "<script>", "</td>", "--=_stockd_", "\u{85}", "\u{2028}", String(repeating: "w", count: 90), "\\", "\t",
    ]

    private static func text(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    @Test(arguments: 0..<200)
    func noTextEscapesItsPlace(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let item = Message.Item(
            occasion: .opened,
            alert: Sample.alert(name: Self.text(&random), category: Self.text(&random), location: Self.text(&random)))
        let mail = EmailMessage(
            Sample.message(items: [item]), from: EmailMessage.Mailbox(name: Self.text(&random), address: "a@shop.example"),
            to: Self.text(&random))
        let text = String(decoding: mail.data, as: UTF8.self)
        let lines = mail.data.split(separator: 10, omittingEmptySubsequences: false)
        #expect(lines.dropLast().allSatisfy { $0.last == 13 && !$0.dropLast().contains(13) })
        #expect(mail.data.allSatisfy { $0 < 0x80 && ($0 >= 0x20 || $0 == 13 || $0 == 10 || $0 == 9) })
        let head = text.ranges(of: "\r\n\r\n").first.map { text[..<$0.lowerBound] } ?? ""
        let fields = head.split(separator: "\r\n").filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
        #expect(fields == ["Date", "Message-ID", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"])
        #expect(mail.plain.split(separator: "\n").allSatisfy { $0.hasPrefix("Critical Stock: ") || $0.hasPrefix("  ") || $0 == "-- " || $0 == "Sent by stockd" })
        #expect(!mail.html.contains("<script") && !mail.html.contains("\u{202E}"))
        #expect(text.ranges(of: "\r\n--=_stockd_").count == 3)
        #expect(lines.allSatisfy { $0.count <= 999 })
    }

    @Test func foldsAndEncodesHeadersWithoutLosingAnything() throws {
        #expect(MailHeader.field("Subject", text: "Plain") == "Subject: Plain")
        let long = (0..<30).map { "word\($0)" }.joined(separator: " ")
        let folded = MailHeader.field("Subject", text: long)
        #expect(folded.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
        #expect(folded.replacing("\r\n", with: "") == "Subject: \(long)")
        let encoded = MailHeader.field("Subject", text: String(repeating: "ü😀", count: 40))
        #expect(encoded.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
        let decoded = try encoded.matches(of: /=\?UTF-8\?B\?([^?]*)\?=/).map { match -> String in
            // Each word is whole characters by itself.
            let bytes = try #require(Data(base64Encoded: String(match.1)))
            return try #require(String(data: bytes, encoding: .utf8))
        }
        #expect(decoded.joined() == String(repeating: "ü😀", count: 40))
    }

    @Test func writesDatesAsMailWantsThem() {
        #expect(MailHeader.date(Sample.noon) == "Mon, 04 May 2026 12:00:00 +0000")
        #expect(MailHeader.date(Timestamp(milliseconds: 951_782_399_999)) == "Mon, 28 Feb 2000 23:59:59 +0000")
    }
}

@Suite struct EmailVerdictTests {
    @Test func whatAServerSaysIsShownWithoutItsColours() {
        let reply = MailReply(code: 550, text: "5.1.1 \u{1B}[31mno such\u{1B}[0m user\u{202E}", stage: .recipient)
        #expect(
            EmailVerdict.of(reply) == .dead(
                reason: "the mail server answered 550 to the recipient's address: 5.1.1 no such user\u{FFFD}", disablesAddress: false))
        #expect(EmailVerdict.of(MailReply(code: 250, text: "\u{1B}[0m", stage: .data)) == .sent(reference: nil))
    }

    private enum Kind { case sent, retry, unreachable, dead, misconfigured }

    private static func kind(_ verdict: Verdict) -> Kind {
        switch verdict {
        case .sent, .accepted: .sent
        case .retry: .retry
        case .unreachable: .unreachable
        case .dead(_, let disablesAddress): disablesAddress ? .sent : .dead
        case .misconfigured: .misconfigured
        }
    }

    /// Every code at every stage.
    @Test(arguments: [MailReply.Stage.greeting, .authentication, .sender, .recipient, .data], [
        250, 251, 354, 421, 432, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504, 521, 523, 530, 534, 535, 538, 541, 550, 551, 552, 553, 554,
        555, 556, 0, 199, 600,
    ])
    func knowsWhatEveryReplyMeans(stage: MailReply.Stage, code: Int) {
        let expected: Kind =
            switch code {
            case 250, 251: .sent
            case 530, 534, 535, 538: .misconfigured
            case 500..<600 where stage == .authentication: .misconfigured
            case 552: .dead
            case 500..<600: stage == .recipient || stage == .data ? .dead : .misconfigured
            case 421: .unreachable
            default: stage == .greeting ? .unreachable : .retry
            }
        let verdict = EmailVerdict.of(MailReply(code: code, text: "as it says", stage: stage))
        #expect(Self.kind(verdict) == expected)
    }

    @Test(arguments: [
        (TransportError.Code.unreachable, false), (.timedOut, false), (.broken, false), (.cancelled, false), (.tls, true),
    ])
    func retriesWhatMayPassAndPausesForWhatWillNot(code: TransportError.Code, isMisconfigured: Bool) {
        for mayHaveBeenProcessed in [false, true] {
            let verdict = EmailVerdict.of(TransportError(code, "why", mayHaveBeenProcessed: mayHaveBeenProcessed))
            #expect(verdict == (isMisconfigured ? .misconfigured(reason: "why") : .unreachable(after: nil, reason: "why")))
        }
    }

    @Test func givesUpOnAnAddressThatCannotBeSentTo() {
        let verdict = EmailVerdict.of(TransportError(.invalidRequest, "why", mayHaveBeenProcessed: false))
        #expect(verdict == .dead(reason: "why", disablesAddress: false))
    }
}

/// Through libcurl to a mail server, whose own decoder says what arrived.
@Suite(.serialized) struct EmailDeliveryTests {
    private struct Received: Decodable {
        struct Part: Decodable {
            var type: String
            var charset: String
            var text: String
        }

        struct Mail: Decodable {
            var headers: [String: String]
            var type: String
            var parts: [Part]
            var defects: [String]
            var longest_line: Int
            var bare_line_ends: Int
        }

        var sender: String
        var recipients: [String]
        var mail: Mail
    }

    private static func channel(_ server: ServerProcess) -> EmailChannel {
        EmailChannel(
            server: MailServer(url: "smtp://127.0.0.1:\(server.port)", security: .none), fromName: "Lager \"Süd\"",
            fromAddress: "alerts@shop.example", sender: CurlTransport(userAgent: "stockd/0", greetingName: "shop.example"))
    }

    @Test func arrivesWhole() async throws {
        let server = try await ServerProcess.start("smtp_server.py")
        let name = "Größe “XXL” 😀 – sehr lange Bezeichnung, die gefaltet werden muss"
        let message = Sample.message(items: [Message.Item(occasion: .opened, alert: Sample.alert(name: name, category: "Käse"))])
        let verdict = await Self.channel(server).send(message, to: "jo@shop.example", now: Sample.noon)
        #expect(verdict == .sent(reference: "2.0.0 Taken as 4711"))
        let received: Received = try await server.next("mail").decoded()
        #expect(received.sender == "alerts@shop.example")
        #expect(received.recipients == ["jo@shop.example"])
        let mail = received.mail
        #expect(mail.headers["subject"] == "Critical Stock: \(name) - Only 2 remaining (Käse), Store 5")
        #expect(mail.headers["from"] == "Lager \"Süd\" <alerts@shop.example>" || mail.headers["from"] == "\"Lager \\\"Süd\\\"\" <alerts@shop.example>")
        #expect(mail.headers["to"] == "jo@shop.example" || mail.headers["to"] == "<jo@shop.example>")
        #expect(mail.headers["message-id"] == "<0b7e.41@shop.example>")
        #expect(mail.headers["date"] == "Mon, 04 May 2026 12:00:00 +0000")
        #expect(mail.headers["auto-submitted"] == "auto-generated")
        #expect(mail.type == "multipart/alternative")
        #expect(mail.parts.map(\.type) == ["text/plain", "text/html"])
        #expect(mail.parts.allSatisfy { $0.charset == "utf-8" })
        #expect(mail.parts[0].text.replacing("\r\n", with: "\n").hasPrefix("Critical Stock: \(name) - Only 2 remaining (Käse)\n"))
        #expect(mail.parts[1].text.contains("Größe “XXL” 😀"))
        #expect(mail.defects == [])
        #expect(mail.longest_line <= 78)
        #expect(mail.bare_line_ends == 0)
    }

    @Test func hostileNamesArriveAsText() async throws {
        let server = try await ServerProcess.start("smtp_server.py")
        _ = await Self.channel(server).send(Sample.evil, to: "jo@shop.example", now: Sample.noon)
        let mail = try await server.next("mail").decoded(as: Received.self).mail
        #expect(mail.headers["bcc"] == nil)
        #expect(mail.defects == [])
        #expect(mail.parts.count == 2)
        #expect(!mail.parts[1].text.contains("<script"))
    }

    @Test(arguments: [
        (["--reply", "rcpt=550 5.1.1 no such user"], Verdict.dead(
            reason: "the mail server answered 550 to the recipient's address: 5.1.1 no such user", disablesAddress: false)),
        (["--reply", "data=451 later"], .retry(after: nil, reason: "the mail server answered 451 to the mail: later")),
        (["--reply", "mail=553 not yours"], .misconfigured(reason: "the mail server answered 553 to the sender's address: not yours")),
    ])
    func turnsRefusalsIntoVerdicts(arguments: [String], expected: Verdict) async throws {
        let server = try await ServerProcess.start("smtp_server.py", arguments)
        #expect(await Self.channel(server).send(Sample.single, to: "jo@shop.example", now: Sample.noon) == expected)
    }

    @Test func anAddressThatForgesCommandsIsDead() async throws {
        let server = try await ServerProcess.start("smtp_server.py")
        let verdict = await Self.channel(server).send(Sample.single, to: "a@b.example>\r\nRCPT TO:<c@d.example", now: Sample.noon)
        guard case .dead = verdict else { Issue.record("\(verdict)"); return }
    }
}
