import Foundation
import StockDomain
import StockStore
import StockTestSupport
import StockWire
import Testing

@testable import StockControl

@Suite struct WatchTests {
    private func set(_ quantity: Int) -> String { #"{"sku":"A","location":"store-1","quantity":\#(quantity)}"# }

    /// The on-hand quantities of the next `count` events.
    private func quantities(_ client: SocketClient, _ count: Int) async throws -> (values: [JSONValue?], cursor: String) {
        var values: [JSONValue?] = []
        var cursor = ""
        for _ in 0..<count {
            let line = try #require(try await client.line())
            try #require(line.method == "event")
            values.append(line.params?["event"]?["level"]?["on_hand"])
            cursor = try #require(line.params?["cursor"]?.text)
        }
        return (values, cursor)
    }

    @Test func tellsWhatHappensFromNowOn() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let (watcher, writer) = (try fixture.client(), try fixture.client())
            let reply = try await watcher.call("event.watch", #"{"kinds":["stock.changed"]}"#)
            #expect(reply.result?["subscription"] == 1)
            #expect(try await writer.call("stock.set", set(50)).error == nil)
            #expect(try await quantities(watcher, 1).values == [50])
        }
    }

    @Test func resumesWithoutGapOrRepetitionWhileOthersWrite() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let count = 600
            let first = try await fixture.call("event.watch", #"{"kinds":["stock.changed"]}"#)
            var cursor = try #require(first.result?["cursor"]?.text)
            let writer = try fixture.client()
            async let written: Void = {
                for quantity in 1...count { _ = try await writer.call("stock.set", set(quantity)) }
            }()
            var seen: [JSONValue?] = []
            var random = SeededGenerator(seed: 7)
            while seen.count < count {
                let watcher = try fixture.client()
                let reply = try await watcher.call("event.watch", #"{"kinds":["stock.changed"],"since":"\#(cursor)"}"#)
                #expect(reply.result?["cursor"]?.text == cursor)
                let next = try await quantities(watcher, min(Int.random(in: 1...150, using: &random), count - seen.count))
                seen += next.values
                cursor = next.cursor
            }
            try await written
            #expect(seen == (1...count).map { .number(Decimal($0)) })
        }
    }

    @Test func aSlowWatcherGetsEverythingInTheEnd() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let (watcher, writer) = (try fixture.client(), try fixture.client())
            _ = try await watcher.call("event.watch", #"{"kinds":["stock.changed"]}"#)
            let count = 5000
            async let sent: Void = writer.send(
                (1...count).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"stock.set","params":\#(set($0))}"# + "\n" }.joined().utf8)
            for _ in 1...count { #expect(try await writer.line()?.error == nil) }
            try await sent
            let seen = try await quantities(watcher, count)
            #expect(seen.values == (1...count).map { .number(Decimal($0)) })
        }
    }

    @Test func severalSubscriptionsOnOneConnectionGoTheirOwnWays() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            _ = try await client.call("event.watch", #"{"kinds":["stock.changed"]}"#, id: 1)
            #expect(try await client.call("event.watch", #"{"kinds":["alert.opened"]}"#, id: 2).result?["subscription"] == 2)
            try await client.send(line: #"{"jsonrpc":"2.0","id":3,"method":"stock.set","params":\#(set(0))}"#)
            var byKind: [String?: JSONValue?] = [:]
            while byKind.count < 2 {
                let line = try #require(try await client.line())
                guard line.method == "event" else { continue }
                byKind[line.params?["event"]?["kind"]?.text] = line.params?["subscription"]
            }
            #expect(byKind == ["stock.changed": 1, "alert.opened": 2])
        }
    }

    @Test(arguments: [("x", nil), ("-1", nil), ("9999999999999999999", nil), ("999999", "cursor_unknown")])
    func aCursorThatCannotBeIsRefused(since: String, reason: String?) async throws {
        try await ControlFixture.run { fixture in
            let reply = try await fixture.call("event.watch", #"{"since":"\#(since)"}"#)
            #expect(reply.error?.code == .invalidParams)
            #expect(reply.error?.field == "since")
            #expect(reply.error?.reason == reason)
        }
    }

    @Test func beginsAtATime() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            var times = [fixture.time.now]
            for quantity in 1...20 {
                fixture.time.pass(.minutes(1))
                times.append(fixture.time.now)
                _ = try await client.call("stock.set", set(quantity))
            }
            func seen(_ since: String, _ count: Int) async throws -> [JSONValue?] {
                let watcher = try fixture.client()
                let reply = try await watcher.call("event.watch", #"{"kinds":["stock.changed"],"since":"\#(since)"}"#)
                #expect(reply.error == nil)
                return try await quantities(watcher, count).values
            }
            for first in 1...20 {
                let expected: [JSONValue?] = (first...20).map { .number(Decimal($0)) }
                #expect(try await seen(times[first].description, 21 - first) == expected)
                #expect(try await seen((times[first] - .milliseconds(59_999)).description, 21 - first) == expected)
            }
            // Earlier than anything: all that is kept. Later: from now on.
            #expect(try await seen("1999-01-01T00:00:00Z", 21).count == 21)
            let watcher = try fixture.client()
            _ = try await watcher.call("event.watch", #"{"kinds":["stock.changed"],"since":"2999-01-01T00:00:00Z"}"#)
            _ = try await client.call("stock.set", set(99))
            #expect(try await quantities(watcher, 1).values == [99])
        }
    }

    @Test func aCursorOlderThanWhatIsKeptIsExpired() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            _ = try await client.call("stock.set", set(0))
            fixture.time.pass(.days(8))
            let now = fixture.time.now
            _ = try await fixture.store.write { try $0.forget(try $0.expired(now: now), limit: 1000) }
            let reply = try await client.call("event.watch", #"{"since":"0"}"#)
            #expect(reply.error?.code == .invalidParams)
            #expect(reply.error?.reason == "cursor_expired")
            #expect(try await client.call("event.watch").error == nil)
        }
    }

    @Test func whoEndsItsInputStillGetsEvents() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let (watcher, writer) = (try fixture.client(), try fixture.client())
            _ = try await watcher.call("event.watch", #"{"kinds":["stock.changed"]}"#)
            watcher.finish()
            _ = try await writer.call("stock.set", set(5))
            #expect(try await quantities(watcher, 1).values == [5])
        }
    }

    @Test func aWatcherThatIsGoneFreesItsPlace() async throws {
        var limits = ControlLimits()
        limits.connections = 1
        try await ControlFixture.run(limits: limits) { fixture in
            for ended in [false, true] {
                var first: SocketClient? = try fixture.client()
                while try await first?.call("event.watch").error != nil { first = try fixture.client() }
                if ended { first?.finish() }
                first = nil
            }
            while true {
                let next = try fixture.client()
                if let reply = try? await next.call("tenant.list"), reply.error == nil { break }
            }
        }
    }
}
