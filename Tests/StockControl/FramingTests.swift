import Foundation
import StockWire
import Testing

@testable import StockControl

@Suite struct ConversationTests {
    @Test func answersWhatWasAsked() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let reply = try await fixture.call("stock.get", #"{"sku":"A"}"#, id: 7)
            #expect(reply.id == .integer(7))
            #expect(reply.result?["level"]?["on_hand"] == 100)
        }
    }

    @Test func carriageReturnsAndBytesThatTrickleInAreTolerated() async throws {
        try await ControlFixture.run { fixture in
            let client = try fixture.client()
            for byte in "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"location.list\"}\r\n".utf8 { try await client.send([byte]) }
            #expect(try await client.line()?.result?["locations"] == [])
        }
    }

    @Test func hostileLinesAreAnsweredAndTheConnectionGoesOn() async throws {
        let cases: [(String, RequestID, Int)] = [
            ("", .null, -32700), ("nonsense", .null, -32700), ("\u{0}", .null, -32700), (#"{"jsonrpc":"2.0","id":1"#, .null, -32700),
            ("[]", .null, -32600), ("1", .null, -32600), (#""text""#, .null, -32600), ("null", .null, -32600),
            (#"{"jsonrpc":"1.0","id":1,"method":"location.list"}"#, .integer(1), -32600),
            (#"{"jsonrpc":"2.0","id":{},"method":"location.list"}"#, .null, -32600),
            (#"{"jsonrpc":"2.0","id":1,"method":7}"#, .integer(1), -32600),
            (#"{"jsonrpc":"2.0","id":"x","method":"no.such"}"#, .string("x"), -32601),
            (#"{"jsonrpc":"2.0","id":1,"method":"location.list","params":[]}"#, .integer(1), -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"location.list","params":{"unknown":1}}"#, .integer(1), -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"location.get","params":{"name":"none"}}"#, .integer(1), -32000),
            (String(repeating: "[", count: 65) + String(repeating: "]", count: 65), .null, -32600),
            (String(repeating: "[", count: 100_000), .null, -32600),
        ]
        try await ControlFixture.run { fixture in
            let client = try fixture.client()
            for (line, id, number) in cases {
                try await client.send(line: line)
                let reply = try await client.line()
                #expect(reply?.id == id, "\(line.prefix(80))")
                #expect(reply?.error?.number == number, "\(line.prefix(80))")
            }
            try await client.send([0xFF, 0xFE, 0x0A])
            #expect(try await client.line()?.error?.number == -32700)
            #expect(try await client.call("location.list").result?["locations"] == [])
        }
    }

    @Test func aLineOfExactlyTheLimitPasses() async throws {
        try await ControlFixture.run { fixture in
            let client = try fixture.client()
            let request = #"{"jsonrpc":"2.0","id":1,"method":"location.list"}"#
            for end in ["\n", "\r\n"] {
                try await client.send((request + String(repeating: " ", count: (1 << 20) - request.utf8.count) + end).utf8)
                #expect(try await client.line()?.result?["locations"] == [])
            }
        }
    }

    @Test(arguments: [true, false])
    func aLineTooLongIsRefusedAndEarlierRequestsAreAnswered(ended: Bool) async throws {
        try await ControlFixture.run { fixture in
            let client = try fixture.client()
            try await client.send(line: #"{"jsonrpc":"2.0","id":1,"method":"location.list"}"#)
            // Far more than fits into the socket's buffer: all of it is taken, so that the reply can be read.
            try await client.send((String(repeating: "x", count: ended ? (1 << 20) + 1 : 5 << 20) + (ended ? "\n" : "")).utf8)
            var replies: [SocketClient.Line] = []
            while let line = try await client.line() { replies.append(line) }
            #expect(replies.count == 2)
            #expect(replies.contains { $0.id == .integer(1) && $0.result != nil })
            #expect(replies.contains { $0.id == .null && $0.error?.number == -32600 })
        }
    }

    @Test func aLastLineWithoutEndIsRefused() async throws {
        try await ControlFixture.run { fixture in
            let client = try fixture.client()
            try await client.send(#"{"jsonrpc":"2.0","id":1,"method":"location.list"}"#.utf8)
            client.finish()
            #expect(try await client.line()?.error?.number == -32700)
            #expect(try await client.line() == nil)
        }
    }

    @Test func whoEndsItsInputStillGetsEveryAnswer() async throws {
        try await ControlFixture.run { fixture in
            let client = try fixture.client()
            for id in 1...300 { try await client.send(line: #"{"jsonrpc":"2.0","id":\#(id),"method":"location.list"}"#) }
            client.finish()
            var ids: Set<RequestID> = []
            while let line = try await client.line() { ids.insert(try #require(line.id)) }
            #expect(ids == Set((1...300).map { .integer($0) }))
        }
    }

    @Test func aBatchIsAnsweredByOneArrayWithoutItsNotifications() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            try await client.send(
                line: """
                    [{"jsonrpc":"2.0","id":1,"method":"stock.adjust","params":{"sku":"A","location":"store-1","delta":-1}},\
                    {"jsonrpc":"2.0","method":"stock.adjust","params":{"sku":"A","location":"store-1","delta":-1}},\
                    {"jsonrpc":"2.0","id":"b","method":"no.such"}, 17]
                    """)
            let array = try JSON.decode([SocketClient.Line].self, from: #require(try await client.text()).utf8)
            #expect(Set(array.map(\.id)) == [.integer(1), .string("b"), .null])
            // Of notifications alone there is nothing to say: the next line answers the next request.
            try await client.send(
                line: #"[{"jsonrpc":"2.0","method":"stock.adjust","params":{"sku":"A","location":"store-1","delta":-1}}]"#)
            #expect(try await client.call("stock.get", #"{"sku":"A"}"#, id: 9).id == .integer(9))
            #expect(try await client.call("stock.get", #"{"sku":"A"}"#).result?["level"]?["on_hand"] == 97)
        }
    }

    @Test func aBatchLargerThanWhatMayBeInFlightIsAnsweredWhole() async throws {
        try await ControlFixture.run { fixture in
            let client = try fixture.client()
            let items = (1...2000).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"location.list"}"# }
            try await client.send(line: "[" + items.joined(separator: ",") + "]")
            let array = try JSON.decode([SocketClient.Line].self, from: #require(try await client.text()).utf8)
            #expect(array.count == 2000)
            #expect(array.allSatisfy { $0.result != nil })
        }
    }

    @Test func aBatchOfTooManyIsRefusedWhole() async throws {
        try await ControlFixture.run { fixture in
            let client = try fixture.client()
            try await client.send(line: "[" + String(repeating: "1,", count: 500_000) + "1]")
            let reply = try await client.line()
            #expect(reply?.id == .null)
            #expect(reply?.error?.number == -32600)
        }
    }

    @Test func discoversItself() async throws {
        try await ControlFixture.run { fixture in
            let reply = try await fixture.call("rpc.discover")
            #expect(reply.result?["openrpc"] == "1.3.2")
        }
    }
}
