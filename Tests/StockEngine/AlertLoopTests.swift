import Logging
import StockDomain
import StockStore
import Testing
@testable import StockEngine

@Suite(.timeLimit(.minutes(1))) struct AlertLoopTests {
    /// It was raised before this process was there, and is told when its window ends.
    @Test func aNoticeThatIsHeldBackIsToldWhenItsWindowEnds() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(40, telling: [.email])
        let begun = fixture.clock.now
        for _ in 0..<2 {
            _ = try await fixture.store.write { tx in
                try tx.resolveNotice("trouble", now: begun)
                return try tx.raiseNotice(
                    "trouble", subject: "s", detail: "d", tenantID: try tx.tenant("default").id, now: begun)
            }
        }
        #expect(try await told(fixture) == [begun])
        let end = begun + .hours(24)
        let clock = HandClock(now: end - .seconds(10))
        var sleeps = clock.slept.makeAsyncIterator()
        let context = LoopContext(
            store: fixture.store, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let loop = AlertLoop(context, settings: { AlertLoop.Settings() })
        try await fixture.running(loop) {
            #expect(await sleeps.next() == .seconds(10))
            clock.move(.seconds(10))
            let bell = Bell()
            let unobserve = fixture.store.observe { _ in bell.ring() }
            defer { unobserve() }
            var times = try await told(fixture)
            while times.count < 2 {
                try await bell.wait(atMost: .seconds(1), on: SystemClock())
                times = try await told(fixture)
            }
            #expect(times == [begun, end])
        }
    }

    private func told(_ fixture: LoopFixture) async throws -> [Timestamp] {
        try await fixture.store.read { tx in
            try tx.deliveries(DeliveryFilter(tenantID: nil), before: nil, limit: 100)
                .filter { $0.kind == .operational }.map(\.createdAt).reversed()
        }
    }
}
