import Foundation
import Testing

/// A shop's whole day through the real binaries and the real socket.
@Suite struct SpineTests {
    private let daemon: RunningDaemon

    init() throws {
        daemon = try RunningDaemon()
        try daemon.configure("alerts: {low_without_par: 5}\ndelivery: {mode: log, group_wait: 0}\n")
        try daemon.start()
        try daemon.done("location", "create", "store-1", "--time-zone", "Europe/London")
        try daemon.done("contact", "create", "ann", "--email", "ann@example.com")
        try daemon.done(
            "product", "create", "--sku", "WID-001", "--name", "Widget A", "--price", "49.99", "--location", "store-1",
            "--quantity", "100")
    }

    private func alerts(_ state: String = "active") throws -> [[String: Any]] {
        try #require(try daemon.done("alert", "list", "--state", state)["alerts"] as? [[String: Any]])
    }

    private func deliveries() throws -> [[String: Any]] {
        try #require(try daemon.done("delivery", "list")["deliveries"] as? [[String: Any]])
    }

    @Test func tellsOnceThatAProductRunsLowAndOnceThatItIsBack() throws {
        #expect(try alerts().isEmpty)
        try daemon.done("stock", "set", "WID-001", "4", "--location", "store-1")
        let line = try daemon.waitForLog("delivery.logged")
        #expect(line.contains("Low Stock Alert: Widget A - Only 4 remaining"))

        // Flapping around the threshold: told already.
        try daemon.done("stock", "sell", "WID-001", "1", "--location", "store-1")
        let alert = try #require(try alerts().first)
        #expect(alert["severity"] as? String == "low")
        #expect(alert["current_stock"] as? Int == 3)
        let id = try #require(alert["id"] as? Int)
        try daemon.done("alert", "acknowledge", String(id), "--note", "ordered")

        try daemon.done("stock", "receive", "WID-001", "40", "--location", "store-1")
        #expect(try daemon.waitForLog("delivery.logged").contains("Restocked: Widget A - 43 in stock"))
        #expect(try alerts().isEmpty)
        let resolved = try #require(try alerts("resolved").first)
        #expect(resolved["resolved_cause"] as? String == "restocked")
        #expect(try deliveries().count == 2)
        #expect(daemon.stop() == 0)
    }

    @Test func losesNothingThatWasAcknowledgedWhenKilled() throws {
        try daemon.done("stock", "set", "WID-001", "0", "--location", "store-1")
        try daemon.waitForLog("delivery.sent")
        daemon.stop(SIGKILL)
        try daemon.start()
        let alert = try #require(try alerts().first)
        #expect(alert["severity"] as? String == "out")
        // Told before the kill: the window holds, also for a shortage that resolves and comes back.
        try daemon.done("stock", "set", "WID-001", "50", "--location", "store-1")
        try daemon.waitForLog("delivery.sent")
        try daemon.done("stock", "set", "WID-001", "0", "--location", "store-1")
        try daemon.done("alert", "check")
        #expect(try deliveries().count == 2)
        let history = try #require(
            try daemon.done("stock", "history", "WID-001", "--location", "store-1")["movements"] as? [[String: Any]])
        #expect(history.compactMap { $0["delta"] as? Int }.reduce(0, +) == 0)
    }

    @Test func aReloadSettlesAlertsByTheNewThresholds() throws {
        try daemon.done("stock", "set", "WID-001", "8", "--location", "store-1")
        #expect(try alerts().isEmpty)
        try daemon.configure("alerts: {low_without_par: 10}\ndelivery: {mode: log, group_wait: 0}\n")
        daemon.signal(SIGHUP)
        try daemon.waitForLog("config.reloaded")
        try daemon.waitForLog("delivery.logged")
        let alert = try #require(try alerts().first)
        #expect(alert["threshold"] as? Int == 10)
        #expect(alert["threshold_origin"] as? String == "configuration")
    }

    @Test func refusesABadConfigurationOverTheSocketToo() throws {
        try daemon.configure("alerts: {suppress: soon}\n")
        let answer = try daemon.stockctl(["config", "check", "--json"])
        #expect(answer.status == 2)
        let problems = try #require(try answer.object()["problems"] as? [[String: Any]])
        #expect(problems.first?["key"] as? String == "alerts.suppress")
        #expect(problems.first?["line"] as? Int == 3)
    }

    @Test func aSourceOfATenantThatDoesNotExistHurtsNobodyElse() throws {
        daemon.stop()
        try daemon.configure(
            """
            delivery: {mode: log, group_wait: 0}
            sources:
              - {name: orphan, kind: demo, tenant: nobody}
              - {name: shop, kind: demo, interval: 1h}

            """)
        try daemon.start()
        #expect(try daemon.waitForLog("sync.failed").contains("nobody"))
        try daemon.done("sync", "run", "shop")
        #expect(try alerts().count == 9)
        #expect(daemon.stop() == 0)
    }

    @Test func saysWhereItLookedWhenThereIsNoDaemon() throws {
        daemon.stop()
        let answer = try daemon.stockctl(["status"])
        #expect(answer.status == 69)
        #expect(answer.errors.contains(daemon.socket))
    }
}
