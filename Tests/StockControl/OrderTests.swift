import Foundation
import StockWire
import Synchronization
import Testing

@testable import StockControl

@Suite struct OrderTests {
    @Test func pipelinedChangesTakeEffectInTheOrderSent() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            let count = 1000
            let lines = (1...count).map {
                #"{"jsonrpc":"2.0","id":\#($0),"method":"stock.set","params":{"sku":"A","location":"store-1","quantity":\#($0)}}"# + "\n"
            }
            async let sent: Void = client.send(lines.joined().utf8)
            var seen: Set<RequestID> = []
            while seen.count < count { seen.insert(try #require(try await client.line()?.id)) }
            try await sent
            let history = try await client.call("stock.history", #"{"sku":"A","location":"store-1","limit":1000}"#)
            guard case .array(let movements)? = history.result?["movements"] else {
                Issue.record("no movements: \(history)")
                return
            }
            let balances = movements.compactMap { movement -> Decimal? in
                if case .number(let balance)? = movement["balance"] { balance } else { nil }
            }
            // Newest first, or oldest first: one way throughout.
            let wanted = (1...count).map { Decimal($0) }.suffix(balances.count)
            #expect(balances == Array(wanted) || balances == wanted.reversed())
        }
    }

    @Test func aReadSeesTheChangesAnsweredBeforeIt() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let (writer, reader) = (try fixture.client(), try fixture.client())
            for quantity in 1...50 {
                _ = try await writer.call("stock.set", #"{"sku":"A","location":"store-1","quantity":\#(quantity)}"#)
                let level = try await reader.call("stock.get", #"{"sku":"A"}"#).result?["level"]
                #expect(level?["on_hand"] == .number(Decimal(quantity)))
            }
        }
    }

    @Test func readsThatComeTogetherSeeTheChangesAnsweredBeforeThem() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let (writer, reader) = (try fixture.client(), try fixture.client())
            for quantity in 1...50 {
                _ = try await writer.call("stock.set", #"{"sku":"A","location":"store-1","quantity":\#(quantity)}"#)
                let lines = (1...20).map {
                    #"{"jsonrpc":"2.0","id":\#($0),"method":"stock.get","params":{"sku":"\#($0 % 5 == 0 ? "none" : "A")"}}"# + "\n"
                }
                try await reader.send(lines.joined().utf8)
                for _ in lines {
                    let reply = try #require(try await reader.line())
                    if reply.error == nil { #expect(reply.result?["level"]?["on_hand"] == .number(Decimal(quantity))) }
                }
            }
        }
    }

    @Test func changesWaitForATaskSentBeforeThemAndReadsDoNot() async throws {
        let (started, gate) = (Gate(), Gate())
        try await ControlFixture.run(more: { table in
            table.add(ConfigReload.self, .task { _, _ in
                started.open()
                await gate.wait()
                return ConfigReload.Result(reloaded: true, changed: [], restartRequired: [], problems: [])
            })
        }) { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            try await client.send(line: #"{"jsonrpc":"2.0","id":1,"method":"config.reload"}"#)
            await started.wait()
            #expect(try await client.call("stock.get", #"{"sku":"A"}"#, id: 2).id == .integer(2))
            try await client.send(
                line: #"{"jsonrpc":"2.0","id":3,"method":"stock.set","params":{"sku":"A","location":"store-1","quantity":1}}"#)
            // Another connection's changes don't wait; once one is answered, the first would have been, too.
            let other = try fixture.client()
            _ = try await other.call("stock.adjust", #"{"sku":"A","location":"store-1","delta":-1}"#)
            #expect(try await other.call("stock.get", #"{"sku":"A"}"#).result?["level"]?["on_hand"] == 99)
            gate.open()
            #expect(try await client.line()?.id == .integer(1))
            #expect(try await client.line()?.id == .integer(3))
        }
    }

    @Test func atMostTheLimitIsInFlightAndTheRestWaits() async throws {
        var limits = ControlLimits()
        limits.inFlight = 4
        let gate = Gate()
        let running = Mutex((now: 0, most: 0))
        let all = Gate()
        try await ControlFixture.run(limits: limits, more: { table in
            table.add(ConfigShow.self, .task { _, _ in
                let full = running.withLock { running in
                    running.now += 1
                    running.most = max(running.most, running.now)
                    return running.now == 4
                }
                if full { all.open() }
                await gate.wait()
                running.withLock { $0.now -= 1 }
                return ConfigShow.Result(config: .null)
            })
        }) { fixture in
            let client = try fixture.client()
            for id in 1...40 { try await client.send(line: #"{"jsonrpc":"2.0","id":\#(id),"method":"config.show"}"#) }
            await all.wait()
            gate.open()
            var seen: Set<RequestID> = []
            while seen.count < 40 { seen.insert(try #require(try await client.line()?.id)) }
            #expect(running.withLock(\.most) == 4)
        }
    }
}
