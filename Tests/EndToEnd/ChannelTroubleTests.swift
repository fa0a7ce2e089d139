import Foundation
import StockTestSupport
import Testing

/// Ways of reaching people that fail.
@Suite(.timeLimit(.minutes(5))) struct ChannelTroubleTests {
    private func shop() async throws -> ShopFixture {
        try await ShopFixture { shop in
            for number in 1...6 {
                shop.addItem("I\(number)", name: "Widget \(number)", variations: [.init("V\(number)", sku: "WID-\(number)")])
                shop.count("V\(number)", at: "L1", "50")
            }
        }
    }

    @Test func mailWaitsForTheRightPasswordAndIsThenSentOnce() async throws {
        let shop = try await shop()
        let daemon = shop.daemon
        try await daemon.done("contact", "create", "ann", "--email", "ann@example.com")
        try await daemon.done("contact", "create", "ops", "--slack", "ops-slack")
        _ = try daemon.secret("password", "wrong")
        try await shop.openShop()
        try await daemon.done("sync")
        let events = try daemon.watch()
        shop.trade { $0.adjust("V1", at: "L1", by: "-47") }
        try await daemon.done("sync")
        try await events.next("notice.opened")
        try await daemon.waitForLog("channel.paused")
        shop.trade { $0.adjust("V2", at: "L1", by: "-50") }
        try await daemon.done("sync")

        // Two alerts, and word by another way of why ann knows of neither.
        var heard = ""
        for _ in 1...3 { heard += try await shop.nextHook().body }
        for text in ["Widget 1", "Widget 2", "535"] { #expect(heard.contains(text), "\(text) not in \(heard)") }
        let (status, failing) = try await shop.health()
        #expect(status == 2)
        #expect(failing["channel email"]?.contains("535") == true, "\(failing)")
        let waiting = try await shop.deliveries().filter { $0["kind"] as? String == "email" }
        #expect(waiting.allSatisfy { $0["state"] as? String == "queued" })
        // Nobody hammers a server that refuses the login: it locks accounts.
        #expect(daemon.log.components(separatedBy: "channel.paused").count == 2)

        _ = try daemon.secret("password", ShopFixture.password)
        try await daemon.done("config", "reload")
        var mails: [ShopFixture.Mail] = []
        for _ in waiting { mails.append(try await shop.nextMail()) }
        for text in ["Widget 1", "Widget 2"] {
            #expect(mails.filter { $0.text().contains(text) && $0.subject.contains("Stock") }.count == 1, "\(mails.map(\.subject))")
        }
        let sent = try await shop.hasSentAll(events)
        #expect(Set(mails.compactMap { $0.mail.headers["message-id"] }).count == mails.count)
        #expect(sent)
        #expect(try await shop.health().status == 0)
        try await shop.expectNoSecrets()
    }

    @Test func aWebhookThatHangsDelaysNoMailAndNoOtherWebhook() async throws {
        let shop = try await shop()
        shop.erpPath = "/erp?silent=1"
        let daemon = shop.daemon
        try await daemon.done("contact", "create", "ann", "--webhook", "erp")
        try await daemon.done("contact", "create", "bob", "--email", "bob@example.com", "--webhook", "ops-slack")
        try await shop.openShop()
        try await daemon.done("sync")
        // More than a channel sends at once.
        for number in 1...6 {
            shop.trade { $0.adjust("V\(number)", at: "L1", by: "-50") }
            try await daemon.done("sync")
            #expect(try await shop.nextMail().subject.contains("Out of Stock: Widget \(number)"))
        }
        // Two hang, as many as one webhook is given at once, and all six have reached the other.
        var hooks: [String: Int] = [:]
        while hooks[shop.slackPath, default: 0] < 6 || hooks["/erp", default: 0] < 2 {
            hooks[try await shop.nextHook().path, default: 0] += 1
        }
        #expect(hooks == [shop.slackPath: 6, "/erp": 2])
        let hanging = try await shop.deliveries().filter { $0["address"] as? String == "erp" }
        #expect(hanging.count == 6)
        #expect(hanging.allSatisfy { ["sending", "queued"].contains($0["state"] as? String) })
        // What was being sent will be sent, whatever becomes of the sender.
        try await daemon.stop(SIGKILL)
        shop.erpPath = "/erp"
        try shop.configure()
        try await daemon.start()
        var told: Set<String> = []
        for _ in 1...6 {
            let alerts = try #require(try await shop.nextHook().object()["alerts"] as? [[String: Any]])
            told.formUnion(alerts.compactMap { $0["sku"] as? String })
        }
        #expect(told.count == 6)
    }
}
