import Logging
import StockDomain
import StockStore
import Testing
@testable import StockEngine

@Suite(.timeLimit(.minutes(1))) struct HoldLoopTests {
    private struct Bench {
        let fixture: LoopFixture
        let clock: HandClock
        let loop: HoldLoop

        init() throws {
            fixture = try LoopFixture()
            try fixture.stock(100, telling: [])
            clock = HandClock(now: fixture.clock.now)
            loop = HoldLoop(
                LoopContext(store: fixture.store, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        }

        @discardableResult
        func place(for lifetime: Duration) async throws -> Int64 {
            let now = clock.now
            let draft = HoldDraft(
                lines: [.init(sku: "TEA", location: "store-1", quantity: Quantity(1))], lifetime: lifetime, orderRef: "o")
            return try await fixture.store.write { try $0.placeHold(draft, tenant: "default", now: now).id }
        }

        /// Waits until so many have expired.
        func expired(_ count: Int) async throws -> [Int64] {
            let bell = Bell()
            let unobserve = fixture.store.observe { _ in bell.ring() }
            defer { unobserve() }
            while true {
                let ids = try await fixture.store.read {
                    try $0.events(after: 0, kinds: ["hold.expired"], tenantID: nil, limit: 1000).events.compactMap(\.hold?.id)
                }
                if ids.count >= count { return ids }
                try await bell.wait(atMost: .seconds(1), on: SystemClock())
            }
        }
    }

    @Test func waitsForTheFirstToExpireAndIsWokenByAnEarlierOne() async throws {
        let bench = try Bench()
        var sleeps = bench.clock.slept.makeAsyncIterator()
        try await bench.fixture.running(bench.loop) {
            // Nothing is held: it only shows that it lives.
            #expect(await sleeps.next() == .seconds(30))
            let late = try await bench.place(for: .seconds(20))
            #expect(await sleeps.next() == .seconds(20))
            // A later one is none of its business.
            try await bench.place(for: .seconds(25))
            let early = try await bench.place(for: .seconds(5))
            #expect(await sleeps.next() == .seconds(5))
            bench.clock.move(.seconds(5))
            #expect(try await bench.expired(1) == [early])
            #expect(await sleeps.next() == .seconds(15))
            bench.clock.move(.seconds(15))
            #expect(try await bench.expired(2) == [early, late])
            #expect(await sleeps.next() == .seconds(5))
        }
    }

    @Test func whatCameDueWhileNobodyWasThereIsEndedAtTheStartInTurn() async throws {
        let bench = try Bench()
        var placed: [Int64] = []
        for index in 0..<50 { placed.append(try await bench.place(for: .seconds(Int64(index + 1)))) }
        bench.clock.move(.days(1))
        try await bench.fixture.running(bench.loop) {
            let ended = try await bench.expired(50)
            #expect(ended == placed)
        }
    }

    @Test func aClockThatIsSetBackWhileItWaitsKeepsNoHoldForLonger() async throws {
        let bench = try Bench()
        var sleeps = bench.clock.slept.makeAsyncIterator()
        let hold = try await bench.place(for: .seconds(10))
        try await bench.fixture.running(bench.loop) {
            #expect(await sleeps.next() == .seconds(10))
            bench.clock.move(.days(-40))
            // Whatever wakes it: another hold, or the half minute that no loop waits longer than.
            try await bench.place(for: .seconds(3))
            #expect(await sleeps.next() == .seconds(3))
            bench.clock.move(.seconds(10))
            #expect(try await bench.expired(2).contains(hold))
        }
    }
}
