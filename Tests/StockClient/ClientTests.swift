import FoundationEssentials
import StockClient
import StockTestSupport
import StockWire
import Testing

@Suite struct ClientTests {
    private let acknowledged =
        #"{"jsonrpc":"2.0","id":1,"result":{"reloaded":true,"changed":[],"restart_required":[], "problems":[],"later":1}}"#

    private func error(of body: () throws -> Void) -> ClientError? {
        do { try body() } catch { return error as? ClientError }
        return nil
    }

    @Test func callsAMethodAndReadsItsResult() throws {
        let reply = acknowledged
        let daemon = ScriptedDaemon { _ in .lines([reply]) }
        defer { daemon.stop() }
        let client = try Client(socketPath: daemon.path)
        let result = try client.call(ConfigReload.self, .init(), common: .init(tenant: "a", idempotencyKey: "k"))
        #expect(result.reloaded)
        // A method of the system takes no tenant.
        #expect(daemon.lines == [#"{"id":1,"jsonrpc":"2.0","method":"config.reload","params":{"idempotency_key":"k"}}"#])
    }

    @Test func handsOutTheResultAsReceived() throws {
        let daemon = ScriptedDaemon { _ in .lines([#"{"result": {"b": 1.50, "a":[] } ,"id":1,"jsonrpc":"2.0"}"#]) }
        defer { daemon.stop() }
        let raw = try Client(socketPath: daemon.path).callRaw(SystemStatus.self, .init())
        #expect(String(decoding: raw, as: UTF8.self) == #"{"b": 1.50, "a":[] }"#)
    }

    @Test func throwsTheDaemonsRefusal() throws {
        let refusal = ErrorObject.conflict("product A exists", field: "sku")
        let daemon = ScriptedDaemon { _ in
            .lines([String(decoding: Reply.failure(.integer(1), refusal), as: UTF8.self)])
        }
        defer { daemon.stop() }
        let client = try Client(socketPath: daemon.path)
        #expect(throws: ClientError.refused(refusal)) { try client.call(SystemStatus.self, .init()) }
    }

    @Test func throwsARefusalOfTheConnection() throws {
        let refusal = ErrorObject.unavailable("256 connections are open")
        let daemon = ScriptedDaemon { _ in
            .thenClose(Reply.failure(.null, refusal) + [10])
        }
        defer { daemon.stop() }
        let client = try Client(socketPath: daemon.path)
        #expect(throws: ClientError.refused(refusal)) { try client.call(SystemStatus.self, .init()) }
    }

    @Test func takesRepliesInAnyOrder() throws {
        let daemon = ScriptedDaemon { line in
            guard line.contains(#""id":2"#) else { return .nothing }
            return .lines([
                #"{"jsonrpc":"2.0","id":2,"result":{"valid":false,"problems":[]}}"#,
                #"{"jsonrpc":"2.0","id":1,"result":{"valid":true,"problems":[]}}"#,
            ])
        }
        defer { daemon.stop() }
        let client = try Client(socketPath: daemon.path)
        let first = try client.start(ConfigCheck.self, .init())
        #expect(try client.result(of: first, within: .zero) == nil)
        let second = try client.start(ConfigCheck.self, .init())
        #expect(try client.result(of: first)?.valid == true)
        #expect(try client.result(of: second, within: .zero)?.valid == false)
    }

    @Test func saysThatNobodyListens() throws {
        let path = "/tmp/stockd-nobody.sock"
        #expect(error { _ = try Client(socketPath: path) } == .noDaemon(path: path, detail: "No such file or directory"))
    }

    @Test func saysThatThePathIsTooLong() throws {
        let path = "/tmp/" + String(repeating: "x", count: 103)
        #expect(error { _ = try Client(socketPath: path) } == .pathTooLong(path: path, limit: 107))
        let longest = String(path.dropLast())
        guard case .noDaemon = error(of: { _ = try Client(socketPath: longest) }) else {
            Issue.record("107 bytes fit")
            return
        }
    }

    @Test(arguments: ["", #"{"jsonrpc":"2.0","id":1,"#])
    func saysThatTheConnectionEndedBeforeTheReply(sent: String) throws {
        let daemon = ScriptedDaemon { _ in .thenClose(Array(sent.utf8)) }
        defer { daemon.stop() }
        let client = try Client(socketPath: daemon.path)
        guard case .closed = error(of: { _ = try client.call(SystemStatus.self, .init()) }) else {
            Issue.record("not told")
            return
        }
        // Writing to it afterwards must not end the process.
        guard case .closed = error(of: { for _ in 0..<3 { _ = try client.call(SystemStatus.self, .init()) } }) else {
            Issue.record("not told")
            return
        }
    }

    @Test(arguments: ["hello", #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","id":1,"result":{}}"#, #"{"id":"x"}"#])
    func saysThatTheReplyMakesNoSense(sent: String) throws {
        let daemon = ScriptedDaemon { _ in .lines([sent]) }
        defer { daemon.stop() }
        let client = try Client(socketPath: daemon.path)
        guard case .malformed = error(of: { _ = try client.call(SystemStatus.self, .init()) }) else {
            Issue.record("not told")
            return
        }
    }

    @Test func readsRepliesOfManyMegabytes() throws {
        let daemon = ScriptedDaemon { _ in
            .lines([#"{"jsonrpc":"2.0","id":1,"result":"\#(String(repeating: "x", count: 8 << 20))"}"#])
        }
        defer { daemon.stop() }
        let raw = try Client(socketPath: daemon.path).callRaw(SystemStatus.self, .init())
        #expect(raw.count == 8 << 20 + 2)
    }

    @Test func handsOutEventsBetweenReplies() throws {
        @Sendable func event(_ number: Int) -> String {
            #"{"jsonrpc":"2.0","method":"event","params":{"subscription":5,"cursor":"\#(number)","event":{"kind":"stock.changed","at":"2026-05-01T08:00:00.000Z","tenant":"default","note":"n\#(number)","news":1}}}"#
        }
        let daemon = ScriptedDaemon { line in
            line.contains("event.watch")
                ? .lines([event(0), #"{"jsonrpc":"2.0","id":1,"result":{"subscription":5,"cursor":"0"}}"#, event(1)])
                : .lines([event(2), #"{"jsonrpc":"2.0","method":"later","params":{}}"#, #"{"jsonrpc":"2.0","id":2,"result":{"valid":true,"problems":[]}}"#])
        }
        defer { daemon.stop() }
        let client = try Client(socketPath: daemon.path)
        #expect(try client.call(EventWatch.self, .init(since: "0")).subscription == 5)
        #expect(try client.call(ConfigCheck.self, .init()).valid)
        let events = try (0..<3).map { _ in try client.nextEvent().event }
        #expect(events.map(\.cursor) == ["0", "1", "2"])
        #expect(events.map(\.event.note) == ["n0", "n1", "n2"])
    }
}
