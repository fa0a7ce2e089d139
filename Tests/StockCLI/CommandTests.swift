import ArgumentParser
import StockCLI
import StockClient
import StockWire
import Testing

/// Whole commands, against a daemon that answers what it is told to.
@Suite struct CommandTests {
    private func alert(_ id: Int, name: String = "Widget A", severity: String = "low", state: String = "open") -> String {
        #"""
        {"id":\#(id),"tenant":"default","sku":"WID-001","product_name":"\#(name)","category":"Tools","location":"store-1",
        "severity":"\#(severity)","state":"\#(state)","current_stock":2.5,"threshold":5,"threshold_origin":"product",
        "days_until_stockout":3.14,"opened_at":"2026-05-01T08:00:00.000Z","last_notified_at":null,"next_notify_at":null,
        "acknowledged_by":null,"resolved_at":null,"resolved_cause":null,"timeline":[
        {"at":"2026-05-01T08:00:00.000Z","kind":"opened","severity":"\#(severity)","on_hand":2.5,"by":null,"note":null}]}
        """#.replacing("\n", with: "")
    }
    private func alerts(_ alerts: [String], next: String? = nil) -> String {
        "{\"alerts\":[\(alerts.joined(separator: ","))],\"next_cursor\":\(next.map { "\"\($0)\"" } ?? "null")}"
    }
    private let level = #"""
        {"tenant":"default","sku":"WID-001","name":"Widget A","category":null,"location":"store-1","on_hand":-2.5,"held":0,
        "available":-2.5,"incoming":0,"tracking":"tracked","stale":false,"severity":"out","low_threshold":5,
        "critical_threshold":1,"threshold_origin":"tenant","velocity_per_day":null,"days_until_stockout":null,
        "counted_at":null}
        """#.replacing("\n", with: "")

    @Test func followsCursorsUpToTheLimit() throws {
        let pages = [alerts([alert(1), alert(2)], next: "a"), alerts([alert(3)], next: "b")]
        let outcome = try run(["alert", "list", "--limit", "3", "--tenant", "acme"], results: pages)
        #expect(outcome.error == nil)
        #expect(
            outcome.requests == [
                #"{"id":1,"jsonrpc":"2.0","method":"alert.list","params":{"limit":3,"state":"active","tenant":"acme"}}"#,
                #"{"id":2,"jsonrpc":"2.0","method":"alert.list","params":{"cursor":"a","limit":1,"state":"active","tenant":"acme"}}"#,
            ])
        #expect(outcome.out.contains("The first 3 rows; --limit N shows more, --all shows all."))
    }

    @Test func showsAllPagesWhenAsked() throws {
        let pages = [alerts([alert(1)], next: "a"), alerts([alert(2)], next: "b"), alerts([alert(3)])]
        let outcome = try run(["alert", "list", "--all"], results: pages)
        #expect(outcome.requests.count == 3)
        #expect(outcome.out.split(separator: "\n").count == 4)
        #expect(!outcome.out.contains("--limit"))
    }

    @Test func printsTheResultAsReceivedWithJSON() throws {
        let result = #"{ "next_cursor":null, "alerts" : [ ], "later": 1.50 }"#
        #expect(try run(["alert", "list", "--json"], results: [result]).out == result + "\n")
    }

    @Test(arguments: [(1, true), (0, false)])
    func failsAnAlertCheckOnlyIfThereAreAlerts(count: Int, fails: Bool) throws {
        let result = alerts((0..<count).map { alert($0) })
        for format in [[], ["--json"]] {
            #expect(try run(["alert", "list", "--fail"] + format, results: [result]).isFailedCheck == fails)
        }
        #expect(try run(["alert", "list"], results: [result]).error == nil)
    }

    @Test func aCheckOfWhatCannotBeReadHasNotPassed() throws {
        let strange = #"{"alerts":[{"id":1,"state":"dormant"}],"next_cursor":null}"#
        let outcome = try run(["alert", "list", "--fail", "--json"], results: [strange])
        guard case .malformed? = outcome.error as? ClientError else { throw try #require(outcome.error) }
        // What does not have to be understood is passed on.
        let list = try run(["alert", "list", "--json"], results: [strange])
        #expect(list.error == nil && list.out == strange + "\n")
    }

    @Test func whatATerminalWouldObeyIsEscapedInJSON() throws {
        let result = "{\"alerts\":[{\"sku\":\"\u{9B}2J\u{202E}\u{E0001}\u{7F}茶\"}],\"next_cursor\":null}"
        let shown = try run(["alert", "list", "--json"], on: Terminal(width: 80, isColoured: true), results: [result]).out
        #expect(shown == #"{"alerts":[{"sku":"\u009B2J\u202E\uDB40\uDC01\u007F茶"}],"next_cursor":null}"# + "\n")
        let value = try JSON.decode(JSONValue.self, from: Array(shown.utf8))
        #expect(value == (try JSON.decode(JSONValue.self, from: Array(result.utf8))))
        #expect(try run(["alert", "list", "--json"], results: [result]).out == result + "\n")
    }

    @Test func whatATerminalWouldObeyIsEscapedInExportsThatSomebodyLooksAt() throws {
        let result = #"{"text":"sku,name\r\nA,\u009b2J\r\n","rows":1,"next_cursor":null}"#
        let screen = Terminal(width: 80, isColoured: true)
        #expect(try run(["export", "products"], on: screen, results: [result]).out == "sku,name\nA,\\u{9B}2J\n")
        #expect(try run(["export", "products"], results: [result]).out == "sku,name\r\nA,\u{9B}2J\r\n")
    }

    @Test func failsAHealthCheckThatFails() throws {
        let bad = #"{"healthy":false,"checks":[{"name":"database","healthy":true,"detail":"ok"},{"name":"channel email","healthy":false,"detail":"535"}]}"#
        let outcome = try run(["health"], results: [bad])
        #expect(outcome.isFailedCheck)
        #expect(
            outcome.out == """
                Not healthy: channel email.

                Check          State    Detail
                channel email  failing  535
                database       ok       ok

                """)
        #expect(try run(["health", "--json"], results: [bad]).isFailedCheck)
        #expect(try run(["health"], results: [#"{"healthy":true,"checks":[]}"#]).error == nil)
    }

    @Test func takesABadConfigurationForARefusal() throws {
        let bad = #"{"reloaded":false,"changed":[],"restart_required":[],"problems":[{"file":"/etc/s.yaml","line":3,"key":"alerts.low","problem":"must be positive"}]}"#
        let outcome = try run(["config", "reload"], results: [bad])
        #expect(Stockctl.exitCode(for: try #require(outcome.error)).rawValue == 1)
        #expect(outcome.out.isEmpty)
        #expect(outcome.remarks.contains("/etc/s.yaml:3: alerts.low: must be positive"))
        let check = #"{"valid":false,"problems":[]}"#
        #expect(try run(["config", "check"], results: [check]).isFailedCheck)
    }

    @Test func fitsItsTablesIntoAnyTerminal() throws {
        let rows = alerts([alert(1, name: "抹茶 🍵 with a name that goes on and on and on"), alert(12, severity: "out")])
        for width in [30, 40, 80, 120, 200] {
            let outcome = try run(["alert", "list"], on: Terminal(width: width, isColoured: false), results: [rows])
            let lines = outcome.out.split(separator: "\n")
            #expect(lines.count == 3)
            for line in lines { #expect(DisplayText.width(String(line)) <= width) }
            #expect(width < 40 || lines[0].hasPrefix("Id  Severity  SKU"))
        }
    }

    @Test func neverLetsDataReachTheTerminalRaw() throws {
        let hostile = #"\u001b[2J\u202egnp.exe\nroot# "#
        for terminal in [Terminal.plain, Terminal(width: 200, isColoured: false)] {
            for command in [["alert", "list"], ["alert", "get", "1"], ["alert", "resolve", "1"]] {
                let row = alert(1, name: hostile)
                let result = command[1] == "list" ? alerts([row]) : #"{"alert":\#(row)}"#
                let out = try run(command, on: terminal, results: [result]).out
                #expect(out.contains(#"\u{1B}[2J\u{202E}gnp.exe\nroot#"#))
                #expect(!out.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
            }
        }
        let refusal = #"{"code":-32000,"message":"no product \u001b[2J","data":{"code":"not_found"}}"#
        let outcome = try run(["product", "get", "A"], error: refusal)
        let failure = StockctlProgram.Failure(try #require(outcome.error as? ClientError))
        #expect(failure.text == "stockctl: no product \\u{1B}[2J\n")
    }

    @Test func saysWhatAChangeDid() throws {
        let outcome = try run(
            ["stock", "adjust", "WID-001", "-2.50", "--location", "store-1", "--reason", "broken"],
            results: [#"{"level":\#(level),"alert":\#(alert(7, severity: "out"))}"#])
        #expect(
            outcome.requests == [
                #"{"id":1,"jsonrpc":"2.0","method":"stock.adjust","params":{"delta":-2.5,"location":"store-1","reason":"broken","sku":"WID-001"}}"#
            ])
        #expect(
            outcome.out == """
                WID-001 Widget A at store-1: -2.5 on hand, out.
                Alert 7 open: out, WID-001 Widget A at store-1, 2.5 on hand.

                """)
    }

    @Test func sendsMoneyInMinorUnits() throws {
        func price(_ amount: String, _ currency: String) throws -> String? {
            let outcome = try run(
                ["product", "create", "--sku", "A", "--name", "a", "--price", amount, "--currency", currency],
                error: #"{"code":-32000,"message":"no","data":{"code":"conflict"}}"#)
            return outcome.requests.first.flatMap { line in
                line.firstRange(of: #""price":{"amount":"#).map { String(line[$0.upperBound...].prefix { $0 != "," }) }
            }
        }
        #expect(try price("49.99", "USD") == "4999")
        #expect(try price("5", "USD") == "500")
        #expect(try price("500", "JPY") == "500")
        #expect(try price("1.234", "KWD") == "1234")
        #expect(try price("1.234", "USD") == nil)
        #expect(try price("1", "usd") == nil)
    }

    @Test(arguments: [
        (ErrorObject.denied("no"), 77), (.conflict("x"), 1), (.invalidParams("sku", "x"), 1), (.unavailable("x"), 1),
    ] as [(ErrorObject, Int32)])
    func exitsAsTheRefusalSays(error: ErrorObject, code: Int32) {
        #expect(StockctlProgram.Failure(.refused(error)).code == code)
    }

    @Test func saysWhichSocketHasNoDaemon() {
        let failure = StockctlProgram.Failure(.noDaemon(path: "/run/x.sock", detail: "Connection refused"))
        #expect(failure.code == 69)
        #expect(failure.text.contains("/run/x.sock"))
        #expect(failure.text.contains("systemctl status stockd"))
        #expect(StockctlProgram.Failure(.notPermitted(path: "/run/x.sock")).code == 77)
    }

    @Test(arguments: [
        (#","holds":{"held":1204,"levels_at_risk":2,"refunds_due":1}"#, "Holds     1204 held, 2 stock levels at risk, 1 refund due\n"),
        (#","holds":{"held":1,"levels_at_risk":0,"refunds_due":0}"#, "Holds     1 held\n"),
        (#","holds":{"held":0,"levels_at_risk":0,"refunds_due":0}"#, nil), ("", nil),
    ] as [(String, String?)])
    func tellsOfHoldsWhereThereAreAny(holds: String, line: String?) throws {
        let status = """
            {"version":"0.1.0","protocol":1,"uptime_s":1,"ready":true,"database":{"engine":"sqlite","bytes":1},"counts":{"tenants":1,\
            "locations":1,"products":1,"levels":1,"alerts_open":0,"deliveries_queued":0,"deliveries_dead":0}\(holds),"sources":[],\
            "channels":[]}
            """
        let outcome = try run(["status"], results: [status])
        #expect(outcome.error == nil)
        if let line { #expect(outcome.out.contains(line)) } else { #expect(!outcome.out.contains("Holds")) }
    }

    @Test func syncWaitsUnlessToldNotTo() throws {
        let source = #"{"name":"shop","kind":"csv","tenant":"default","state":"STATE","phase":null,"last_success_at":null,"next_run_at":null,"pages":1,"counts_applied":2,"sales_applied":3,"skipped":[{"object":"line 3","reason":"no SKU"}],"skipped_count":10000,"error":null}"#
        let done = #"{"sources":[\#(source.replacing("STATE", with: "idle"))]}"#
        let failed = #"{"sources":[\#(source.replacing("STATE", with: "failed"))]}"#
        let waited = try run(["sync"], results: [done])
        #expect(waited.error == nil)
        #expect(waited.requests == [#"{"id":1,"jsonrpc":"2.0","method":"sync.run","params":{"wait":true}}"#])
        #expect(waited.out.contains("Skipped by shop") && waited.out.contains("  10000\n"))
        #expect(waited.out.contains("… and 9999 more; --json shows the first 1."))
        #expect(try run(["sync", "--no-wait"], results: [done]).requests[0].contains(#""wait":false"#))
        #expect(try run(["sync", "run", "shop"], results: [failed]).isFailedCheck)
        #expect(try run(["sync", "status", "shop"], results: [failed]).error == nil)
    }

    @Test func keepsTheAddressesItIsNotToldToChange() throws {
        let contact = #"{"contact":{"id":1,"tenant":"default","name":"Ann","enabled":true,"addresses":[{"kind":"email","value":"a@b.example","enabled":true,"min_severity":"low","locations":["s"],"categories":[],"reminders":true,"resolves":true,"summaries":false},{"kind":"sms","value":"+1555","enabled":true,"min_severity":"critical","locations":[],"categories":[],"reminders":true,"resolves":true,"summaries":true}]}}"#
        let outcome = try run(["contact", "update", "Ann", "--slack", "ops", "--remove", "+1555"], results: [contact])
        #expect(outcome.requests.count == 2)
        guard case .single(.request(let request)) = IncomingLine(Array(outcome.requests[1].utf8)),
            let params = request.params as? ContactUpdate.Params
        else { Issue.record("no update"); return }
        #expect(params.addresses?.map(\.value) == ["a@b.example", "ops"])
        #expect(params.addresses?.first?.summaries == false)
    }
}
