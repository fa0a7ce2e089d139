import Logging
import StockDomain
import StockStore
import Testing
@testable import StockEngine

@Suite(.timeLimit(.minutes(1))) struct SummaryLoopTests {
    private func days(_ fixture: LoopFixture) async throws -> [Timestamp] {
        try await fixture.store.read { reader in
            try reader.deliveries(DeliveryFilter(tenantID: nil), before: nil, limit: 100)
                .filter { $0.kind == .summary }.map(\.createdAt).reversed()
        }
    }

    /// The fixture begins at 08:00 UTC, the tenant's time.
    @Test func everyMorningItIsToldOnceAlsoAcrossRestarts() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(2, telling: [.email])
        let clock = HandClock(now: fixture.clock.now)
        let context = LoopContext(
            store: fixture.store, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var sleeps = clock.slept.makeAsyncIterator()
        let start = clock.now
        for day in 0..<3 {
            // Each a new process. On the first day nothing is made up for.
            try await fixture.running(SummaryLoop(context, at: { 480 })) {
                _ = await sleeps.next()
                let before = try await days(fixture).count
                #expect(before == day)
                clock.move(.hours(23) + .minutes(59) + .seconds(45))
                #expect(await sleeps.next() == .seconds(15))
                let still = try await days(fixture).count
                #expect(still == day)
                clock.move(.seconds(15))
                _ = await sleeps.next()
                let told = try await days(fixture).count
                #expect(told == day + 1)
            }
        }
        #expect(try await days(fixture) == (1...3).map { start + .days($0) })
    }
}
