import Foundation
import StockTestSupport
import Testing

/// From a sale in the shop to a word to those who care, and back.
@Suite(.timeLimit(.minutes(5))) struct MainJobTests {
    private func shop() async throws -> ShopFixture {
        try await ShopFixture { shop in
            shop.addCategory("C1", name: "Widgets")
            shop.addItem("I1", name: "Widget A", category: "C1", variations: [.init("V1", sku: "WID-001")])
            shop.addItem("I2", name: "Gadget", variations: [.init("V2", sku: "GAD-001")])
            shop.addItem("I3", name: "Plenty", variations: [.init("V3", sku: "PLE-001")])
            shop.count("V1", at: "L1", "4")
            shop.count("V2", at: "L1", "0")
            shop.count("V3", at: "L1", "400")
        }
    }

    @Test func whatRunsLowInSquareReachesEverybodyOnceAndSoDoesItsReturn() async throws {
        let shop = try await shop()
        let daemon = shop.daemon
        try await daemon.done("contact", "create", "ann", "--email", "ann@example.com", "--slack", "ops-slack", "--webhook", "erp")
        try await daemon.done("contact", "create", "bob", "--email", "bob@example.com", "--min-severity", "critical")
        try await shop.openShop()

        // One mail each, with all that concerns its reader.
        let mails = [try await shop.nextMail(), try await shop.nextMail()]
        let ann = try #require(mails.first { $0.recipients == ["ann@example.com"] })
        let bob = try #require(mails.first { $0.recipients == ["bob@example.com"] })
        #expect(ann.subject.contains("1 out, 1 low at Downtown"), "\(ann.subject)")
        for part in [ann.text(), ann.text("text/html")] {
            #expect(part.contains("Out of Stock: Gadget"))
            #expect(part.contains("Low Stock Alert: Widget A - Only 4 remaining (Widgets)"))
        }
        #expect(bob.subject.contains("Out of Stock: Gadget"))
        #expect(!bob.text().contains("Widget A"))
        #expect(ann.mail.defects == [] && bob.mail.defects == [])

        let hooks = [try await shop.nextHook(), try await shop.nextHook()]
        let slack = try #require(hooks.first { $0.path == shop.slackPath })
        let blocks = try #require(try slack.object()["blocks"] as? [[String: Any]])
        #expect(blocks.first?["type"] as? String == "header")
        #expect(slack.body.contains("Out of Stock: Gadget"))
        let erp = try #require(hooks.first { $0.path == shop.erpPath })
        #expect(erp.isSigned(with: ShopFixture.signingKey))
        #expect((try erp.object()["alerts"] as? [[String: Any]])?.map { $0["sku"] as? String } == ["GAD-001", "WID-001"])

        let synced = try #require(try await daemon.list("sync").first)
        #expect(synced["state"] as? String == "idle")
        #expect(synced["error"] is NSNull)
        let alerts = try await daemon.list("alert", "list")
        #expect(Set(alerts.map { $0["sku"] as? String }) == ["GAD-001", "WID-001"])
        #expect(alerts.allSatisfy { $0["location"] as? String == "Downtown" })
        #expect(try await shop.deliveries().count == 4)

        shop.trade { $0.adjust("V1", at: "L1", by: "40") }
        try await daemon.done("sync")
        let back = try await shop.nextMail()
        #expect(back.recipients == ["ann@example.com"])
        #expect(back.subject.contains("Restocked: Widget A - 44 in stock"), "\(back.subject)")
        // In the thread of the mail that told of it.
        #expect(ann.mail.headers["message-id"].map { back.mail.headers["references"]?.contains($0) == true } == true)
        for _ in 1...2 { #expect(try await shop.nextHook().body.contains("WID-001")) }
        let resolved = try #require(try await daemon.list("alert", "list", "--state", "resolved").first)
        #expect(resolved["resolved_cause"] as? String == "restocked")

        // Nothing new: bob, who wasn't told of the widget, hears nothing of its return either.
        try await daemon.done("sync")
        try await daemon.done("alert", "check")
        let all = try await shop.deliveries()
        #expect(all.count == 7)
        #expect(all.filter { $0["contact"] as? String == "bob" }.count == 1)
        #expect(try await shop.health().status == 0)
        try await shop.expectNoSecrets()
        #expect(try await daemon.stop() == 0)
    }
}
