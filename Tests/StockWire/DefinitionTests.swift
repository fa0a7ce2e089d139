import FoundationEssentials
import StockWire
import Testing

@Suite struct DefinitionTests {
    private func object(_ value: JSONValue?) -> [String: JSONValue] {
        if case .object(let members) = value { members } else { [:] }
    }
    private func array(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let elements) = value { elements } else { [] }
    }
    private func method(_ name: String) throws -> [String: JSONValue] {
        let document = try OpenRPC.document(version: "1.0")
        return try #require(
            array(object(document)["methods"]).map(object).first { $0["name"] == .string(name) })
    }

    @Test func describesEveryMethod() throws {
        let document = object(try OpenRPC.document(version: "1.0"))
        #expect(document["openrpc"] == "1.3.2")
        #expect(array(document["methods"]).count == Methods.all.count)
    }

    @Test func explainsEveryMember() throws {
        func unexplained(_ value: JSONValue, _ path: String) -> [String] {
            let members = object(value)
            return object(members["properties"]).flatMap { name, schema in
                (object(schema)["description"] == nil ? ["\(path).\(name)"] : []) + unexplained(schema, "\(path).\(name)")
            } + (members["items"].map { unexplained($0, path) } ?? [])
                + (members["schema"].map { unexplained($0, path) } ?? [])
        }
        for method in array(object(try OpenRPC.document(version: "1"))["methods"]).map(object) {
            guard case .string(let name) = method["name"] else { continue }
            var missing = unexplained(method["result"] ?? [:], name)
            for param in array(method["params"]).map(object) {
                if case .string("") = param["description"] ?? "" { missing.append("\(name): \(param["name"] ?? "")") }
                missing += unexplained(param["schema"] ?? [:], name)
            }
            #expect(missing == [])
        }
    }

    @Test func describesParamsByTheTypesThatDecodeThem() throws {
        let params = array(try method("stock.set")["params"]).map(object)
        #expect(params.map { $0["name"] } == ["idempotency_key", "location", "quantity", "reason", "sku", "tenant"])
        #expect(params.map { $0["required"] } == [false, true, true, false, true, false])
        #expect(params.map { object($0["schema"])["type"] } == ["string", "string", "number", "string", "string", "string"])
    }

    @Test func describesNamesNestingAndNull() throws {
        let list = try method("alert.list")
        let alert = object(
            object(object(object(object(list["result"])["schema"])["properties"])["alerts"])["items"])
        let properties = object(alert["properties"])
        #expect(array(object(properties["state"])["enum"]) == ["open", "acknowledged", "resolved"])
        #expect(array(object(properties["last_notified_at"])["type"]) == ["string", "null"])
        #expect(array(alert["required"]).contains("last_notified_at"))
        #expect(object(object(object(properties["timeline"])["items"])["properties"])["on_hand"] != nil)
    }

    @Test func namesMethodsNounDotVerbOnce() {
        #expect(Set(Methods.all.map { $0.name }).count == Methods.all.count)
        for method in Methods.all {
            #expect(method.name.split(separator: ".").count == 2)
            #expect(Methods.named(method.name) != nil)
            #expect(method.summary.hasSuffix("."))
        }
    }

    @Test func writesNullWhereAResultHasNoValue() throws {
        let level = Wire.Level(
            tenant: "default", sku: "A", name: "a", location: "s", onHand: Decimal(string: "-2.5")!, held: 0, available: 1,
            incoming: 0, tracking: .tracked, stale: false, severity: .out)
        let text = String(decoding: try JSON.encode(StockChange(level: level)), as: UTF8.self)
        #expect(
            text == #"""
                {"alert":null,"level":{"available":1,"category":null,"counted_at":null,"critical_threshold":null,\#
                "days_until_stockout":null,"held":0,"incoming":0,"location":"s","low_threshold":null,"name":"a",\#
                "on_hand":-2.5,"severity":"out","sku":"A","stale":false,"tenant":"default","threshold_origin":null,\#
                "tracking":"tracked","velocity_per_day":null}}
                """#)
        #expect(try JSON.decode(StockChange.self, from: Array(text.utf8)).level == level)
    }

    @Test func keepsQuantitiesExact() throws {
        for text in ["0.00001", "12345678901234.56789", "-0.1", "0"] {
            let value = try JSON.decode([Decimal].self, from: Array("[\(text)]".utf8))
            #expect(value == [Decimal(string: text)!])
            #expect(String(decoding: try JSON.encode(value), as: UTF8.self) == "[\(text)]")
        }
    }

    @Test(arguments: [
        ("2026-05-01T08:00:00.000Z", 1_777_622_400_000), ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1),
        ("2024-02-29t12:30:15.5+02:00", 1_709_202_615_500), ("2026-05-01 08:00:00.123456789-05:30", 1_777_642_200_123),
    ])
    func readsTimes(text: String, milliseconds: Int64) {
        #expect(Wire.Time(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: ["2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-05-01", "2026-05-01T24:00:00Z", "x", ""])
    func refusesWhatIsNoTime(text: String) {
        #expect(Wire.Time(text) == nil)
    }

    @Test func writesTimesAsTheyAreRead() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let time = Wire.Time(milliseconds: .random(in: -62_135_596_800_000...253_402_300_799_999, using: &generator))
            #expect(Wire.Time(time.description) == time)
        }
    }

    @Test func encodesErrorsWithTheirCode() throws {
        let error = ErrorObject.invalidParams("since", "too old", reason: "cursor_expired")
        let text = String(decoding: Reply.failure(.integer(3), error), as: UTF8.self)
        #expect(
            text == #"""
                {"jsonrpc":"2.0","id":3,"error":{"code":-32602,"data":{"code":"invalid_params","field":"since",\#
                "reason":"cursor_expired"},"message":"too old"}}
                """#)
        let line = Array(text.utf8)
        let range = try #require(JSONScan.member("error", of: line))
        #expect(try JSON.decode(ErrorObject.self, from: line[range]) == error)
        #expect(ErrorObject.parse("x").number == -32700)
        #expect(ErrorObject.conflict("x").number == -32000)
    }

    @Test func readsBackTheRequestsItWrites() throws {
        let outgoing = OutgoingRequest(
            StockSell.self, id: 9, params: .init(sku: "A", location: "s", quantity: 2),
            common: CommonParams(tenant: "acme", allTenants: true, idempotencyKey: "k"))
        guard case .single(.request(let request)) = IncomingLine(try JSON.encode(outgoing)) else {
            Issue.record("refused")
            return
        }
        #expect(request.id == .integer(9))
        #expect(request.common == CommonParams(tenant: "acme", idempotencyKey: "k"))
        #expect(request.params as? StockSell.Params == .init(sku: "A", location: "s", quantity: 2))
    }
}
