import StockCLI
import StockWire
import Testing

/// `stockctl sale …`, against a daemon that answers what it is told to.
@Suite struct SaleCommandTests {
    private static func moment(_ text: String) -> String { Format.moment(Wire.Time(text)!) }

    private func line(
        _ sku: String, of quantity: Int, left: Int, onlyLeft: String = "null", held: Int = 0, sold: Int = 0, soldOut: Bool = false,
        limit: String = "null"
    ) -> String {
        #"""
        {"sku":"\#(sku)","product_name":"Widget A","location":"store-1","quantity":\#(quantity),"price":{"amount":1999,"currency":"USD"},
        "limit_per_customer":\#(limit),"held":\#(held),"sold":\#(sold),"left":\#(left),"only_left":\#(onlyLeft),"sold_out":\#(soldOut)}
        """#.replacing("\n", with: "")
    }

    private func sale(_ lines: [String], _ name: String = "spring", state: String = "running", ended: String = "null") -> String {
        #"""
        {"name":"\#(name)","tenant":"default","state":"\#(state)","starts_at":"2026-05-01T08:00:00.000Z",
        "ends_at":"2026-05-01T10:00:00.000Z","created_at":"2026-04-01T08:00:00.000Z","ended_at":\#(ended),
        "lines":[\#(lines.joined(separator: ","))]}
        """#.replacing("\n", with: "")
    }

    private var lines: [String] {
        [
            line("WID-001", of: 50, left: 37, held: 3, sold: 10, limit: "2"), line("WID-002", of: 8, left: 3, onlyLeft: "3", sold: 5),
            line("WID-003", of: 5, left: 0, held: 5), line("WID-004", of: 5, left: 0, sold: 5, soldOut: true),
        ]
    }

    @Test func plansASaleAsItIsWritten() throws {
        let outcome = try run(
            [
                "sale", "create", "spring", "--starts", "2026-05-01T08:00:00Z", "--ends", "2026-05-01T12:00:00+02:00", "--location",
                "store-1", "--currency", "JPY", "--line", "WID-001=50,price=1999,limit=2", "--line", "WID-002=8@Hall, east",
                "--line", "WID-003=5@store-2,limit=1",
            ], results: [#"{"sale":\#(sale([]))}"#])
        #expect(
            outcome.requests == [
                #"{"id":1,"jsonrpc":"2.0","method":"sale.create","params":{"ends_at":"2026-05-01T10:00:00.000Z","lines":[{"limit_per_customer":2,"location":"store-1","price":{"amount":1999,"currency":"JPY"},"quantity":50,"sku":"WID-001"},{"location":"Hall, east","quantity":8,"sku":"WID-002"},{"limit_per_customer":1,"location":"store-2","quantity":5,"sku":"WID-003"}],"name":"spring","starts_at":"2026-05-01T08:00:00.000Z"}}"#
            ])
    }

    @Test func showsWhatIsLeftOfASale() throws {
        let outcome = try run(["sale", "get", "spring"], results: [#"{"sale":\#(sale(lines))}"#])
        #expect(
            outcome.out == """
                Sale    spring
                State   running
                Starts  \(Self.moment("2026-05-01T08:00:00.000Z"))
                Ends    \(Self.moment("2026-05-01T10:00:00.000Z"))

                SKU      Product   Location      Price         Left  Held  Sold  Of  Each customer
                WID-001  Widget A  store-1   19.99 USD           37     3    10  50              2
                WID-002  Widget A  store-1   19.99 USD  only 3 left     0     5   8
                WID-003  Widget A  store-1   19.99 USD     all held     5     0   5
                WID-004  Widget A  store-1   19.99 USD     sold out     0     5   5

                """)
    }

    @Test func hurriesNobodyIntoASaleThatIsOver() throws {
        let over = sale(lines, state: "ended", ended: #""2026-05-01T09:00:00.000Z""#)
        let shown = try run(["sale", "get", "spring"], results: [#"{"sale":\#(over)}"#]).out
        #expect(!shown.contains("left") && !shown.contains("all held") && shown.contains("sold out"))
        #expect(shown.contains("Ended   \(Self.moment("2026-05-01T09:00:00.000Z")), by hand\n"))
        let ended = try run(["sale", "end", "spring"], results: [#"{"sale":\#(over)}"#])
        #expect(ended.requests == [#"{"id":1,"jsonrpc":"2.0","method":"sale.end","params":{"name":"spring"}}"#])
        #expect(
            ended.out == """
                Sale spring ended \(Self.moment("2026-05-01T09:00:00.000Z")): 20 sold.
                8 held can still be paid for.

                """)
    }

    @Test func listsSalesInSums() throws {
        let outcome = try run(
            ["sale", "list", "--state", "running"], results: [#"{"sales":[\#(sale(lines)),\#(sale([], "autumn"))],"next_cursor":null}"#])
        #expect(
            outcome.requests == [
                #"{"id":1,"jsonrpc":"2.0","method":"sale.list","params":{"limit":100,"state":"running"}}"#
            ])
        let rows = outcome.out.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows[1].dropFirst(6).prefix(5) == ["20", "8", "40", "4", "1"])
        #expect(
            try run(["sale", "list"], results: [#"{"sales":[],"next_cursor":null}"#]).out
                == "No flash sales yet. Try: stockctl sale create --help\n")
    }

    @Test func neverLetsASaleReachTheTerminalRaw() throws {
        let hostile = sale([line(#"\u001b[2J\u202e"#, of: 5, left: 5)], #"\u001b[2J\u202e"#)
        for width in [nil, 60, 80, 200] {
            let terminal = Terminal(width: width, isColoured: false)
            let outcomes = [
                try run(["sale", "get", "s"], on: terminal, results: [#"{"sale":\#(hostile)}"#]),
                try run(["sale", "end", "s"], on: terminal, results: [#"{"sale":\#(hostile)}"#]),
                try run(["sale", "list"], on: terminal, results: [#"{"sales":[\#(hostile)],"next_cursor":null}"#]),
                try run(
                    ["watch"], on: terminal, results: [#"{"subscription":1,"cursor":"0"}"#],
                    events: [#"{"kind":"sale.created","at":"2026-05-01T08:00:00.000Z","tenant":"default","sale":\#(hostile)}"#]),
            ]
            for out in outcomes.map(\.out) {
                #expect(out.contains(#"\u{1B}[2J"#))
                #expect(!out.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
                for line in out.split(separator: "\n") { #expect(DisplayText.width(String(line)) <= width ?? .max) }
            }
        }
    }

    @Test func watchesSalesBeginAndEnd() throws {
        func event(_ kind: String, _ sale: String) -> String {
            #"{"kind":"\#(kind)","at":"2026-05-01T10:00:00.000Z","tenant":"default","sale":\#(sale)}"#
        }
        let outcome = try run(
            ["watch"], results: [#"{"subscription":1,"cursor":"0"}"#],
            events: [event("sale.created", sale(lines, state: "planned")), event("sale.ended", sale(lines, state: "ended"))])
        let begins = Self.moment("2026-05-01T08:00:00.000Z"), ends = Self.moment("2026-05-01T10:00:00.000Z")
        #expect(
            outcome.out == """
                \(ends)  sale.created        spring: 4 products from \(begins) to \(ends)
                \(ends)  sale.ended          spring: 20 sold, 8 held

                """)
    }
}
