import Foundation
import Testing

/// Who is told what, when: one story through the real binaries, of a silence, an escalation, quiet hours and a pause.
@Suite(.timeLimit(.minutes(5))) struct TellingTests {
    private let daemon: RunningDaemon

    init() throws {
        daemon = try RunningDaemon()
        try daemon.configure("alerts: {low_without_par: 5}\ndelivery: {mode: log, group_wait: 0}\n")
    }

    private func openShop() async throws {
        try await daemon.start()
        try await daemon.done("location", "create", "store-9")
        try await daemon.done("product", "create", "--sku", "TEA-1", "--name", "Tea", "--location", "store-9", "--quantity", "100")
    }

    /// Around now, as a contact in UTC reads its clock.
    private var quietHours: String {
        let minutes = Int(Date().timeIntervalSince1970) / 60 % 1440
        return [minutes + 1380, minutes + 120].map { String(format: "%02d:%02d", $0 % 1440 / 60, $0 % 60) }.joined(separator: "-")
    }

    private func alert() async throws -> [String: Any] {
        try #require(try await daemon.list("alert", "list", "--sku", "TEA-1").first)
    }

    private func deliveries(_ contact: String) async throws -> [[String: Any]] {
        try await daemon.list("delivery", "list", "--contact", contact)
    }

    @Test func silencesEscalationsAndQuietHoursDecideTogetherWhoIsToldWhen() async throws {
        try await openShop()
        let events = try daemon.watch()
        func sent(to contact: String) async throws {
            try await events.next("delivery.sent") { ($0["delivery"] as? [String: Any])?["contact"] as? String == contact }
        }
        try await daemon.done("contact", "create", "ann", "--email", "ann@example.com")
        try await daemon.done("contact", "create", "owner", "--email", "owner@example.com", "--min-severity", "out")
        try await daemon.done("contact", "create", "night", "--email", "night@example.com", "--quiet", quietHours)
        try await daemon.done("escalation", "set", "default", "--step", "0=owner")
        let silence = try #require(
            try await daemon.done("silence", "create", "--sku", "TEA-*", "--for", "4h", "--comment", "stocktaking")["silence"]
                as? [String: Any])

        // Beneath the silence nobody is told, and nothing escalates.
        try await daemon.done("stock", "set", "TEA-1", "4", "--location", "store-9")
        #expect(try await (alert()["silence"] as? [String: Any])?["comment"] as? String == "stocktaking")
        for contact in ["ann", "owner", "night"] { #expect(try await deliveries(contact).isEmpty) }

        // When it ends, each is told in their own way: at once, by the escalation, and after the quiet hours.
        let ended = try await daemon.done("silence", "expire", "\(silence["id"] ?? 0)")
        #expect((ended["silence"] as? [String: Any])?["state"] as? String == "expired")
        try await events.next("silence.expired")
        let escalated = try await events.next("alert.escalated")
        #expect((escalated["alert"] as? [String: Any])?["escalated_to"] as? String == "owner")
        for contact in ["ann", "owner"] {
            let delivery = try #require(try await deliveries(contact).first)
            if delivery["state"] as? String != "sent" { try await sent(to: contact) }
        }
        let held = try #require(try await deliveries("night").first)
        #expect(held["state"] as? String == "queued" && held["held_because"] as? String == "quiet_hours")
        let timeline = try #require(
            try await (daemon.done("alert", "get", "\(alert()["id"] ?? 0)")["alert"] as? [String: Any])?["timeline"]
                as? [[String: Any]])
        #expect(timeline.compactMap { $0["kind"] as? String } == ["opened", "suppressed", "suppressed", "notified", "escalated"])

        // What was held back says how it stands when it is let go, also after a restart.
        try await daemon.done("contact", "pause", "ann", "--for", "14d")
        try await daemon.done("stock", "set", "TEA-1", "0", "--location", "store-9")
        try await daemon.stop(SIGKILL)
        try await daemon.start()
        #expect(try await deliveries("ann").first?["held_because"] as? String == "paused")
        try await daemon.done("contact", "update", "night", "--quiet", "off")
        #expect(try await daemon.waitForLog("delivery.logged").contains("Out of Stock: Tea"))
        try await daemon.waitForLog("delivery.sent", "contact=night")
        try await daemon.done("contact", "resume", "ann")
        #expect(try await daemon.waitForLog("delivery.logged").contains("Out of Stock: Tea"))
        try await daemon.waitForLog("delivery.sent", "contact=ann")
        #expect(try await deliveries("night").count { $0["state"] as? String == "sent" } == 1)
    }

    @Test func aSourceUnderMaintenanceIsLeftAloneUntilItIsResumed() async throws {
        try daemon.configure("delivery: {mode: log}\nsources: [{name: shop, kind: demo, interval: 1h}]\n")
        try await daemon.start()
        let events = try daemon.watch()
        try await events.next("sync.finished")
        try await daemon.done("sync", "pause", "shop", "--for", "2h", "--comment", "new till")
        try await events.next("sync.paused") { $0["note"] as? String == "new till" }
        let source = try #require(try await daemon.list("sync", "status").first)
        #expect(source["state"] as? String == "paused")
        #expect((source["pause"] as? [String: Any])?["comment"] as? String == "new till")
        let refused = try await daemon.stockctl(["sync", "run", "shop"])
        #expect(refused.status == 1 && refused.errors.contains("stockctl sync resume shop"))
        #expect(try await daemon.stockctl(["health"]).status == 0)
        try await daemon.stop()
        try await daemon.start()
        #expect(try await daemon.list("sync", "status").first?["state"] as? String == "paused")
        try await daemon.done("sync", "resume", "shop")
        try await events.next("sync.resumed")
        try await events.next("sync.finished")
        #expect(try await daemon.stockctl(["sync", "resume", "shop"]).status == 1)
    }
}
