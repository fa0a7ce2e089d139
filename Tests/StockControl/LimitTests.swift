import Foundation
import StockWire
import Testing

@testable import StockControl

@Suite struct LimitTests {
    @Test func oneConnectionTooManyIsToldSoAndLeavesTheOthersAlone() async throws {
        try await ControlFixture.run { fixture in
            var clients: [SocketClient] = []
            for _ in 0..<256 {
                let client = try fixture.client()
                #expect(try await client.call("tenant.list").error == nil)
                clients.append(client)
            }
            let late = try fixture.client()
            // It may well send its request before it reads why it can't.
            try? await late.send(line: #"{"jsonrpc":"2.0","id":1,"method":"tenant.list"}"#)
            let reply = try await late.line()
            #expect(reply?.id == .null)
            #expect(reply?.error?.code == .unavailable)
            #expect(try await late.line() == nil)
            for client in clients { #expect(try await client.call("tenant.list").error == nil) }
            // A place that becomes free is given away.
            clients.removeLast()
            while true {
                let next = try fixture.client()
                if let reply = try? await next.call("tenant.list"), reply.error == nil { break }
            }
        }
    }

    /// Strangers, who are denied everything, don't keep the shop's server out, nor does that root.
    @Test func theLastPlacesAreForThoseWhoAreAnsweredAndSomeMoreForRoot() async throws {
        var limits = ControlLimits()
        limits.connections = 12
        limits.reserved = 4
        let user = TestPeer()
        try await ControlFixture.run(limits: limits, peer: { user.credentials }) { fixture in
            /// Connects until somebody is refused, who does not count afterwards.
            func fill(as uid: UInt32) async throws -> [SocketClient] {
                user.become(uid)
                var admitted: [SocketClient] = []
                while true {
                    let client = try fixture.client()
                    try? await client.send(line: #"{"jsonrpc":"2.0","id":1,"method":"tenant.list"}"#)
                    let reply = try await client.line()
                    if reply?.error?.reason == "too_many_connections" { return admitted }
                    #expect(reply?.id == .integer(1))
                    admitted.append(client)
                }
            }
            let strangers = try await fill(as: 54321)
            let moreStrangers = try await fill(as: 54321)
            #expect(strangers.count == 8 && moreStrangers.isEmpty)
            let own = try await fill(as: ControlFixture.ownUID)
            let moreOwn = try await fill(as: ControlFixture.ownUID)
            #expect(own.count == 4 && moreOwn.isEmpty)
            let roots = try await fill(as: 0)
            #expect(roots.count == 4)
            for client in own + roots { #expect(try await client.call("tenant.list").error == nil) }
        }
    }

    @Test func whoAsksNothingIsDisconnectedUnlessWatchingOrWaiting() async throws {
        var limits = ControlLimits()
        limits.idle = .seconds(1)
        let gate = Gate()
        try await ControlFixture.run(limits: limits, more: { table in
            table.add(ConfigShow.self, .task { _, _ in
                await gate.wait()
                return ConfigShow.Result(config: .null)
            })
        }) { fixture in
            /// A client that has got its first reply; on a busy machine one may be idle for too long before it says anything.
            func client(_ lines: String) async throws -> SocketClient {
                while true {
                    let client = try fixture.client()
                    if (try? await client.send(line: lines)) != nil, let reply = try? await client.line() {
                        #expect(reply.error == nil)
                        return client
                    }
                }
            }
            let waiting = try await client(
                #"{"jsonrpc":"2.0","id":1,"method":"config.show"}"# + "\n" + #"{"jsonrpc":"2.0","id":2,"method":"tenant.list"}"#)
            let watching = try await client(#"{"jsonrpc":"2.0","id":1,"method":"event.watch"}"#)
            // Both would have been disconnected before this one is.
            #expect(try await fixture.firstLine() == nil)
            #expect(try await watching.call("tenant.list").error == nil)
            gate.open()
            #expect(try await waiting.line()?.id == .integer(1))
        }
    }

    @Test func whoDoesNotReadIsNotReadEither() async throws {
        var limits = ControlLimits()
        limits.inFlight = 8
        try await ControlFixture.run(limits: limits) { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            let size = 200_000
            // Each reply repeats this id, so that a few fill every buffer between the server and us.
            let request = #"{"jsonrpc":"2.0","id":"\#(String(repeating: "i", count: size))","method":"tenant.list"}"# + "\n"
            let count = 100
            let progress = Progress()
            async let sent: Void = {
                for _ in 0..<count {
                    try await client.send(request.utf8)
                    progress.add()
                }
            }()
            // The rest of the world is served meanwhile, however long we look.
            for _ in 0..<200 { #expect(try await fixture.call("tenant.list").error == nil) }
            #expect(progress.value < count / 2, "\(progress.value) of \(count) requests were taken in for a client that reads nothing")
            for _ in 0..<count { #expect(try await client.text()?.utf8.count ?? 0 > size) }
            try await sent
        }
    }

    @Test func subscriptionsAreLimited() async throws {
        var limits = ControlLimits()
        limits.subscriptions = 2
        try await ControlFixture.run(limits: limits) { fixture in
            let client = try fixture.client()
            #expect(try await client.call("event.watch").error == nil)
            #expect(try await client.call("event.watch").error == nil)
            #expect(try await client.call("event.watch").error?.reason == "too_many_subscriptions")
        }
    }
}
