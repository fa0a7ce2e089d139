import Logging
import StockDomain
@testable import StockStore
import Testing
@testable import StockEngine

@Suite(.timeLimit(.minutes(1))) struct HoldLoopTests {
    private struct Bench {
        let fixture: LoopFixture
        let clock: HandClock
        let loop: HoldLoop

        init(_ handler: any LogHandler = SwiftLogNoOpLogHandler()) throws {
            fixture = try LoopFixture()
            try fixture.stock(100, telling: [])
            clock = HandClock(now: fixture.clock.now)
            loop = HoldLoop(
                LoopContext(store: fixture.store, clock: clock, logger: Logger(label: "test") { _ in handler }))
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

    /// A hold whose stock cannot be given back, as more would be than is held.
    @Test func aHoldThatCannotBeEndedKeepsNoOtherFromItAndIsTriedAgainLater() async throws {
        let (lines, sink) = AsyncStream<String>.makeStream()
        let bench = try Bench(LineHandler(sink: sink))
        var sleeps = bench.clock.slept.makeAsyncIterator()
        var held: [Int64] = []
        for seconds in [1, 2, 3] { held.append(try await bench.place(for: .seconds(Int64(seconds)))) }
        // As if some of what is held of it were not.
        func breakHold(_ id: Int64, by units: Int) async throws {
            try await bench.fixture.store.write {
                _ = try $0.sql.run(SQL("UPDATE hold_line SET quantity = quantity + \(units) WHERE hold_id = \(id)"))
            }
        }
        try await breakHold(held[1], by: 100_000_000)
        bench.clock.move(.seconds(3))
        try await bench.fixture.running(bench.loop) {
            #expect(try await bench.expired(2) == [held[0], held[2]])
            // It waits, though the hold is overdue.
            #expect(await sleeps.next() == .seconds(30))
            // Others come and go meanwhile.
            let other = try await bench.place(for: .seconds(5))
            #expect(await sleeps.next() == .seconds(5))
            bench.clock.move(.seconds(5))
            #expect(try await bench.expired(3).last == other)
            #expect(await sleeps.next() == .seconds(30))
            try await breakHold(held[1], by: -100_000_000)
            for _ in 0..<9 {
                bench.clock.move(.seconds(30))
                _ = await sleeps.next()
            }
            #expect(try await bench.expired(3).count == 3)
            bench.clock.move(.seconds(30))
            #expect(try await bench.expired(4).last == held[1])
        }
        sink.finish()
        var said: [String] = []
        for await line in lines where line.hasPrefix("hold.") { said.append(line) }
        #expect(said.count == 1 && said[0].contains("hold.id=\(held[1])"))
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
