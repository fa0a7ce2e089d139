import Foundation
import Testing

/// Orders, payments and a flash sale, by hand: the real `stockctl` and the real `stockd`.
@Suite(.timeLimit(.minutes(5))) struct HoldTests {
    private let daemon: RunningDaemon

    init() async throws {
        daemon = try RunningDaemon()
        try daemon.configure("delivery: {mode: log, group_wait: 0}\n")
        try await daemon.start()
        try await daemon.done("location", "create", "store-1")
        try await daemon.done(
            "product", "create", "--sku", "WID-001", "--name", "Widget A", "--location", "store-1", "--quantity", "10")
    }

    private func place(_ quantity: Int, order: String, _ more: String..., at place: SourceLocation = #_sourceLocation) async throws -> String {
        let answer = try await daemon.stockctl(
            ["hold", "place", "WID-001", "\(quantity)", "--location", "store-1", "--order", order, "--json"] + more)
        #expect(answer.status == 0, "\(answer.errors)", sourceLocation: place)
        let hold = try #require(try answer.object()["hold"] as? [String: Any])
        return "\(try #require(hold["id"] as? Int))"
    }

    private func shown(_ arguments: String..., at place: SourceLocation = #_sourceLocation) async throws -> String {
        let answer = try await daemon.stockctl(arguments)
        #expect(answer.status == 0, "\(arguments): \(answer.errors)", sourceLocation: place)
        return answer.output
    }

    @Test func whatIsHeldIsKeptFromOthersAndSoldWhenItIsPaid() async throws {
        let id = try await place(4, order: "ORD-1")
        var level = try await shown("stock", "get", "WID-001", "--location", "store-1")
        #expect(level.contains("On hand      10\n") && level.contains("Held         4\n") && level.contains("Available    6\n"))
        let refused = try await daemon.stockctl(["hold", "place", "WID-001", "7", "--location", "store-1", "--order", "ORD-2"])
        #expect(refused.status == 1)
        #expect(refused.errors == "stockctl: only 6 of WID-001 at store-1 can be held now\n")

        let confirmed = "Hold \(id) confirmed by payment P-1: 4 × WID-001 Widget A at store-1, order ORD-1.\n"
        for _ in 0..<2 { #expect(try await shown("hold", "confirm", id, "--payment", "P-1") == confirmed) }
        level = try await shown("stock", "get", "WID-001", "--location", "store-1")
        #expect(level.contains("On hand      6\n") && !level.contains("Held"))
        let history = try await daemon.list("stock", "history", "WID-001", "--location", "store-1")
        #expect(history.count == 2)
        #expect(history[0]["kind"] as? String == "sale")
        #expect(history[0]["delta"] as? Int == -4)
        #expect(history[0]["reason"] as? String == "hold \(id), order ORD-1")
    }

    @Test func aLatePaymentGetsWhatIsThereOrIsRefunded() async throws {
        let events = try daemon.watch()
        func hasExpired(_ id: String) async throws {
            try await events.next("hold.expired") { ($0["hold"] as? [String: Any])?["id"] as? Int == Int(id) }
        }
        let lucky = try await place(4, order: "ORD-1", "--ttl", "1s")
        try await hasExpired(lucky)
        #expect(
            try await shown("hold", "confirm", lucky, "--payment", "P-1")
                == "Hold \(lucky) confirmed late by payment P-1: 4 × WID-001 Widget A at store-1, order ORD-1.\n")

        let unlucky = try await place(4, order: "ORD-2", "--ttl", "1s")
        try await hasExpired(unlucky)
        try await daemon.done("stock", "sell", "WID-001", "5", "--location", "store-1")
        for _ in 0..<2 {
            let refused = try await daemon.stockctl(["hold", "confirm", unlucky, "--payment", "P-2"])
            #expect(refused.status == 1)
            #expect(refused.errors.hasPrefix("stockctl: payment P-2 for hold \(unlucky) "))
            #expect(refused.errors.hasSuffix(": refund it (only 1 of WID-001 is left at store-1)\n"))
        }
        #expect(try await shown("hold", "get", unlucky).contains("expired, refund due"))
        let refund = try await events.next("hold.refund_due")["refund"] as? [String: Any]
        #expect(refund?["payment_ref"] as? String == "P-2")
        #expect(try await shown("status").contains("Holds     1 refund due\n"))
        #expect(try await shown("health").contains("held: 0, refunds due: 1"))
    }

    @Test func aFlashSaleSellsItsQuantityAndNoMore() async throws {
        let planned = try await shown(
            "sale", "create", "flash", "--starts", "now", "--ends", "+1h", "--line", "WID-001=3@store-1,price=9.99,limit=3")
        #expect(planned.contains("9.99 USD  only 3 left"))
        let ids = [
            try await place(2, order: "ORD-1", "--sale", "flash", "--customer", "ann"),
            try await place(1, order: "ORD-2", "--sale", "flash", "--customer", "bob"),
        ]
        #expect(try await shown("sale", "get", "flash").contains("all held"))
        for id in ids { try await daemon.done("hold", "confirm", id, "--payment", "P-\(id)") }
        #expect(try await shown("sale", "get", "flash").contains("sold out"))
        let refused = try await daemon.stockctl(
            ["hold", "place", "WID-001", "1", "--location", "store-1", "--order", "ORD-3", "--sale", "flash", "--customer", "cyd"])
        #expect(refused.status == 1)
        #expect(refused.errors == "stockctl: nothing of WID-001 at store-1 can be held now\n")
        #expect(try await shown("sale", "end", "flash").contains(": 3 sold."))
        #expect(try await shown("sale", "list", "--state", "ended").contains("flash"))
    }
}
