import StockDomain
@testable import StockStore
import StockTestSupport

/// A database that goes through several lives, each of which ends when the power goes. All that happens follows from
/// the seed.
final class PowerCuts {
    private static let lives = 8

    private let shop: Shop
    private let ignoresSyncs: Bool
    private let copiesBeside: Bool
    private var disk: FaultDisk
    private var random: SeededGenerator
    private var promises: Promises
    private var acts = Acts()
    private var report = CutReport()

    init(_ shop: Shop, seed: UInt64, ignoresSyncs: Bool = false, copiesBeside: Bool = false) throws {
        self.copiesBeside = copiesBeside
        self.shop = shop
        disk = try shop.disk.afterKill()
        self.ignoresSyncs = ignoresSyncs
        random = SeededGenerator(seed: seed)
        promises = Promises(shop)
    }

    func run() throws -> CutReport {
        var store = try open()
        for life in 1...PowerCuts.lives {
            if ignoresSyncs { disk.ignoreSyncs() }
            disk.cut(at: instant())
            let answered = try live(&store)
            if !disk.isCut { disk.cut() }
            report.cuts += 1
            report.course.append(disk.changes)
            try store.close()
            try powerReturns()
            do {
                store = try open()
                let wrong = try promises.settle(answered, in: store)
                guard wrong.isEmpty else { return end(life, wrong, store) }
            } catch {
                return end(life, ["it does not come up again: \(error)"], store)
            }
        }
        try store.close()
        return report
    }

    private func end(_ life: Int, _ wrong: [String], _ store: Store) -> CutReport {
        try? store.close()
        report.wrong.append((0, wrong.map { "life \(life): \($0)" }))
        return report
    }

    /// Sometimes soon, in the middle of starting or of the first commit, sometimes late.
    private func instant() -> Int {
        Int.random(in: 1...[12, 60, 400].randomElement(using: &random)!, using: &random)
    }

    private func open() throws -> Store {
        let pages: Int32 = [1, 12, 60, 500].randomElement(using: &random)!
        return try shop.open(disk, checkpointEvery: pages, full: copiesBeside ? 6 * pages : 0)
    }

    /// Until the power goes, or for so many commits.
    private func live(_ store: inout Store) throws -> [Answered] {
        if Int.random(in: 0..<4, using: &random) == 0 {
            try store.close()
            do {
                store = try open()
            } catch where disk.isCut {
                return []
            }
        }
        var answered: [Answered] = []
        var commits = Int.random(in: 1...12, using: &random)
        if Int.random(in: 0..<3, using: &random) == 0 {
            // As long as somebody reads, the log is copied back in part and grows.
            let during = Int.random(in: 1...6, using: &random)
            do {
                try store.readHere { reader in
                    let before = try units(reader)
                    for _ in 0..<during where !disk.isCut { answered += commit(to: store) }
                    commits -= during
                    let after = try units(reader)
                    if before != after { report.wrong.append((0, ["a snapshot changed under its reader"])) }
                }
            } catch where disk.isCut {
                return answered
            }
        }
        while commits > 0, !disk.isCut {
            answered += commit(to: store)
            commits -= 1
        }
        if Int.random(in: 0..<4, using: &random) == 0 { try store.close() }
        return answered
    }

    private func units(_ reader: StoreReader) throws -> [Quantity?] { try shop.levels.map { try reader.level($0.key)?.onHand } }

    private func commit(to store: Store) -> [Answered] {
        let acts = acts.next(Int.random(in: 1...5, using: &random), in: shop, using: &random)
        return shop.perform(acts, on: store).map { answered in
            guard disk.isCut, answered.wasFailedByTheDisk else { return answered }
            // The power went before anybody was told.
            var unheard = answered
            unheard.outcome = .unknown
            return unheard
        }
    }

    /// Sometimes it goes again while the store starts.
    private func powerReturns() throws {
        disk = try disk.afterCut(seed: random.next())
        while Int.random(in: 0..<4, using: &random) == 0 {
            if ignoresSyncs { disk.ignoreSyncs() }
            disk.cut(at: Int.random(in: 1...8, using: &random))
            if let store = try? open() { try store.close() }
            if !disk.isCut { disk.cut() }
            report.cuts += 1
            report.whileStarting += 1
            disk = try disk.afterCut(seed: random.next())
        }
    }
}
