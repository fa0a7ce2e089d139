import Logging
import StockDomain
import StockNotify
import StockStore
import Testing
@testable import StockEngine

@Suite(.timeLimit(.minutes(1))) struct FollowLoopTests {
    @Test func whatWasTakenAndDidNotArriveIsFoundOut() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(0, telling: [.sms])
        let clock = HandClock(now: fixture.clock.now)
        let now = clock.now
        let id = try await fixture.store.write { tx -> Int64 in
            let delivery = try #require(try tx.claim(.sms, limit: 1, lease: .minutes(1), now: now).first)
            var random = SystemRandomNumberGenerator()
            try tx.complete(delivery, .accepted(reference: "SM1"), now: now, using: &random)
            return delivery.id
        }
        let (lines, sink) = AsyncStream<String>.makeStream()
        var log = lines.makeAsyncIterator()
        let logger = Logger(label: "test") { _ in LineHandler(sink: sink) }
        let loop = FollowLoop(LoopContext(store: fixture.store, clock: clock, logger: logger)) { [.sms: TellingChannel()] }
        try await fixture.running(loop) {
            // Each time it lies down to wait: word of the commit before may come late, and make it look once more.
            let time = Task { for await nap in clock.slept where nap <= FollowPolicy.firstLook { clock.move(nap) } }
            defer { time.cancel() }
            let line = try #require(await log.next())
            #expect(line.hasPrefix("delivery.gave_up ") && line.contains("reason=SM1 is a landline"))
        }
        let record = try await fixture.store.read { try $0.delivery(id, tenantID: nil) }
        #expect(record.state == .dead && record.reason == "SM1 is a landline")
    }
}

private struct TellingChannel: Channel {
    let kind = ChannelKind.sms
    let follows = true

    func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict { .accepted(reference: "SM1") }
    func fate(of reference: String) async -> Fate { .failed(.dead(reason: "\(reference) is a landline", disablesAddress: true)) }
}
