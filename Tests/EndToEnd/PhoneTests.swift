import Foundation
import StockTestSupport
import Testing

/// Texts, WhatsApp and the inbox, with the real binaries and a server that takes messages as Twilio does.
@Suite(.timeLimit(.minutes(2))) struct PhoneTests {
    private struct Received: Decodable {
        var method: String
        var form: [String: String]
    }

    @Test func aStockoutReachesPhonesAndTheInbox() async throws {
        let server = try await ServerProcess.start("twilio_server.py")
        let daemon = try RunningDaemon()
        try daemon.configure(
            """
            delivery: {group_wait: 0}
            channels:
              twilio:
                url: http://127.0.0.1:\(server.port)
                account_sid: AC\(String(repeating: "0", count: 32))
                auth_token: \(try daemon.secret("twilio", "s3cret"))
                sms_from: "+15550100"
                whatsapp_from: "+15550100"
                whatsapp_template: HX\(String(repeating: "2", count: 32))

            """)
        try await daemon.start()
        let refused = try await daemon.stockctl(["contact", "create", "eve", "--sms", "0555 0199"])
        #expect(refused.status == 1 && refused.errors.contains("+15550100"))
        try await daemon.done("contact", "create", "ann", "--sms", "+15550199", "--whatsapp", "+15550188", "--inbox", "ann")
        try await daemon.done("location", "create", "Store 5")
        try await daemon.done(
            "product", "create", "--sku", "TEA", "--name", "Grüner Tee “extra”", "--category", "Tea", "--location", "Store 5", "--quantity", "0")
        var texts: [String: [String: String]] = [:]
        while texts.count < 2 {
            let received: Received = try await server.next("request").decoded()
            if received.method == "POST" { texts[received.form["To"] ?? ""] = received.form }
        }
        #expect(texts["+15550199"]?["Body"] == #"Out of Stock: Grüner Tee "extra" (Tea), Store 5"#)
        #expect(texts["whatsapp:+15550188"]?["ContentVariables"]?.contains("Out of Stock: Grüner Tee “extra” (Tea) · Location: Store 5") == true)

        let events = try daemon.watch()
        for _ in 1...3 { try await events.next("delivery.sent") }
        #expect(try await daemon.list("delivery", "list").allSatisfy { $0["state"] as? String == "sent" })
        let messages = try await daemon.list("inbox", "list", "--unread")
        #expect(messages.count == 1)
        #expect((messages.first?["message"] as? String)?.hasPrefix("Out of Stock: Grüner Tee “extra” (Tea)\n  Location: Store 5\n") == true)
        let counts = try await daemon.done("status")["counts"] as? [String: Any]
        #expect(counts?["inbox_unread"] as? Int == 1)
        let read = try await daemon.done("inbox", "read", "--all")
        #expect(read["count"] as? Int == 1 && read["unread"] as? Int == 0)
        #expect(try await daemon.list("inbox", "list", "--unread").isEmpty)
        #expect(!daemon.log.contains("s3cret"))
        #expect(try await daemon.stop() == 0)
    }
}
