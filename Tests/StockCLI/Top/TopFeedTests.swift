import Glibc
import StockClient
import StockTestSupport
import StockWire
import Testing

@testable import StockCLI

@Suite struct TopFeedTests {
    /// A daemon to which a viewer talks: messages and tenants are none of their business.
    private func daemon() -> ScriptedDaemon {
        ScriptedDaemon { line in
            let id = JSONScan.member("id", of: Array(line.utf8)).map { String(decoding: Array(line.utf8)[$0], as: UTF8.self) } ?? "null"
            func asks(_ method: String) -> Bool { line.contains(#""method":"\#(method)""#) }
            if asks("delivery.list") || asks("tenant.list") {
                return .lines([#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32000,"message":"viewers may not","data":{"code":"denied"}}}"#])
            }
            guard asks("stock.summary") else { return .nothing }
            let summary = #"{"healthy":1,"low":0,"critical":0,"out":0,"untracked":0,"stale":0,"locations":[]}"#
            return .lines([#"{"jsonrpc":"2.0","id":\#(id),"result":\#(summary)}"#])
        }
    }

    /// Asks for all that is due, and waits for the summary: what was asked in the turn before is answered by then.
    private func turn(_ feed: TopFeed, _ now: ContinuousClock.Instant) throws {
        try feed.ask(TopState(scope: .tenant(nil), now: TopSample.now), now)
        while true {
            for news in try feed.take(now) {
                if case .summary = news { return }
                if case .refused(let error) = news { Issue.record("\(error.message) is none of the viewer's concern") }
            }
            var ready = pollfd(fd: try #require(feed.descriptor), events: Int16(POLLIN), revents: 0)
            try #require(poll(&ready, 1, 10_000) == 1)
        }
    }

    @Test func whatIsDeniedIsNotAskedAgainOnTheSameConnection() throws {
        let daemon = daemon()
        defer { daemon.stop() }
        let session = Session(terminal: .plain, json: false, connect: { try Client(socketPath: daemon.path) }, out: { _ in }, note: { _ in })
        let feed = TopFeed(session)
        let state = TopState(scope: .tenant(nil), now: TopSample.now)
        func asked(_ method: String) -> Int { daemon.lines.count { $0.contains(#""method":"\#(method)""#) } }
        var now = ContinuousClock.now
        func turns(_ count: Int) throws {
            for _ in 0..<count {
                now += .seconds(600)
                try turn(feed, now)
            }
        }
        try feed.connect(state, since: "0")
        try turns(2)
        feed.reload()
        try turns(2)
        #expect(asked("stock.summary") == 4)
        #expect(asked("delivery.list") == 1 && asked("tenant.list") == 1)
        // Who connects anew may be let in for more.
        feed.disconnect()
        try feed.connect(state, since: "0")
        try turns(2)
        #expect(asked("delivery.list") == 2 && asked("tenant.list") == 2)
    }
}
