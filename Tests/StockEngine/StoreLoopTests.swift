import Logging
import StockDomain
import StockStore
import Testing
@testable import StockEngine

@Suite(.timeLimit(.minutes(1))) struct StoreLoopTests {
    @Test func aDiskThatRefusesAndItsEndAreSaidOnceHoweverManyMeetIt() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(40, telling: [])
        let clock = HandClock(now: fixture.clock.now)
        let (lines, sink) = AsyncStream<String>.makeStream()
        var log = lines.makeAsyncIterator(), sleeps = clock.slept.makeAsyncIterator()
        let context = LoopContext(
            store: fixture.store, clock: clock, logger: Logger(label: "test") { _ in LineHandler(sink: sink) })
        try await fixture.running(StoreLoop(context)) {
            #expect(await sleeps.next() == .seconds(30))
            for _ in 1...2 {
                for _ in 1...3 {
                    await #expect(throws: StoreError.self) {
                        try await fixture.store.write { _ in throw StoreError(.unavailable, "the disk is full") }
                    }
                }
                #expect(await log.next() == "store.unavailable error=the disk is full")
                while let slept = await sleeps.next(), slept != .seconds(5) {}
                // What only reads does not show that it is over; stockd tries by itself.
                _ = try await fixture.store.write { try $0.counts() }
                #expect(fixture.store.writeFailure != nil)
                clock.move(.seconds(5))
                #expect(await log.next() == "store.recovered ")
                #expect(fixture.store.writeFailure == nil)
            }
        }
    }
}
