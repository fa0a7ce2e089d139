import Foundation
import StockDomain
import StockTestSupport
import Testing

/// What somebody typed into a till, on its way into mail headers, chat markup and terminals.
@Suite(.timeLimit(.minutes(5))) struct HostileTextTests {
    private static let names = [
        "Widget\r\nBcc: victim@evil.example\r\n\r\nowned", "<!channel> <https://evil.example|Win> & <script>alert(1)</script>",
        "Cheap \u{202E}gnp.exe\u{2028}next", "\u{1B}]0;owned\u{7}\u{1B}[31mRed\u{9B}2J", "=?utf-8?q?Subject?= ÄÖ \u{1F9A4}",
        String(repeating: "Long ", count: 60),
    ]

    private static func isHarmless(_ text: String) -> Bool {
        !text.replacing("\r\n", with: "\n").unicodeScalars.contains { $0 != "\n" && Text.isControl($0) }
    }

    @Test func whateverAProductIsCalledEndsHarmless() async throws {
        let shop = try await ShopFixture { shop in
            for (number, name) in Self.names.enumerated() {
                shop.addCategory("C\(number)", name: name)
                shop.addItem("I\(number)", name: name, category: "C\(number)", variations: [.init("V\(number)", sku: name)])
                shop.count("V\(number)", at: "L1", "50")
            }
            shop.addLocation("L2", name: "Shop\r\nX-Evil: 1 <!here>")
        }
        let daemon = shop.daemon
        try await daemon.done("contact", "create", "ann", "--email", "ann@example.com", "--slack", "ops-slack")
        try await shop.openShop()
        try await daemon.done("sync")
        for number in Self.names.indices {
            shop.trade { $0.count("V\(number)", at: number == 0 ? "L2" : "L1", "0") }
            try await daemon.done("sync")
            let mail = try await shop.nextMail()
            #expect(mail.recipients == ["ann@example.com"])
            #expect(mail.mail.defects == [])
            #expect(mail.mail.headers["bcc"] == nil && mail.mail.headers["x-evil"] == nil)
            #expect(mail.subject.contains("Out of Stock: "), "\(mail.subject)")
            for text in [mail.subject, mail.text(), mail.text("text/html")] { #expect(Self.isHarmless(text), "\(text)") }
            #expect(!mail.text("text/html").contains("<script"))

            let hook = try await shop.nextHook().object()
            let blocks = try #require(hook["blocks"] as? [[String: Any]])
            let header = try #require((blocks.first?["text"] as? [String: Any])?["text"] as? String)
            #expect(header.utf16.count <= 150)
            for block in blocks {
                let text = (block["text"] as? [String: Any])?["text"] as? String ?? ""
                #expect(Self.isHarmless(text) && !text.contains("<"), "\(text)")
            }
            #expect((hook["text"] as? String)?.contains("<") == false)
        }
        for command in [["alert", "list"], ["product", "list"], ["stock", "list"], ["location", "list"], ["sync", "status"]] {
            let answer = try await daemon.stockctl(command)
            #expect(answer.status == 0)
            #expect(Self.isHarmless(answer.output), "\(command): \(answer.output)")
        }
        #expect(Self.isHarmless(daemon.log))
        #expect(try await daemon.list("alert", "list").count == Self.names.count)
    }
}
