import Foundation
import StockDomain
import StockTestSupport
import Testing
@testable import StockStore

/// Whether anybody is told twice, or never, or for no reason not told, over sixty made-up days.
@Suite(.timeLimit(.minutes(10))) struct TellingModelTests {
    /// STOCKD_TEST_SEED=N replays one, STOCKD_TEST_SEEDS=N runs the first N.
    @Test func nobodyIsToldTwiceOrNeverOrForNoReasonNotTold() async throws {
        let seeds = Seeds.chosen(count: 2000)
        async let odd = onAThreadOfItsOwn { try Self.failure(ofAnyOf: seeds.filter { $0 % 2 == 1 }) }
        async let even = onAThreadOfItsOwn { try Self.failure(ofAnyOf: seeds.filter { $0 % 2 == 0 }) }
        let failures = try await [odd, even].compactMap(\.self)
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    private static func failure(ofAnyOf seeds: [UInt64]) throws -> String? {
        let ground = try UndoneGround()
        var found: String?
        for seed in seeds {
            guard let failure = try ground.undo({ try Self.failure(of: seed, on: ground) }) else { continue }
            found = "STOCKD_TEST_SEED=\(seed): \(failure.what) (after \(failure.steps) steps, at \(failure.at))"
            break
        }
        try ground.close()
        return found
    }

    /// Committed to a file, and with restarts that close and open it: neither may change what anybody is told.
    @Test func whatIsCommittedAndOpenedAgainTellsTheSame() async throws {
        let restarts = try await onAThreadOfItsOwn {
            var restarts = 0
            for seed: UInt64 in 1...3 {
                let undone = try UndoneGround(), real = try RealGround()
                let world = try undone.undo { try Self.tellings(of: seed, on: undone) }
                #expect(try world == Self.tellings(of: seed, on: real))
                #expect(world.steps > 500)
                restarts += real.restarts
                try undone.close()
                try real.close()
            }
            return restarts
        }
        #expect(restarts > 0)
    }

    private struct Tellings: Equatable {
        var steps: Int
        var deliveries: [[String]]
    }

    private static func tellings(of seed: UInt64, on ground: any TellingGround) throws -> Tellings {
        let world = try TellingWorld(ground, seed: seed)
        try world.run()
        let deliveries = try ground.read { reader in
            try reader.sql.all(SQL("SELECT address_id, kind, state, created_at, sent_at, reason FROM delivery ORDER BY id")) { row in
                (0..<6).map { row.text($0) }
            }
        }
        return Tellings(steps: world.steps, deliveries: deliveries)
    }

    private static func failure(of seed: UInt64, on ground: any TellingGround) throws -> (what: String, steps: Int, at: Timestamp)? {
        let world = try TellingWorld(ground, seed: seed)
        do {
            try world.run()
            return nil
        } catch {
            return ("\(error)", world.steps, world.now)
        }
    }
}
