import StockCLI
import StockClient
import StockTestSupport
import StockWire
import Synchronization
import Testing

@Suite struct WatchCommandTests {
    private func alert(_ sku: String, _ location: String, _ severity: String, kind: String = "alert.opened") -> String {
        #"""
        {"kind":"\#(kind)","at":"2026-05-01T08:10:00.000Z","tenant":"default","alert":{"id":1,"sku":"\#(sku)","product_name":"x",
        "category":null,"location":"\#(location)","severity":"\#(severity)","state":"open","current_stock":1,"threshold":5,
        "opened_at":"2026-05-01T08:00:00.000Z","acknowledged_by":null,"resolved_cause":null}}
        """#.replacing("\n", with: "")
    }
    private let sync = #"{"kind":"sync.started","at":"2026-05-01T08:10:00.000Z","tenant":"default","source":{"name":"shop","kind":"demo","state":"running","pages":null,"counts_applied":null,"sales_applied":null,"error":null}}"#
    private let begun = #"{"subscription":1,"cursor":"7"}"#

    private func shown(_ options: [String]) throws -> [String] {
        let events = [
            alert("WID-001", "store-1", "low"), alert("WID-002", "store-2", "out"), alert("GAD-001", "depot", "critical"), sync,
        ]
        let outcome = try run(["watch"] + options, results: [begun], events: events)
        return outcome.out.split(separator: "\n").map { line in
            ["WID-001", "WID-002", "GAD-001", "shop"].first { line.contains($0) } ?? "?"
        }
    }

    @Test func showsOnlyWhatIsAskedFor() throws {
        #expect(try shown([]) == ["WID-001", "WID-002", "GAD-001", "shop"])
        #expect(try shown(["--sku", "WID-*"]) == ["WID-001", "WID-002"])
        #expect(try shown(["--sku", "WID-00?", "--sku", "GAD-001", "--location", "store-*"]) == ["WID-001", "WID-002"])
        #expect(try shown(["--severity", "out", "--severity", "low"]) == ["WID-001", "WID-002"])
        #expect(try shown(["--location", "nowhere"]) == [])
    }

    private func asked(_ options: [String]) throws -> String {
        try run(["watch"] + options, results: [begun], events: []).requests[0]
    }

    @Test func letsTheDaemonPickTheKinds() throws {
        #expect(
            try asked(["--kind", "*.failed"]).contains(#""kinds":["delivery.failed","sync.failed"]"#))
        let alerts = try asked(["--kind", "alert"])
        #expect(alerts.contains(#""alert.opened""#) && !alerts.contains("stock.changed"))
        #expect(try asked(["--kind", "sync.finished"]).contains(#""kinds":["sync.finished"]"#))
        #expect(!(try asked([]).contains("kinds")))
    }

    @Test func beginsAtACursorOrATime() throws {
        #expect(try asked(["--since", "4711"]).contains(#""since":"4711""#))
        #expect(try asked(["--since", "2026-05-01T08:00:00Z"]).contains(#""since":"2026-05-01T08:00:00.000Z""#))
        #expect(try asked(["--since", "5m"]).contains(/"since":"20\d\d-/))
    }

    @Test func goesOnFromTheLastEventWhenTheConnectionIsLost() throws {
        let attempts = Mutex(0)
        let lines = (alert("A", "s", "low"), alert("B", "s", "low"))
        let begun = begun
        let daemon = ScriptedDaemon { line in
            let number = attempts.withLock { number in
                number += 1
                return number
            }
            let id = JSONScan.member("id", of: Array(line.utf8)).map { String(decoding: Array(line.utf8)[$0], as: UTF8.self) } ?? "null"
            func event(_ cursor: Int, _ event: String) -> String {
                #"{"jsonrpc":"2.0","method":"event","params":{"subscription":1,"cursor":"\#(cursor)","event":\#(event)}}"# + "\n"
            }
            let reply = #"{"jsonrpc":"2.0","id":\#(id),"result":\#(begun)}"# + "\n"
            switch number {
            case 1: return .thenClose(Array((reply + event(12, lines.0)).utf8))
            // A reply that is cut off in the middle of an event is nothing that was shown.
            case 2: return .thenClose(Array((reply + event(13, lines.1) + event(14, lines.0).prefix(80)).utf8))
            default: return .thenClose(Array((reply + "what nobody can read\n").utf8))
            }
        }
        defer { daemon.stop() }
        let command = try #require(try Stockctl.parseAsRoot(["watch", "--since", "2026-05-01", "--json"]) as? any Command)
        var (out, remarks) = ("", "")
        let session = Session(
            terminal: .plain, json: true, connect: { try Client(socketPath: daemon.path) }, out: { out += $0 }, note: { remarks += $0 })
        #expect(throws: ClientError.self) { try command.run(in: session) }
        let shown = out.split(separator: "\n").compactMap { line in
            JSONScan.member("cursor", of: Array(line.utf8)).map { String(decoding: Array(line.utf8)[$0], as: UTF8.self) }
        }
        #expect(shown == [#""12""#, #""13""#])
        #expect(daemon.lines.dropFirst().map { $0.contains(#""since":"12""#) } == [true, false])
        #expect(daemon.lines.last?.contains(#""since":"13""#) == true)
        #expect(remarks.contains("trying again\n") && remarks.contains("connected again"))
    }
}

@Suite struct AlertStatsCommandTests {
    private let stats = #"""
        {"since":"2026-04-01T08:00:00.000Z","alerts":12,"opened":9,"by_state":{"open":2,"acknowledged":1,"resolved":9},"by_severity":[
        {"severity":"out","alerts":4,"active":1,"time_to_acknowledge":{"count":3,"mean_s":700.5,"median_s":600,"p90_s":1200},
        "time_to_resolve":{"count":3,"mean_s":7000,"median_s":7200,"p90_s":90000}},
        {"severity":"critical","alerts":0,"active":0,"time_to_acknowledge":{"count":0,"mean_s":null,"median_s":null,"p90_s":null},
        "time_to_resolve":{"count":0,"mean_s":null,"median_s":null,"p90_s":null}}],"by_location":[
        {"tenant":"default","location":"sh\u001bop","alerts":12,"active":3,"time_to_acknowledge":{"count":3,"mean_s":700.5,"median_s":600,"p90_s":1200},
        "time_to_resolve":{"count":9,"mean_s":7000,"median_s":7200,"p90_s":90000}}],
        "time_to_acknowledge":{"count":3,"mean_s":700.5,"median_s":600,"p90_s":1200},
        "time_to_resolve":{"count":9,"mean_s":7000,"median_s":7200,"p90_s":90000},"offenders":[
        {"tenant":"default","sku":"WID-001","product_name":"Widget A","location":"store-1","alerts":5,"last_opened_at":"2026-04-20T08:00:00.000Z"}],
        "notifications":{"notified":14,"reminded":1,"escalated":0,"suppressed":6,"suppressed_by":[{"reason":"window","count":5},
        {"reason":"nobody_to_tell","count":1}],"addresses_not_told":[{"reason":"below_min_severity","count":7}]}}
        """#.replacing("\n", with: "")

    @Test func showsHowAlertsWent() throws {
        let outcome = try run(["alert", "stats", "--since", "2026-04-01T08:00:00Z"], on: Terminal(width: 120, isColoured: false), results: [stats])
        #expect(outcome.error == nil)
        #expect(outcome.requests[0].contains(#""since":"2026-04-01T08:00:00.000Z""#))
        for text in [
            "12, 9 of them opened since then", "2 open, 1 acknowledged, 9 resolved", "14 notifications, 1 reminder, 6 suppressed",
            "10 min", "20 min", "2 h", "1 d 1 h", "no address wants it", "it wants only what is worse", "WID-001", "sh\\u{1B}op",
        ] { #expect(outcome.out.contains(text), "\(text) is missing:\n\(outcome.out)") }
        for width in [30, 50, 80] {
            let out = try run(["alert", "stats"], on: Terminal(width: width, isColoured: false), results: [stats]).out
            for line in out.split(separator: "\n") { #expect(DisplayText.width(String(line)) <= width, "\(line)") }
        }
    }

    @Test func saysWhereThereIsNothingToCount() throws {
        let none = stats.replacing(#""alerts":12,"opened":9"#, with: #""alerts":0,"opened":0"#)
        #expect(try run(["alert", "stats"], results: [none]).out.hasPrefix("No alerts stood since"))
    }
}
