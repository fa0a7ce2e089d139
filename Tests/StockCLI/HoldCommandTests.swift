import StockCLI
import StockClient
import StockWire
import Testing

/// `stockctl hold …`, against a daemon that answers what it is told to.
@Suite struct HoldCommandTests {
    private static let until = Format.moment(Wire.Time("2026-05-01T08:10:00.000Z")!)

    private func line(_ sku: String, _ quantity: String, at location: String = "store-1", left: Int = 8, price: String = "null") -> String {
        #"{"sku":"\#(sku)","name":"Widget A","location":"\#(location)","quantity":\#(quantity),"price":\#(price),"remaining":\#(left)}"#
    }

    private func hold(
        _ id: Int = 42, _ state: String = "held", order: String = "ORD-1001", lines: [String]? = nil, members: [String: String] = [:]
    ) -> String {
        let all = [
            "id": "\(id)", "tenant": #""default""#, "state": "\"\(state)\"", "order_ref": "\"\(order)\"", "customer": "null",
            "sale": "null", "placed_at": #""2026-05-01T08:00:00.000Z""#, "expires_at": #""2026-05-01T08:10:00.000Z""#,
            "confirmed_at": "null", "cancelled_at": "null", "expired_at": "null", "cancel_reason": "null",
            "payment_ref": "null", "late": "false", "at_risk": "false",
            "lines": "[\((lines ?? [line("WID-001", "2")]).joined(separator: ","))]", "refused_payments": "[]",
        ].merging(members) { _, given in given }
        return "{\(all.map { "\"\($0)\":\($1)" }.joined(separator: ","))}"
    }

    @Test func holdsOneProductAndSaysWhatThatLeaves() throws {
        let outcome = try run(
            ["hold", "place", "WID-001", "2", "--location", "store-1", "--order", "ORD-1001", "--customer", "c-7", "--ttl", "15m"],
            results: [#"{"hold":\#(hold()),"remaining":8}"#])
        #expect(
            outcome.requests == [
                #"{"id":1,"jsonrpc":"2.0","method":"hold.place","params":{"customer":"c-7","location":"store-1","order_ref":"ORD-1001","quantity":2,"sku":"WID-001","ttl_s":900}}"#
            ])
        #expect(
            outcome.out == """
                Hold 42 held until \(Self.until): 2 × WID-001 Widget A at store-1, order ORD-1001.
                8 more can be held.

                """)
    }

    @Test func holdsSeveralProductsEachWhereItIs() throws {
        let lines = [line("WID-001", "2"), line("A=b@c", "1.5", at: "store=2@x", left: 0, price: #"{"amount":1999,"currency":"USD"}"#)]
        let outcome = try run(
            ["hold", "place", "--line", "WID-001=2", "--line", "A=b@c=1.5@store=2@x", "--location", "store-1", "--order", "o"],
            results: [#"{"hold":\#(hold(lines: lines)),"remaining":null}"#])
        #expect(
            outcome.requests[0].contains(
                #""lines":[{"location":"store-1","quantity":2,"sku":"WID-001"},{"location":"store=2@x","quantity":1.5,"sku":"A=b@c"}]"#))
        #expect(
            outcome.out == """
                Hold 42 held until \(Self.until): 2 × WID-001 at store-1, 1.5 × A=b@c at store=2@x, order ORD-1001.

                SKU      Product   Location   Quantity      Price  Left after it
                WID-001  Widget A  store-1           2                         8
                A=b@c    Widget A  store=2@x       1.5  19.99 USD              0

                """)
    }

    @Test func saysOfAPaymentWithoutGoodsThatItIsToBeRefunded() throws {
        func complaint(_ available: String, reason: String = "insufficient_stock") throws -> StockctlProgram.Failure? {
            let refusal = #"{"code":-32000,"message":"payment P-1 for hold 42 gets no goods: refund it","data":{"code":"conflict","reason":"\#(reason)","refund":true,"sku":"WID-001\u001b[2J","location":"store-1","available":\#(available)}}"#
            return try run(["hold", "confirm", "42", "--payment", "P-1"], error: refusal).complaint
        }
        #expect(
            try complaint("0")?.text
                == "stockctl: payment P-1 for hold 42 gets no goods: refund it (nothing of WID-001\\u{1B}[2J is left at store-1)\n")
        #expect(try complaint("0")?.code == 1)
        #expect(try complaint("1.5")?.text.contains("(only 1.5 of WID-001") == true)
        #expect(
            try complaint("0", reason: "hold_cancelled")?.text == "stockctl: payment P-1 for hold 42 gets no goods: refund it\n")
    }

    @Test func leavesARefusalToHoldAsTheDaemonSaysIt() throws {
        let refusal = #"{"code":-32000,"message":"only 3 of WID-001 at store-1 can be held now","data":{"code":"conflict","reason":"insufficient_stock","sku":"WID-001","location":"store-1","available":3}}"#
        let outcome = try run(["hold", "place", "WID-001", "4", "--location", "store-1", "--order", "o"], error: refusal)
        #expect(outcome.complaint?.text == "stockctl: only 3 of WID-001 at store-1 can be held now\n")
        #expect(outcome.complaint?.code == 1)
    }

    @Test(arguments: [
        (["confirm", "42", "--payment", "P-1"], "confirmed", ["payment_ref": #""P-1""#], "confirmed by payment P-1"),
        (["confirm", "42", "--payment", "P-1"], "confirmed", ["payment_ref": #""P-1""#, "late": "true"], "confirmed late by payment P-1"),
        (["cancel", "42", "--reason", "why"], "cancelled", ["cancel_reason": #""why""#], "cancelled (why)"),
        (["extend", "42", "--ttl", "10m"], "held", [:], "held until \(until)"),
        (["extend", "42", "--ttl", "10m"], "held", ["at_risk": "true"], "held until \(until), at risk"),
    ])
    func saysWhatBecameOfAHold(arguments: [String], state: String, members: [String: String], said: String) throws {
        let outcome = try run(["hold"] + arguments, results: [#"{"hold":\#(hold(42, state, members: members))}"#])
        #expect(outcome.out == "Hold 42 \(said): 2 × WID-001 Widget A at store-1, order ORD-1001.\n")
    }

    @Test func listsHoldsAndWhatIsWrongWithThem() throws {
        let refused = #"[{"payment_ref":"P-9","at":"2026-05-01T08:20:00.000Z","reason":"insufficient_stock","available":0}]"#
        let four = ["A", "B", "C", "D"].map { line($0, "1") }
        let ended = #""2026-05-01T08:10:00.000Z""#
        let holds = [
            hold(12, lines: four, members: ["at_risk": "true", "customer": #""c-7""#]),
            hold(7, "expired", members: ["refused_payments": refused, "expired_at": ended]),
            hold(6, "confirmed", members: ["late": "true", "payment_ref": #""P-1""#, "confirmed_at": ended, "sale": #""spring""#]),
        ]
        let outcome = try run(
            ["hold", "list", "--state", "held", "--customer", "c-7", "--order", "o", "--sale", "spring", "--at-risk"],
            results: [#"{"holds":[\#(holds.joined(separator: ","))],"next_cursor":null}"#])
        #expect(
            outcome.requests == [
                #"{"id":1,"jsonrpc":"2.0","method":"hold.list","params":{"at_risk":true,"customer":"c-7","limit":100,"order_ref":"o","sale":"spring","state":"held"}}"#
            ])
        let lines = outcome.out.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[1].hasPrefix("12  held, at risk        1 × A, 1 × B, 1 × C and 1 more  store-1   ORD-1001  \(Self.until.dropLast(3))  "))
        #expect(lines[2].contains(" 7  expired, refund due  2 × WID-001                     store-1   ORD-1001  \(Self.until.dropLast(3))"))
        #expect(lines[3].contains(" 6  confirmed late "))
    }

    @Test func showsAHoldWithItsRefunds() throws {
        let refused = #"[{"payment_ref":"P-9","at":"2026-05-01T08:10:00.000Z","reason":"hold_cancelled","available":0}]"#
        let cancelled = hold(
            42, "cancelled",
            members: ["cancelled_at": #""2026-05-01T08:10:00.000Z""#, "cancel_reason": #""no stock""#, "refused_payments": refused])
        let outcome = try run(["hold", "get", "42"], results: [#"{"hold":\#(cancelled)}"#])
        #expect(
            outcome.out == """
                Hold       42
                State      cancelled, refund due
                Order      ORD-1001
                Placed     \(Format.moment(Wire.Time("2026-05-01T08:00:00.000Z")!))
                Cancelled  \(Self.until), no stock

                SKU      Product   Location  Quantity  Left after it
                WID-001  Widget A  store-1          2              8

                Payments to be refunded
                Payment  Came                 Why
                P-9      \(Self.until)  the hold was cancelled

                """)
    }

    @Test func saysThatNothingIsHeldRatherThanNothing() throws {
        let none = #"{"holds":[],"next_cursor":null}"#
        #expect(try run(["hold", "list"], results: [none]).out == "Nothing is held, nor was it. Try: stockctl hold place --help\n")
        #expect(try run(["hold", "list", "--order", "o"], results: [none]).out == "No holds match.\n")
        #expect(try run(["hold", "list", "--at-risk"], results: [none]).out == "No hold is at risk: all that is held is there.\n")
        #expect(try run(["hold", "list", "--json"], results: [none]).out == none + "\n")
    }

    @Test func neverLetsAHoldReachTheTerminalRaw() throws {
        let hostile = #"\u001b[2J\u202egnp.exe\n"#
        let members = ["order_ref", "customer", "sale", "payment_ref", "cancel_reason", "tenant"].reduce(into: [:]) {
            $0[$1] = "\"\(hostile)\""
        }
        let lines = [line(hostile, "1", at: hostile)]
        let refused = #"[{"payment_ref":"\#(hostile)","at":"2026-05-01T08:10:00.000Z","reason":"\#(hostile)","available":0}]"#
        for state in ["held", "confirmed", "cancelled", "expired"] {
            let object = hold(42, state, lines: lines, members: members.merging(["refused_payments": refused]) { $1 })
            let list = #"{"holds":[\#(object)],"next_cursor":null}"#
            for (arguments, result) in [
                (["list", "--all-tenants"], list), (["get", "1"], #"{"hold":\#(object)}"#),
                (["cancel", "1"], #"{"hold":\#(object)}"#),
                (["place", "A", "1", "--location", "s", "--order", "o"], #"{"hold":\#(object),"remaining":1}"#),
            ] {
                for width in [nil, 40, 80, 200] {
                    let out = try run(["hold"] + arguments, on: Terminal(width: width, isColoured: false), results: [result]).out
                    #expect(out.contains(#"\u{1B}"#))
                    #expect(!out.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
                    for line in out.split(separator: "\n") { #expect(DisplayText.width(String(line)) <= width ?? .max) }
                }
            }
        }
    }

    @Test func watchesHoldsComeAndGo() throws {
        func event(_ kind: String, _ members: String) -> String {
            #"{"kind":"\#(kind)","at":"2026-05-01T08:10:00.000Z","tenant":"default",\#(members)}"#
        }
        func news(_ state: String, sale: String = "null", lines: [(sku: String, left: String)] = [("WID-001", "8")]) -> String {
            let lines = lines.map { #"{"sku":"\#($0.sku)","location":"store-1","quantity":2,"remaining":\#($0.left)}"# }
            return #""hold":{"id":42,"state":"\#(state)","order_ref":"ORD-1001","sale":\#(sale),"expires_at":"2026-05-01T08:10:00.000Z","lines":[\#(lines.joined(separator: ","))]}"#
        }
        let level = #""level":{"tenant":"default","sku":"WID-001","name":"Widget A","category":null,"location":"store-1","on_hand":1,"held":3,"available":-2,"incoming":0,"tracking":"tracked","stale":false,"severity":"low","low_threshold":5,"critical_threshold":1,"threshold_origin":"tenant","velocity_per_day":null,"days_until_stockout":null,"counted_at":null}"#
        let refund = #""refund":{"payment_ref":"P-9\u001b[2J","at":"2026-05-01T08:10:00.000Z","reason":"insufficient_stock","available":1}"#
        let outcome = try run(
            ["watch", "--kind", "hold.placed"], results: [#"{"subscription":1,"cursor":"0"}"#],
            events: [
                event("hold.placed", news("held", sale: #""spring""#)),
                event("hold.placed", news("held", lines: [("WID-001", "8"), ("GAD-001", "0")])),
                event("hold.extended", news("held", lines: [("WID-001", "null")])),
                event("hold.cancelled", news("cancelled") + #","note":"cart emptied""#),
                event("hold.at_risk", level), event("hold.refund_due", news("expired", lines: [("WID-001", "null")]) + "," + refund),
                event("hold.come_of_age", #""note":"of a later version""#),
            ])
        guard case .malformed? = outcome.error as? ClientError else { Issue.record("\(outcome)"); return }
        let at = Self.until
        #expect(
            outcome.out == """
                \(at)  hold.placed         2 × WID-001 (8 left) at store-1, order ORD-1001, sale spring, hold 42
                \(at)  hold.placed         2 × WID-001 (8 left), 2 × GAD-001 (none left) at store-1, order ORD-1001, hold 42
                \(at)  hold.extended       2 × WID-001 at store-1, until \(at), order ORD-1001, hold 42
                \(at)  hold.cancelled      2 × WID-001 (8 left) at store-1, order ORD-1001, hold 42: cart emptied
                \(at)  hold.at_risk        WID-001 Widget A at store-1, 1 on hand, more is held
                \(at)  hold.refund_due     refund payment P-9\\u{1B}[2J, only 1 left, 2 × WID-001 at store-1, order ORD-1001, hold 42
                \(at)  hold.come_of_age    of a later version

                """)
    }
}
