import Foundation
import StockWire
import Testing

@testable import StockClient

/// Numbers, times and cursors at the ends of what can be written, in every member of every method that takes one: a sum that
/// does not fit would end the daemon for everybody.
@Suite(.timeLimit(.minutes(5))) struct HostileNumberTests {
    private static let integers = ["-9223372036854775808", "-1", "0", "1", "4611686018427387904", "9223372036854775807"]
    private static let numbers = integers + ["0.00001", "1000000000", "-1000000000", "1e18", "-1e18"]
    private static let times = ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999-23:59"].map(quoted)
    private static let cursors = integers.flatMap { a in [a, a + ".A"] + integers.map { a + "." + $0 } }.map(quoted)

    private static func quoted(_ text: String) -> String { "\"\(text)\"" }

    /// What stands for a member that is not asked for at its ends, as JSON.
    private static let plain: [String: String] = [
        "sku": "\"A\"", "location": "\"store-1\"", "contact": "\"ann\"", "quantity": "1", "delta": "1", "id": "1", "ttl_s": "60",
        "order_ref": "\"o\"", "payment_ref": "\"p\"", "comment": "\"c\"", "starts_at": "\"2026-01-01T00:00:00Z\"",
        "ends_at": "\"2096-01-01T00:00:00Z\"", "until": "\"2096-01-01T00:00:00Z\"", "after": "\"5m\"", "currency": "\"EUR\"",
        "kind": "\"email\"", "value": "\"a@example.com\"", "amount": "1", "source": "\"till\"",
        "data": quoted(Data("sku,location,quantity\nA,store-1,3\n".utf8).base64EncodedString()),
    ]
    private static let names = [
        "tenant": "default", "location": "store-1", "contact": "ann", "sale": "deal", "escalation": "all", "product": "A",
    ]
    /// Members that may be left out, and without which a method refuses before it has looked at any number.
    private static let wanted: [String: [String]] = [
        "hold.place": ["sku", "location", "quantity"], "threshold.set": ["sku"], "silence.create": ["sku"],
        "stock.summary": ["location"], "product.create": ["location"], "hold.list": ["sku"],
    ]

    private let daemon: RunningDaemon

    init() async throws {
        daemon = try RunningDaemon()
        try daemon.configure(
            """
            delivery: {mode: log, group_wait: 0}
            sources:
              - {name: till, kind: csv, path: \(daemon.directory)/drop}

            """)
        try await daemon.start()
        try await daemon.done("location", "create", "store-1", "--time-zone", "Europe/London")
        try await daemon.done("contact", "create", "ann", "--email", "ann@example.com")
        try await daemon.done("product", "create", "--sku", "A", "--name", "Widget", "--location", "store-1", "--quantity", "3")
        try await daemon.done("sale", "create", "deal", "--starts", "now", "--ends", "+2h", "--line", "A=2@store-1,price=9.99")
    }

    @Test func noNumberEndsTheDaemon() async throws {
        let methods = try OpenRPC.document(version: "1")["methods"]?.array ?? []
        #expect(methods.count == Methods.all.count)
        var asked = 0
        for method in methods {
            let name = try #require(method["name"]?.text)
            let connection = try RawConnection(daemon.socket)
            for params in Self.requests(name, method["params"]?.array ?? []) {
                guard try connection.isAnswered(name, params) else {
                    Issue.record("\(name) \(params) ended it: \(daemon.log.suffix(500))")
                    return
                }
                asked += 1
            }
        }
        #expect(asked > 1000)
        #expect(try await daemon.stop() == 0)
    }

    /// Params in which one member each is at an end, and the others are as anybody would have them.
    private static func requests(_ method: String, _ params: [JSONValue]) -> [String] {
        var base: [String: String] = [:]
        for param in params {
            guard let name = param["name"]?.text, let schema = param["schema"] else { continue }
            guard param["required"] == true || wanted[method]?.contains(name) == true else { continue }
            base[name] = sample(name, schema, of: method)
        }
        // What is exported decides what its cursor is.
        let bases = method == "data.export" ? ["products", "levels", "movements", "alerts"].map { ["what": quoted($0)] } : [base]
        return params.flatMap { param -> [String] in
            guard let name = param["name"]?.text, let schema = param["schema"] else { return [] }
            return bases.flatMap { base in
                extremes(name, schema, of: method).enumerated().map { number, value in
                    var members = base
                    members[name] = value
                    // Names that must be new are.
                    if method.hasSuffix(".create"), members["name"] != nil { members["name"] = quoted("\(name) \(number)") }
                    if method == "product.create" { members["sku"] = quoted("\(name) \(number)") }
                    return object(members)
                }
            }
        }
    }

    private static func sample(_ name: String, _ schema: JSONValue, of method: String) -> String {
        if name == "name" { return quoted(names[String(method.prefix { $0 != "." })] ?? "n") }
        if let known = plain[name] { return known }
        if let choice = schema["enum"]?.array?.first?.text { return quoted(choice) }
        if let items = schema["items"] { return "[\(sample(name, items, of: method))]" }
        if let members = schema["properties"]?.object {
            let required = schema["required"]?.array?.compactMap(\.text) ?? []
            return object(members.filter { required.contains($0.key) }.reduce(into: [:]) {
                $0[$1.key] = sample($1.key, $1.value, of: method)
            })
        }
        return "\"x\""
    }

    /// The member with each number in it at its ends, one at a time; none where it holds no number.
    private static func extremes(_ name: String, _ schema: JSONValue, of method: String) -> [String] {
        if let items = schema["items"] { return extremes(name, items, of: method).map { "[\($0)]" } }
        if let members = schema["properties"]?.object {
            let required = schema["required"]?.array?.compactMap(\.text) ?? []
            let base = members.filter { required.contains($0.key) }.reduce(into: [:]) {
                $0[$1.key] = sample($1.key, $1.value, of: method)
            }
            return members.sorted { $0.key < $1.key }.flatMap { key, schema in
                extremes(key, schema, of: method).map { object(base.merging([key: $0]) { $1 }) }
            }
        }
        if schema["format"]?.text == "date-time" { return times }
        switch (name, schema["type"]?.text ?? schema["type"]?.array?.first?.text) {
        case ("cursor", _), ("since", _): return cursors
        case ("after", _), ("repeat", _): return ["0", "1s", "999999d"].map(quoted)
        case ("low", _), ("critical", _): return ["0", "0.00001", "1000000000", "10000%", "3650d"].map(quoted)
        case ("day", _): return ["0000-01-01", "9999-12-31"].map(quoted)
        case (_, "integer"): return integers
        case (_, "number"): return numbers
        default: return []
        }
    }

    private static func object(_ members: [String: String]) -> String {
        "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }
}

/// Sends what no client of ours would.
private final class RawConnection {
    private let socket: UnixSocket
    private var framer = LineFramer(limit: 1 << 24)
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var last = 0

    init(_ path: String) throws { socket = try UnixSocket(path: path) }

    /// False where the connection is closed instead.
    func isAnswered(_ method: String, _ params: String) throws -> Bool {
        last += 1
        do {
            try socket.write(Array("{\"jsonrpc\":\"2.0\",\"id\":\(last),\"method\":\"\(method)\",\"params\":\(params)}\n".utf8))
            while true {
                while let line = try framer.next() {
                    // Events of what was watched come between.
                    if let range = JSONScan.member("id", of: line), line[range].elementsEqual("\(last)".utf8) { return true }
                }
                guard let count = try socket.read(into: &buffer, within: .seconds(60)), count > 0 else { return false }
                framer.append(buffer[..<count])
            }
        } catch ClientError.closed {
            return false
        }
    }
}

extension JSONValue {
    fileprivate subscript(_ member: String) -> JSONValue? { object?[member] }
    fileprivate var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
    fileprivate var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
}
