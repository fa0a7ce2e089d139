import FoundationEssentials
import StockWire
import Testing

@Suite struct RequestTests {
    private func single(_ text: String) -> Incoming? {
        if case .single(let item) = IncomingLine(Array(text.utf8)) { item } else { nil }
    }

    private func request(_ params: String, _ method: String = "stock.set") -> Incoming? {
        single(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#)
    }

    private func refusal(_ item: Incoming?) -> ErrorObject? {
        if case .refused(_, let error) = item { error } else { nil }
    }

    @Test func decodesParamsAndCommonMembersOfTheSameObject() throws {
        let line = #"{"sku":"A","location":"s","quantity":12.34567,"tenant":"acme","idempotency_key":"k"}"#
        guard case .request(let request) = request(line) else { Issue.record("refused"); return }
        #expect(request.id == .integer(1))
        #expect(request.method.name == "stock.set")
        #expect(request.common == CommonParams(tenant: "acme", idempotencyKey: "k"))
        let params = try #require(request.params as? StockSet.Params)
        #expect(params == .init(sku: "A", location: "s", quantity: Decimal(string: "12.34567")!))
    }

    @Test(arguments: [
        (#"{"sku":"A","location":"s","quantity":1,"colour":1}"#, "colour"),
        (#"{"sku":"A","location":"s","quantity":"1"}"#, "quantity"),
        (#"{"sku":"A","location":"s","quantity":1e999999}"#, "quantity"),
        (#"{"sku":"A","location":"s"}"#, "quantity"),
        (#"{"sku":null,"location":"s","quantity":1}"#, "sku"),
        (#"{"sku":"A","location":["s"],"quantity":1}"#, "location"),
        (#"{"sku":"A","location":"s","quantity":1,"all_tenants":true}"#, "all_tenants"),
        (#"{"sku":"A","location":"s","quantity":1,"tenant":5}"#, "tenant"),
    ])
    func namesTheMemberThatIsWrong(params: String, field: String) {
        let error = refusal(request(params))
        #expect(error?.number == -32602)
        #expect(error?.code == .invalidParams)
        #expect(error?.field == field)
        #expect(error?.message.hasPrefix(field) == true)
    }

    @Test(arguments: [
        (#"{"name":"Ann","addresses":[{"kind":"email","value":"a@b.c","urgent":true}]}"#, "addresses[0].urgent"),
        (#"{"name":"Ann","addresses":[{"kind":"email","value":"a@b.c"},{"kind":"pigeon","value":"x"}]}"#, "addresses[1].kind"),
        (#"{"name":"Ann","addresses":[{"kind":"email","value":"a@b.c","locations":["a",7]}]}"#, "addresses[0].locations[1]"),
        (#"{"name":"Ann","addresses":[{"kind":"email"}]}"#, "addresses[0].value"),
        (#"{"name":"Ann","addresses":{}}"#, "addresses"),
        (#"{"name":"Ann","addresses":[null]}"#, "addresses[0]"),
    ])
    func namesTheMemberByItsPath(params: String, field: String) {
        #expect(refusal(request(params, "contact.create"))?.field == field)
    }

    /// Who reads the first of them and who reads the last would do different things.
    @Test(arguments: [
        (#"{"sku":"A","location":"s","quantity":1,"quantity":2}"#, "stock.set", "quantity"),
        (#"{"sku":"A","sku":"A","location":"s","quantity":1}"#, "stock.set", "sku"),
        (#"{"sku":"A","location":"s","quantity":1,"tenant":"a","tenant":"b"}"#, "stock.set", "tenant"),
        (#"{"sku":"A","location":"s","quantity":1,"\u0073ku":"B"}"#, "stock.set", "sku"),
        (#"{"lines":[{"sku":"A","location":"s","quantity":1,"quantity":9}],"order_ref":"o"}"#, "hold.place", "lines[0].quantity"),
        (#"{"limit":1,"limit":null}"#, "alert.list", "limit"),
    ])
    func refusesAMemberThatStandsTwice(params: String, method: String, field: String) {
        let error = refusal(request(params, method))
        #expect(error?.code == .invalidParams)
        #expect(error?.field == field)
        #expect(error?.message == "\(field) is there twice: leave one of them out")
    }

    @Test(arguments: [
        (#"{"jsonrpc":"2.0","id":1,"method":"tenant.list","method":"stock.set"}"#, RequestID.integer(1), "method"),
        (#"{"jsonrpc":"2.0","id":1,"method":"stock.get","params":{"sku":"A"},"params":{"sku":"B"}}"#, .integer(1), "params"),
        (#"{"jsonrpc":"2.0","id":1,"id":2,"method":"tenant.list"}"#, .null, "id"),
        (#"{"jsonrpc":"2.0","jsonrpc":"2.0","method":"tenant.list"}"#, .null, "jsonrpc"),
        (#"{"jsonrpc":"2.0","id":1,"method":"tenant.list","x":1,"x":1}"#, .integer(1), "x"),
        (#"{"jsonrpc":"2.0","id":1,"method":"tenant.list","\u0069d":1}"#, .null, "id"),
    ])
    func refusesAnEnvelopeWithAMemberThatStandsTwice(line: String, id: RequestID, name: String) {
        guard case .refused(let answered, let error) = single(line) else { Issue.record("not refused"); return }
        #expect(answered == id)
        #expect(error.number == -32600 && error.code == .invalidRequest)
        #expect(error.message.hasPrefix("\(name) is there twice"))
    }

    /// As many members as fit a line, of which the last stands twice, wherever they stand. Compared each with each they
    /// would take minutes.
    @Test(.timeLimit(.minutes(1))) func findsOneAmongAsManyMembersAsALineHolds() {
        let members = (0..<90_000).map { #""m\#($0)":0"# }.joined(separator: ",") + #","m1":0"#
        #expect(members.utf8.count < Wire.lineLimit)
        #expect(refusal(single("{\(members)}"))?.message.hasPrefix("m1 is there twice") == true)
        #expect(refusal(request("{\(members)}"))?.code == .invalidParams)
        let known = (0..<90_000).map { _ in #""sku":"A""# }.joined(separator: ",")
        #expect(refusal(request("{\(known)}", "stock.get"))?.field == "sku")
    }

    @Test func saysWhichNamesAreAccepted() {
        let error = refusal(request(#"{"state":"opened"}"#, "alert.list"))
        #expect(error?.message == "state must be one of open, acknowledged, resolved, active, all")
    }

    @Test(arguments: ["1.5", "1e30", "9223372036854775808"])
    func refusesCountsThatAreNotWholeOrTooLarge(limit: String) {
        let error = refusal(request(#"{"limit":\#(limit)}"#, "alert.list"))
        #expect(error?.message == "limit must be a whole number within range")
        let cleared = refusal(request(#"{"require_sales_days":\#(limit)}"#, "threshold.set"))
        #expect(cleared?.message == "require_sales_days must be a whole number within range")
    }

    @Test(arguments: [("null", "a number"), ("1e999", "a number within range"), ("[]", "a number")])
    func refusesQuantitiesThatAreNone(quantity: String, expected: String) {
        let error = refusal(request(#"{"sku":"A","location":"s","quantity":\#(quantity)}"#))
        #expect(error?.message == "quantity must be \(expected)")
    }

    @Test func suggestsTheMemberThatWasMeant() {
        let error = refusal(request(#"{"sku":"A","location":"s","quantitty":1,"quantity":1}"#))
        #expect(error?.message == #"quantitty is an unknown member; did you mean "quantity"?"#)
    }

    @Test func suggestsTheMethodThatWasMeant() {
        let error = refusal(request("{}", "stock.lst"))
        #expect(error?.number == -32601)
        #expect(error?.message == #"stock.lst is an unknown method; did you mean "stock.list"?"#)
    }

    @Test func takesParamsLeftOutForNone() {
        guard case .request = single(#"{"jsonrpc":"2.0","id":1,"method":"system.status"}"#) else {
            Issue.record("refused")
            return
        }
        #expect(refusal(single(#"{"jsonrpc":"2.0","id":1,"method":"stock.get"}"#))?.field == "sku")
    }

    @Test(arguments: ["[]", "[1]", "null", "3", #""x""#, "true"])
    func refusesParamsThatAreNoObject(params: String) {
        for method in ["stock.set", "system.status", "alert.list"] {
            let error = refusal(request(params, method))
            #expect(error?.number == -32602)
            #expect(error?.message == "params must be an object")
        }
    }

    @Test func refusesMembersOfAMethodThatTakesNone() {
        #expect(refusal(request(#"{"verbose":true}"#, "system.status"))?.field == "verbose")
        #expect(refusal(request(#"{"tenant":"a"}"#, "system.status"))?.field == "tenant")
    }

    @Test(arguments: ["[1]", "{}", "true", "1e999999999"])
    func answersAnInvalidIdWithNull(id: String) {
        guard case .refused(let answered, let error) = single(#"{"jsonrpc":"2.0","id":\#(id),"method":"system.status"}"#)
        else { Issue.record("not refused"); return }
        #expect(answered == .null)
        #expect(error.number == -32600)
    }

    @Test(arguments: [
        ("7", RequestID.integer(7)), ("-9223372036854775808", .integer(.min)), ("null", .null), (#""ü""#, .string("ü")),
        ("1.5", .number(Decimal(string: "1.5")!)), ("18446744073709551616", .number(Decimal(string: "18446744073709551616")!)),
    ])
    func keepsTheIdAsItCame(id: String, expected: RequestID) throws {
        guard case .request(let request) = single(#"{"jsonrpc":"2.0","id":\#(id),"method":"system.status"}"#) else {
            Issue.record("refused")
            return
        }
        #expect(request.id == expected)
        let reply = Reply.success(expected, resultJSON: Array("{}".utf8))
        #expect(String(decoding: reply, as: UTF8.self) == #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"#)
    }

    @Test(arguments: [
        "1", #""x""#, "{}", #"{"jsonrpc":"1.0","id":1,"method":"system.status"}"#, #"{"jsonrpc":"2.0","id":1}"#,
        #"{"jsonrpc":"2.0","id":1,"method":5}"#, #"{"id":1,"method":"system.status"}"#, "[]",
    ])
    func refusesWhatIsNoRequest(line: String) {
        let error = refusal(single(line))
        #expect(error?.number == -32600)
        #expect(error?.code == .invalidRequest)
    }

    @Test(arguments: [
        "", "{", "}", "[1,]", #"{"a":1,}"#, #"{"jsonrpc":"2.0" "id":1}"#, "nul", "01", "+1", ".5", "1.", "1e", #""\x""#,
        "\"\u{01}\"", #""\ud800""#, #""\udc00\ud800""#, "{} {}", "'a'", "NaN", "[1}", "\u{0}",
    ])
    func answersALineThatDoesNotParse(line: String) {
        guard case .refused(let id, let error) = single(line) else { Issue.record("not refused"); return }
        #expect(id == .null)
        #expect(error.number == -32700)
        #expect(error.code == .invalidRequest)
    }

    @Test(arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]])
    func refusesWhatIsNotUTF8(bytes: [UInt8]) {
        let line = Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + bytes + Array(#""}"#.utf8)
        guard case .single(.refused(.null, let error)) = IncomingLine(line) else { Issue.record("not refused"); return }
        #expect(error.number == -32700)
    }

    @Test func countsNestingOverTheWholeLine() {
        // The request itself and its params are two levels.
        func nested(_ levels: Int) -> String {
            #"{"sku":\#(String(repeating: "[", count: levels - 2))\#(String(repeating: "]", count: levels - 2))}"#
        }
        #expect(refusal(request(nested(64)))?.number == -32602)
        let error = refusal(request(nested(65)))
        #expect(error?.number == -32600)
        #expect(error?.message == "nesting deeper than 64 levels")
    }

    @Test func survivesAMillionOpenBrackets() {
        #expect(refusal(single(String(repeating: "[", count: 1 << 20)))?.number == -32600)
    }

    @Test func answersNotificationsNothing() {
        guard case .refusedNotification = single(#"{"jsonrpc":"2.0","method":"stock.set","params":{}}"#) else {
            Issue.record("would be answered")
            return
        }
        guard case .request(let request) = single(#"{"jsonrpc":"2.0","method":"system.status"}"#) else {
            Issue.record("refused")
            return
        }
        #expect(request.id == nil)
    }

    @Test func readsEachRequestOfABatchForItself() {
        let line = #"""
            [{"jsonrpc":"2.0","id":1,"method":"system.status"}, 5, {"jsonrpc":"2.0","method":"nothing"},
            {"jsonrpc":"2.0","id":2,"method":"contact.create","params":{"name":"A","addresses":[{"kind":"email"}]}}]
            """#
        guard case .batch(let items) = IncomingLine(Array(line.utf8)), items.count == 4 else {
            Issue.record("no batch of four")
            return
        }
        guard case .request = items[0], case .refused(.null, _) = items[1], case .refusedNotification = items[2],
            case .refused(.integer(2), let error) = items[3]
        else { Issue.record("\(items)"); return }
        #expect(error.field == "addresses[0].value")
    }

    @Test func tellsNullFromAbsentInUpdates() throws {
        guard case .request(let request) = request(#"{"sku":"A","category":null,"unit":"kg"}"#, "product.update") else {
            Issue.record("refused")
            return
        }
        let params = try #require(request.params as? ProductUpdate.Params)
        #expect(params.category == .clear)
        #expect(params.unit == .set("kg"))
        #expect(params.parLevel == .keep)
        #expect(try JSON.encode(params) == Array(#"{"category":null,"sku":"A","unit":"kg"}"#.utf8))
    }

    @Test func makesTheSameCanonicalParamsHoweverTheyAreWritten() throws {
        let first = request(#"{"sku":"A","location":"s","quantity":1.50,"idempotency_key":"x"}"#)
        let second = request(#"{ "quantity" : 15e-1, "location":"\u0073", "sku":"A"}"#)
        guard case .request(let a) = first, case .request(let b) = second else { Issue.record("refused"); return }
        #expect(try a.canonicalParams() == b.canonicalParams())
    }

    @Test(arguments: [(#""20%""#, "20%"), ("5", "5"), ("0.5", "0.5"), (#""7d""#, "7d")])
    func takesThresholdsAsTextOrNumber(json: String, text: String) {
        guard case .request(let request) = request(#"{"low":\#(json)}"#, "threshold.set") else {
            Issue.record("refused")
            return
        }
        #expect((request.params as? ThresholdSet.Params)?.low == .set(.init(text)))
    }

    @Test func keepsManyUnknownMembersCheap() {
        let members = (0..<50_000).map { #""k\#($0)":"v""# }.joined(separator: ",")
        guard case .request = request(#"{"name":"n","external_ids":{\#(members)}}"#, "location.create") else {
            Issue.record("refused")
            return
        }
    }
}
