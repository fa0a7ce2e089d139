import Foundation
import StockWire
import Testing

@testable import StockControl

@Suite struct IdempotencyTests {
    private func adjust(_ key: String, by delta: String = "-1", tenant: String = "default") -> String {
        #"{"sku":"A","location":"store-1","delta":\#(delta),"idempotency_key":"\#(key)","tenant":"\#(tenant)"}"#
    }

    private func onHand(_ fixture: ControlFixture) async throws -> JSONValue? {
        try await fixture.call("stock.get", #"{"sku":"A"}"#).result?["level"]?["on_hand"]
    }

    @Test func aRepetitionGetsTheFirstReplyAndChangesNothing() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let first = try await fixture.call("stock.adjust", adjust("k"))
            #expect(first.result != nil)
            // Written differently, sent from elsewhere: still the same.
            let again = try await fixture.call(
                "stock.adjust", #"{ "tenant":"default", "idempotency_key":"k","delta":-1.00,"location":"store-1","sku":"A" }"#)
            #expect(again.result == first.result)
            #expect(try await onHand(fixture) == 99)
        }
    }

    @Test func manyAtOnceTakeEffectOnce() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            let params = adjust("burst")
            for id in 1...100 { try await client.send(line: #"{"jsonrpc":"2.0","id":\#(id),"method":"stock.adjust","params":\#(params)}"#) }
            var results: Set<JSONValue> = []
            for _ in 1...100 { results.insert(try #require(try await client.line()?.result)) }
            #expect(results.count == 1)
            #expect(try await onHand(fixture) == 99)
        }
    }

    @Test func otherParamsAreAConflict() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            #expect(try await client.call("stock.adjust", adjust("k")).error == nil)
            let reply = try await client.call("stock.adjust", adjust("k", by: "-2"))
            #expect(reply.error?.code == .conflict)
            #expect(reply.error?.field == "idempotency_key")
            // Of another method it is another key.
            #expect(try await client.call("stock.set", #"{"sku":"A","location":"store-1","quantity":5,"idempotency_key":"k"}"#).error == nil)
        }
    }

    @Test func aFailureIsNotRemembered() async throws {
        try await ControlFixture.run { fixture in
            let client = try fixture.client()
            #expect(try await client.call("stock.adjust", adjust("k")).error?.code == .notFound)
            try await fixture.stock()
            #expect(try await client.call("stock.adjust", adjust("k")).error == nil)
        }
    }

    @Test func aKeyIsFreeAgainAfterADay() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            #expect(try await client.call("stock.adjust", adjust("k")).error == nil)
            fixture.time.pass(.hours(24) - .milliseconds(1))
            #expect(try await client.call("stock.adjust", adjust("k", by: "-2")).error?.code == .conflict)
            fixture.time.pass(.milliseconds(2))
            #expect(try await client.call("stock.adjust", adjust("k", by: "-2")).error == nil)
            #expect(try await onHand(fixture) == 97)
        }
    }

    @Test func itsLengthIsChecked() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            for length in [0, 129] {
                let reply = try await client.call("stock.adjust", adjust(String(repeating: "k", count: length)))
                #expect(reply.error?.field == "idempotency_key")
                #expect(reply.error?.code == .invalidParams)
            }
            #expect(try await client.call("stock.adjust", adjust(String(repeating: "ö", count: 128))).error == nil)
            #expect(try await client.call("stock.get", #"{"sku":"A","idempotency_key":"k"}"#).error?.code == .invalidParams)
        }
    }

    @Test func aTaskIsNotRunTwiceByARepetition() async throws {
        let (started, gate, runs) = (Gate(), Gate(), Progress())
        try await ControlFixture.run(more: { table in
            table.add(ConfigReload.self, .task { _, _ in
                runs.add()
                started.open()
                await gate.wait()
                return ConfigReload.Result(reloaded: true, changed: [], restartRequired: [], problems: [])
            })
        }) { fixture in
            let (one, two) = (try fixture.client(), try fixture.client())
            try await one.send(line: #"{"jsonrpc":"2.0","id":1,"method":"config.reload","params":{"idempotency_key":"k"}}"#)
            await started.wait()
            let meanwhile = try await two.call("config.reload", #"{"idempotency_key":"k"}"#)
            #expect(meanwhile.error?.reason == "idempotency_key_in_use")
            gate.open()
            let first = try await one.line()
            #expect(try await two.call("config.reload", #"{"idempotency_key":"k"}"#).result == first?.result)
            #expect(runs.value == 1)
        }
    }
}
