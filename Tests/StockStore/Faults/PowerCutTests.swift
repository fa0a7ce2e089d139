import Foundation
import StockDomain
@testable import StockStore
import StockTestSupport
import Testing

@Suite struct PowerCutTests {
    @Test func everyAcknowledgedChangeOutlivesThePowerAndNothingIsHalfDone() async throws {
        let shop = try Shop.shared.get()
        let seeds = Array(Seeds.chosen(count: 320))
        // On two threads: a store under test waits more than it computes.
        async let odd = cuts(shop, seeds.filter { $0 % 2 == 1 })
        async let even = cuts(shop, seeds.filter { $0 % 2 == 0 })
        let reports = try await [odd, even]
        let report = CutReport(reports)
        #expect(report.wrong.isEmpty, "\(report.text)")
        print("power cuts: \(report.cuts), of them \(report.whileStarting) while starting")
    }

    /// The power goes at every change in turn. Starts that find an older database are `OldShopTests`'.
    @Test func aFirstStartThatLosesPowerIsFinishedByTheNext() async throws {
        let wrong = try await onAThreadOfItsOwn {
            let old = try FaultDisk()
            let now = Timestamp(milliseconds: 0)
            var wrong: [String] = []
            for nth in 1... {
                let disk = try old.afterKill()
                disk.cut(at: nth)
                let store = try? Shop.open(disk, at: now)
                guard disk.isCut else {
                    try store?.close()
                    break
                }
                try store?.close()
                for seed in [UInt64(nth), UInt64(nth) << 32] {
                    wrong += try whatIsWrong(with: try disk.afterCut(seed: seed)).map { "change \(nth), seed \(seed): \($0)" }
                }
            }
            return wrong
        }
        #expect(wrong.isEmpty)
    }

    @Test func aDiskThatOnlySaysThatItSyncsIsFoundOut() async throws {
        let shop = try Shop.shared.get()
        let report = try await onAThreadOfItsOwn {
            var report = CutReport()
            for seed in 1...20 as ClosedRange<UInt64> where report.wrong.isEmpty {
                report.add(try PowerCuts(shop, seed: seed, ignoresSyncs: true).run(), seed: seed)
            }
            return report
        }
        #expect(!report.wrong.isEmpty)
    }

    /// Two write to the disk then, and a seed cuts them at another instant each time.
    @Test func nothingIsLostWhereTheLogIsCopiedBackBesideTheWriter() async throws {
        let shop = try Shop.shared.get()
        let report = try await onAThreadOfItsOwn {
            var report = CutReport()
            for seed in Seeds.chosen(count: 80) {
                report.add(try PowerCuts(shop, seed: seed, copiesBeside: true).run(), seed: seed)
            }
            return report
        }
        #expect(report.wrong.isEmpty, "\(report.text)")
    }

    @Test func aSeedReplays() async throws {
        let shop = try Shop.shared.get()
        let courses = try await onAThreadOfItsOwn {
            try (1...8 as ClosedRange<UInt64>).map { seed in
                try [PowerCuts(shop, seed: seed).run().course, PowerCuts(shop, seed: seed).run().course]
            }
        }
        for course in courses { #expect(course[0] == course[1]) }
    }
}

private func cuts(_ shop: Shop, _ seeds: [UInt64]) async throws -> CutReport {
    try await onAThreadOfItsOwn {
        var report = CutReport()
        for seed in seeds { report.add(try PowerCuts(shop, seed: seed).run(), seed: seed) }
        return report
    }
}

private func whatIsWrong(with disk: FaultDisk) throws -> [String] {
    try withExtendedLifetime(disk) {
        let store = try Shop.open(disk, at: Timestamp(milliseconds: 0))
        let wrong = try store.readHere { try $0.damage() }
        _ = try store.writeAndWait { try $0.createContact("Ops", enabled: true, addresses: [], tenantID: 1, now: Timestamp(milliseconds: 0)) }
        try store.close()
        return wrong
    }
}

/// What came of the cuts of some seeds.
struct CutReport: Sendable {
    var cuts = 0
    var whileStarting = 0
    /// How much was written in each life: the same for the same seed.
    var course: [Int] = []
    var wrong: [(seed: UInt64, what: [String])] = []

    init() {}

    init(_ parts: [CutReport]) {
        cuts = parts.map(\.cuts).reduce(0, +)
        whileStarting = parts.map(\.whileStarting).reduce(0, +)
        wrong = parts.flatMap(\.wrong)
    }

    mutating func add(_ other: CutReport, seed: UInt64) {
        cuts += other.cuts
        whileStarting += other.whileStarting
        let what = other.wrong.flatMap(\.what)
        if !what.isEmpty { wrong.append((seed, what)) }
    }

    var text: String {
        wrong.prefix(5).map { "STOCKD_TEST_SEED=\($0.seed): \($0.what.prefix(12).joined(separator: "\n    "))" }
            .joined(separator: "\n")
    }
}
