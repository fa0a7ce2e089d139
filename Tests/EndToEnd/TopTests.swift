import Foundation
import StockTestSupport
import Testing

/// The dashboard in a real terminal: what it shows, and that the terminal is as it was however it ends.
@Suite(.timeLimit(.minutes(5))) struct TopTests {
    private func shop() async throws -> RunningDaemon {
        let daemon = try RunningDaemon()
        try daemon.configure("")
        try await daemon.start()
        try await daemon.done("location", "create", "store-1")
        try await daemon.done("product", "create", "--sku", "WID-001", "--name", "Widget A", "--location", "store-1", "--quantity", "100")
        return daemon
    }

    private func top(_ daemon: RunningDaemon) throws -> TerminalProcess {
        try TerminalProcess([RunningDaemon.path("stockctl"), "top"], environment: ["STOCKD_SOCKET": daemon.socket])
    }

    /// The screen that was there before, a cursor, and typing as usual.
    private func expectRestored(_ top: TerminalProcess, at place: SourceLocation = #_sourceLocation) {
        #expect(top.output.hasSuffix("\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"), "\(top.output.suffix(200).debugDescription)", sourceLocation: place)
        #expect(top.isCooked, sourceLocation: place)
    }

    @Test func showsWhatHappensAcknowledgesAndLeavesTheTerminalAsItWas() async throws {
        let daemon = try await shop()
        let top = try top(daemon)
        #expect(await top.shows("No alerts: nothing runs low."))
        #expect(!top.isCooked)
        try await daemon.done("stock", "set", "WID-001", "0", "--location", "store-1")
        #expect(await top.shows("WID-001"))
        #expect(await top.shows("alert.opened"))
        // The event may be there before the alert that can be selected is.
        #expect(await top.shows("gone"))
        top.type("a")
        #expect(await top.shows("Note for WID-001"))
        top.type("ordered\r")
        #expect(await top.shows("acknowledged by"))
        let events = try await daemon.list("alert", "list")
        #expect(events.first?["state"] as? String == "acknowledged")
        let before = top.output.count
        top.resize(columns: 130, rows: 40)
        #expect(await top.shows("Messages and sources", after: before))
        top.type("q")
        #expect(try await top.end() == 0)
        expectRestored(top)
        try await daemon.stop()
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV])
    func aSignalLeavesTheTerminalAsItWas(number: Int32) async throws {
        let daemon = try await shop()
        let top = try top(daemon)
        #expect(await top.shows("No alerts"))
        kill(top.pid, number)
        #expect(try await top.end() & 0x7F == number)
        expectRestored(top)
        try await daemon.stop()
    }

    @Test(arguments: ["\u{3}", "SIGINT"])
    func controlCIsAWayToQuit(how: String) async throws {
        let daemon = try await shop()
        let top = try top(daemon)
        #expect(await top.shows("No alerts"))
        if how == "SIGINT" { kill(top.pid, SIGINT) } else { top.type(how) }
        #expect(try await top.end() == 0)
        expectRestored(top)
        try await daemon.stop()
    }

    @Test func goesOnWhenTheDaemonIsBack() async throws {
        let daemon = try await shop()
        let top = try top(daemon)
        #expect(await top.shows("No alerts"))
        try await daemon.stop(SIGKILL)
        #expect(await top.shows("connection lost"))
        let before = top.output.count
        try await daemon.start()
        try await daemon.done("stock", "set", "WID-001", "0", "--location", "store-1")
        #expect(await top.shows("WID-001", after: before))
        #expect(await top.shows("live", after: before))
        let later = top.output.count
        try await daemon.stop(SIGKILL)
        #expect(await top.shows("connection lost", after: later))
        top.type("q")
        #expect(try await top.end() == 0)
        expectRestored(top)
    }

    @Test func refusesWhereThereIsNoTerminal() async throws {
        let daemon = try RunningDaemon()
        let answer = try await daemon.stockctl(["top"])
        #expect(answer.status == 64)
        #expect(answer.errors.contains("stockctl status"))
        let dumb = try TerminalProcess(
            [RunningDaemon.path("stockctl"), "top"], environment: ["STOCKD_SOCKET": daemon.socket, "TERM": "dumb"])
        #expect(await dumb.shows("stockctl alert list"))
        #expect(try await dumb.end() >> 8 == 64)
        #expect(!dumb.output.contains("\u{1B}"))
    }

    @Test func saysSoWhereThereIsNoDaemonBeforeItTakesTheScreen() async throws {
        let daemon = try RunningDaemon()
        let top = try top(daemon)
        #expect(await top.shows("no daemon at"))
        #expect(try await top.end() >> 8 == 69)
        #expect(!top.output.contains("\u{1B}"))
    }

    @Test func aWatchIsStoppedByControlC() async throws {
        let daemon = try await shop()
        let watch = try TerminalProcess(
            [RunningDaemon.path("stockctl"), "watch", "--since", "0"], environment: ["STOCKD_SOCKET": daemon.socket])
        #expect(await watch.shows("stock.changed"))
        watch.type("\u{3}")
        #expect(try await watch.end() & 0x7F == SIGINT)
        #expect(watch.isCooked)
        try await daemon.stop()
    }
}
