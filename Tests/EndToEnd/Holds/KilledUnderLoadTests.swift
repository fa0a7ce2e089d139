import Foundation
import StockClient
import StockTestSupport
import StockWire
import Synchronization
import Testing

/// `kill -9` in the middle of a sale, again and again, on one database.
@Suite(.timeLimit(.minutes(10))) struct KilledUnderLoadTests {
    private static let clients = 4

    private let daemon: RunningDaemon

    init() async throws {
        daemon = try RunningDaemon()
        try daemon.configure("alerts: {low_without_par: 0, critical_without_par: 0}\ndelivery: {mode: log}\n")
        try await daemon.start()
    }

    @Test func whatWasAnsweredBeforeAKillIsThereAfterIt() async throws {
        let books = HoldBooks(stock: try await openShop())
        var standing: [Int64] = [], floor: Int64 = 0
        for seed in Seeds.chosen(count: 200) {
            let deeds = try await load(seed, holds: standing)
            try await daemon.stop(SIGKILL)
            if seed % 40 == 1 { try checkCopy(books) }
            try await daemon.start()
            let socket = daemon.socket, from = floor, earlier = standing
            standing = try await onThread {
                let client = try Client(socketPath: socket)
                let seen = try Self.holds(from: from, client)
                books.judge(deeds, against: seen)
                let old = earlier.filter { books.facts[$0]?.state == .held }
                let repeated = Self.repeatSome(deeds, cancelling: old, client, books)
                let seenAgain = try Self.holds(of: repeated, client)
                books.judge(repeated, against: seenAgain)
                let all = Set((seen + seenAgain).map(\.id))
                books.judge(try client.call(StockList.self, StockList.Params()).levels, standing: all)
                return all.subtracting(earlier).filter { [.held, .expired].contains(books.facts[$0]?.state) }.sorted()
            }
            floor = standing.first ?? floor
            try #require(books.problems == [], "seed \(seed)")
        }
        try await daemon.stop(SIGKILL)
        try checkFile(daemon.directory + "/stock.db", books)
        #expect(books.problems == [])
    }

    private func openShop() async throws -> [String: Int] {
        let socket = daemon.socket
        return try await onThread {
            let client = try Client(socketPath: socket)
            let location = HoldDeed.Request.location
            _ = try client.call(LocationCreate.self, LocationCreate.Params(name: location))
            for sku in HoldShopper.skus {
                _ = try client.call(
                    ProductCreate.self, ProductCreate.Params(sku: sku, name: sku, location: location, initialQuantity: 20))
            }
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            _ = try client.call(
                SaleCreate.self,
                SaleCreate.Params(
                    name: HoldShopper.sale, startsAt: Wire.Time(milliseconds: now - 60_000),
                    endsAt: Wire.Time(milliseconds: now + 86_400_000),
                    lines: [
                        Wire.LineToSell(
                            sku: HoldShopper.deal, location: location, quantity: 1_000_000, limitPerCustomer: 3)
                    ]))
            return Dictionary(uniqueKeysWithValues: HoldShopper.skus.map { ($0, 20) })
        }
    }

    /// Kills the daemon at some answer. Returns what the clients asked for.
    private func load(_ seed: UInt64, holds: [Int64]) async throws -> [HoldDeed] {
        var random = SeededGenerator(seed: seed)
        let pid = try #require(daemon.pid), socket = daemon.socket
        let last = Int.random(in: 1...300, using: &random)
        let answers = Countdown(last) { kill(pid, SIGKILL) }
        return try await withThrowingTaskGroup(of: [HoldDeed].self) { group in
            for number in 0..<Self.clients {
                let shopper = random.next()
                group.addTask {
                    try await onThread {
                        var client = HoldShopper(round: seed, number: number, seed: shopper, holds: holds)
                        client.run(socket: socket) { answers.next() }
                        return client.deeds
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// What was not answered is asked for again, where that is safe: with the key it had, or because it says itself what
    /// it is about. What was answered and had a key gets the same answer, to the letter. Returns what was done anew.
    private static func repeatSome(
        _ deeds: [HoldDeed], cancelling: [Int64], _ client: Client, _ books: HoldBooks
    ) -> [HoldDeed] {
        var again = deeds.filter { deed in
            guard deed.isUnanswered else { return false }
            if case .place = deed.request { return deed.key != nil }
            return true
        }
        again += cancelling.map { HoldDeed(request: .cancel(hold: $0)) }
        again.carryOut(client)
        for deed in again where deed.isUnanswered { books.note("\(deed.request) was not answered again") }

        let known = deeds.filter { $0.isDone && $0.key != nil }.prefix(20)
        var same = known.map { HoldDeed(request: $0.request, key: $0.key) }
        same.carryOut(client)
        for (first, second) in zip(known, same) {
            if first.text != second.text { books.note("\(first.request) was answered \(first.text), and again \(second.text)") }
        }
        return again
    }

    /// All from `floor` on.
    private static func holds(from floor: Int64, _ client: Client) throws -> [Wire.Hold] {
        var holds: [Wire.Hold] = [], cursor: String?
        repeat {
            let page = try client.call(HoldList.self, HoldList.Params(limit: 100, cursor: cursor))
            holds += page.holds.filter { $0.id >= floor }
            cursor = page.holds.last.map { $0.id >= floor } == true ? page.nextCursor : nil
        } while cursor != nil
        return holds
    }

    /// Those that deeds are about.
    private static func holds(of deeds: [HoldDeed], _ client: Client) throws -> [Wire.Hold] {
        var holds: [Int64: Wire.Hold] = [:]
        for deed in deeds {
            switch deed.request {
            case .place(let order, _, _, _, _):
                for hold in try client.call(HoldList.self, HoldList.Params(orderRef: order)).holds { holds[hold.id] = hold }
            case .confirm(let id, _), .cancel(let id):
                if holds[id] == nil { holds[id] = try client.call(HoldGet.self, HoldGet.Params(id: id)).hold }
            case .receive: break
            }
        }
        return Array(holds.values)
    }

    /// As the kill left it: SQLite alone has to make it whole.
    private func checkCopy(_ books: HoldBooks) throws {
        let copy = daemon.directory + "/copy.db"
        for suffix in ["", "-wal"] {
            try? FileManager.default.removeItem(atPath: copy + suffix)
            try FileManager.default.copyItem(atPath: daemon.directory + "/stock.db" + suffix, toPath: copy + suffix)
        }
        for problem in try DatabaseFile.damage(copy) + DatabaseFile.rows(copy, HoldInvariants.sql).map({ $0[0] }) {
            books.note(problem)
        }
    }

    /// Every hold of all rounds, and all the sums.
    private func checkFile(_ path: String, _ books: HoldBooks) throws {
        for problem in try DatabaseFile.damage(path) + DatabaseFile.rows(path, HoldInvariants.sql).map({ $0[0] }) {
            books.note(problem)
        }
        let rows = try DatabaseFile.rows(path, "SELECT id, state, payment_ref FROM hold")
        if rows.count != books.facts.count { books.note("\(rows.count) holds are there, not \(books.facts.count)") }
        for row in rows {
            guard let fact = Int64(row[0]).flatMap({ books.facts[$0] }) else {
                books.note("nobody knows hold \(row[0])")
                continue
            }
            // Those held for a second only have expired since.
            let isOver = fact.state == .held && fact.lines[HoldShopper.brief] != nil && row[1] == "expired"
            if !isOver, row[1] != fact.state.rawValue || row[2] != fact.payment ?? "" {
                books.note("hold \(row[0]) is \(row[1]), not \(fact.state.rawValue)")
            }
        }
        let refusals = try DatabaseFile.rows(path, "SELECT COUNT(*) FROM refused_payment")[0][0]
        let known = books.facts.values.reduce(0) { $0 + $1.refused.count }
        if Int(refusals) != known { books.note("\(refusals) payments were refused, not \(known)") }
    }
}

/// Calls `end` at the last of so many calls of `next`.
private final class Countdown: Sendable {
    private let left: Atomic<Int>
    private let end: @Sendable () -> Void

    init(_ count: Int, _ end: @escaping @Sendable () -> Void) {
        left = Atomic(count)
        self.end = end
    }

    func next() { if left.subtract(1, ordering: .relaxed).newValue == 0 { end() } }
}
