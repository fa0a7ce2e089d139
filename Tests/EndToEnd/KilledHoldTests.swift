import Foundation
import Testing

/// What was promised to buyers, over deaths of the daemon.
@Suite(.timeLimit(.minutes(2))) struct KilledHoldTests {
    private func daemon() async throws -> RunningDaemon {
        let daemon = try RunningDaemon()
        try daemon.configure("")
        try await daemon.start()
        try await daemon.done("location", "create", "store-1")
        try await daemon.done("product", "create", "--sku", "WID-001", "--name", "Widget", "--location", "store-1", "--quantity", "10")
        return daemon
    }

    private func place(_ daemon: RunningDaemon, _ quantity: Int, for ttl: String) async throws -> String {
        let reply = try await daemon.done(
            "hold", "place", "WID-001", "\(quantity)", "--location", "store-1", "--order", "A-1", "--ttl", ttl)
        return "\(try #require((reply["hold"] as? [String: Any])?["id"] as? Int))"
    }

    private func hold(_ id: String, _ daemon: RunningDaemon) async throws -> [String: Any] {
        try #require(try await daemon.done("hold", "get", id)["hold"] as? [String: Any])
    }

    @Test func aKilledDaemonForgetsNoHoldAndEndsThoseWhoseTimeHasCome() async throws {
        let daemon = try await daemon()
        let long = try await place(daemon, 3, for: "1h"), short = try await place(daemon, 4, for: "1s")
        try await daemon.stop(SIGKILL)
        try await daemon.start()
        let events = try daemon.watch()
        try await events.next("hold.expired") { "\(($0["hold"] as? [String: Any])?["id"] ?? "")" == short }
        #expect(try await hold(long, daemon)["state"] as? String == "held")
        // The buyer was slow, but nobody was quicker.
        try await daemon.done("hold", "confirm", short, "--payment", "pay-1")
        let paid = try await hold(short, daemon)
        #expect(paid["state"] as? String == "confirmed" && paid["late"] as? Bool == true)
        let level = try #require(try await daemon.done("stock", "get", "WID-001", "--location", "store-1")["level"] as? [String: Any])
        #expect(level["on_hand"] as? Int == 6 && level["held"] as? Int == 3)
    }

    @Test func aPaymentWithoutGoodsIsInTheJournalAndAnsweredTheSameAfterAKill() async throws {
        let daemon = try await daemon()
        let id = try await place(daemon, 3, for: "1h")
        try await daemon.done("hold", "cancel", id)
        var answers: [RunningDaemon.Answer] = []
        for _ in 0..<2 {
            answers.append(try await daemon.stockctl(["hold", "confirm", id, "--payment", "pay-1"]))
            try await daemon.stop(SIGKILL)
            try await daemon.start()
        }
        #expect(answers.map(\.status) == [1, 1])
        #expect(answers[0].errors.contains("refund it") && answers[0].errors == answers[1].errors)
        while !daemon.log.contains("payment=pay-1") { try await daemon.waitForLog("hold.refund_due") }
        let refused = try #require(try await hold(id, daemon)["refused_payments"] as? [[String: Any]])
        #expect(refused.count == 1 && refused[0]["reason"] as? String == "hold_cancelled")
    }
}
