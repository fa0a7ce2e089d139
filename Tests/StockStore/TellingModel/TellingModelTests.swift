import Foundation
import StockDomain
import StockTestSupport
import Testing
@testable import StockStore

/// Whether anybody is told twice, or never, or for no reason not told, over sixty made-up days.
@Suite(.timeLimit(.minutes(10))) struct TellingModelTests {
    private static let parts = 4
    private struct Undone: Error {}
    private final class Box<T>: @unchecked Sendable { var value: T? }

    /// STOCKD_TEST_SEED=N replays one, STOCKD_TEST_SEEDS=N runs the first N.
    @Test(arguments: 0..<parts) func nobodyIsToldTwiceOrNeverOrForNoReasonNotTold(part: Int) throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        for seed in Seeds.chosen(count: 4) where seed % UInt64(Self.parts) == UInt64(part) {
            guard let failure = try Self.failure(of: seed, on: store) else { continue }
            Issue.record("seed \(seed): \(failure.what) (after \(failure.steps) steps, at \(failure.at))")
            return
        }
    }

    @Test func aSeedMakesTheSameDaysEachTime() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let runs = try (0..<2).map { _ in try Self.steps(of: 7, on: store) }
        #expect(runs[0] == runs[1] && runs[0] > 500)
    }

    private static func run<T: Sendable>(
        _ seed: UInt64, on store: Store, _ body: @escaping @Sendable (TellingWorld) throws -> T
    ) throws -> T? {
        let box = Box<T>()
        do {
            try store.writeAndWait { tx in
                box.value = try body(TellingWorld(tx.sql, seed: seed))
                throw Undone()
            }
        } catch is Undone {}
        return box.value
    }

    private static func steps(of seed: UInt64, on store: Store) throws -> Int {
        try run(seed, on: store) { world in
            try world.run()
            return world.steps
        } ?? 0
    }

    private static func failure(of seed: UInt64, on store: Store) throws -> (what: String, steps: Int, at: Timestamp)? {
        try run(seed, on: store) { world in
            do {
                try world.run()
                return nil
            } catch {
                return ("\(error)", world.steps, world.now)
            }
        } ?? nil
    }
}
