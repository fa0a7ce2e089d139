import Foundation
import Testing

/// A shop's whole day through the real binaries and the real socket.
@Suite(.timeLimit(.minutes(5))) struct SpineTests {
    private let daemon: RunningDaemon

    init() async throws {
        daemon = try RunningDaemon()
        try daemon.configure("alerts: {low_without_par: 5}\ndelivery: {mode: log, group_wait: 0}\n")
        try await daemon.start()
        try await daemon.done("location", "create", "store-1", "--time-zone", "Europe/London")
        try await daemon.done("contact", "create", "ann", "--email", "ann@example.com")
        try await daemon.done(
            "product", "create", "--sku", "WID-001", "--name", "Widget A", "--price", "49.99", "--location", "store-1",
            "--quantity", "100")
    }

    private func alerts(_ state: String = "active") async throws -> [[String: Any]] {
        try #require(try await daemon.done("alert", "list", "--state", state)["alerts"] as? [[String: Any]])
    }

    private func deliveries() async throws -> [[String: Any]] {
        try #require(try await daemon.done("delivery", "list")["deliveries"] as? [[String: Any]])
    }

    @Test func tellsOnceThatAProductRunsLowAndOnceThatItIsBack() async throws {
        #expect(try await alerts().isEmpty)
        try await daemon.done("stock", "set", "WID-001", "4", "--location", "store-1")
        let line = try await daemon.waitForLog("delivery.logged")
        #expect(line.contains("Low Stock Alert: Widget A - Only 4 remaining"))

        // Flapping around the threshold: told already.
        try await daemon.done("stock", "sell", "WID-001", "1", "--location", "store-1")
        let alert = try #require(try await alerts().first)
        #expect(alert["severity"] as? String == "low")
        #expect(alert["current_stock"] as? Int == 3)
        let id = try #require(alert["id"] as? Int)
        try await daemon.done("alert", "acknowledge", String(id), "--note", "ordered")

        try await daemon.done("stock", "receive", "WID-001", "40", "--location", "store-1")
        #expect(try await daemon.waitForLog("delivery.logged").contains("Restocked: Widget A - 43 in stock"))
        #expect(try await alerts().isEmpty)
        let resolved = try #require(try await alerts("resolved").first)
        #expect(resolved["resolved_cause"] as? String == "restocked")
        #expect(try await deliveries().count == 2)
        #expect(try await daemon.stop() == 0)
    }

    @Test func losesNothingThatWasAcknowledgedWhenKilled() async throws {
        try await daemon.done("stock", "set", "WID-001", "0", "--location", "store-1")
        try await daemon.waitForLog("delivery.sent")
        try await daemon.stop(SIGKILL)
        try await daemon.start()
        let alert = try #require(try await alerts().first)
        #expect(alert["severity"] as? String == "out")
        // Told before the kill: the window holds, also for a shortage that resolves and comes back.
        try await daemon.done("stock", "set", "WID-001", "50", "--location", "store-1")
        try await daemon.waitForLog("delivery.sent")
        try await daemon.done("stock", "set", "WID-001", "0", "--location", "store-1")
        try await daemon.done("alert", "check")
        #expect(try await deliveries().count == 2)
        let history = try #require(
            try await daemon.done("stock", "history", "WID-001", "--location", "store-1")["movements"] as? [[String: Any]])
        #expect(history.compactMap { $0["delta"] as? Int }.reduce(0, +) == 0)
    }

    @Test func aReloadSettlesAlertsByTheNewThresholds() async throws {
        try await daemon.done("stock", "set", "WID-001", "8", "--location", "store-1")
        #expect(try await alerts().isEmpty)
        try daemon.configure("alerts: {low_without_par: 10}\ndelivery: {mode: log, group_wait: 0}\n")
        daemon.signal(SIGHUP)
        try await daemon.waitForLog("config.reloaded")
        try await daemon.waitForLog("delivery.logged")
        let alert = try #require(try await alerts().first)
        #expect(alert["threshold"] as? Int == 10)
        #expect(alert["threshold_origin"] as? String == "configuration")
    }

    @Test func aDrillGoesTheWholeWayAndTouchesNothing() async throws {
        try await daemon.done("contact", "create", "bob", "--email", "bob@example.com", "--disabled")
        let stock = try await daemon.stockctl(["stock", "list", "--json"]).output
        let results = try #require(try await daemon.done("drill")["results"] as? [[String: Any]])
        #expect(results.map { $0["contact"] as? String } == ["ann", "bob"])
        #expect(results.map { $0["state"] as? String } == ["sent", "untold"])
        #expect(results[0]["error"] is NSNull && results[0]["ms"] is Int)
        #expect(results[1]["reason"] as? String == "contact_off" && results[1]["ms"] is NSNull)
        #expect(try await daemon.waitForLog("delivery.logged").contains("DRILL: Out of Stock"))
        #expect(try await alerts("all").isEmpty)
        #expect(try await daemon.stockctl(["stock", "list", "--json"]).output == stock)
    }

    @Test func theSummaryRanksWhatIsShort() async throws {
        try await daemon.done("stock", "set", "WID-001", "4", "--location", "store-1")
        let summary = try #require(try await daemon.done("summary")["summary"] as? [String: Any])
        #expect((summary["counts"] as? [String: Int])?["low"] == 1)
        #expect((summary["most_urgent"] as? [[String: Any]])?.map { $0["sku"] as? String } == ["WID-001"])
        #expect(try await daemon.stockctl(["summary", "--day", "2001-01-01"]).status == 1)
    }

    @Test func refusesABadConfigurationOverTheSocketToo() async throws {
        try daemon.configure("alerts: {suppress: soon}\n")
        let answer = try await daemon.stockctl(["config", "check", "--json"])
        #expect(answer.status == 2)
        let problems = try #require(try answer.object()["problems"] as? [[String: Any]])
        #expect(problems.first?["key"] as? String == "alerts.suppress")
        #expect(problems.first?["line"] as? Int == 3)
    }

    @Test func aSourceOfATenantThatDoesNotExistHurtsNobodyElse() async throws {
        try await daemon.stop()
        try daemon.configure(
            """
            delivery: {mode: log, group_wait: 0}
            sources:
              - {name: orphan, kind: demo, tenant: nobody}
              - {name: shop, kind: demo, interval: 1h}

            """)
        try await daemon.start()
        #expect(try await daemon.waitForLog("sync.failed").contains("nobody"))
        try await daemon.done("sync", "run", "shop")
        #expect(try await alerts().count == 9)
        #expect(try await daemon.stop() == 0)
    }

    @Test func saysWhereItLookedWhenThereIsNoDaemon() async throws {
        try await daemon.stop()
        let answer = try await daemon.stockctl(["status"])
        #expect(answer.status == 69)
        #expect(answer.errors.contains(daemon.socket))
    }
}
