import Foundation
import StockClient
import StockTestSupport
import StockWire
import Synchronization
import Testing

/// Sixty-four buyers at the same moment, each on a connection of its own, for ten of a thing.
@Suite(.timeLimit(.minutes(3))) struct HotItemTests {
    private static let buyers = 64, races = 20

    private let daemon: RunningDaemon

    init() async throws {
        daemon = try RunningDaemon()
        try daemon.configure("alerts: {low_without_par: 0, critical_without_par: 0}\ndelivery: {mode: log}\n")
        try await daemon.start()
        try await call(LocationCreate.self, LocationCreate.Params(name: HoldDeed.Request.location))
    }

    @Test func theLastTenGoToTenOfThem() async throws {
        for race in 0..<Self.races {
            let sku = "hot-\(race)"
            try await stock(sku, 10)
            let deeds = try await buyOne(sku) { _ in nil }
            #expect(deeds.count(where: \.isDone) == 10)
            try expectRefused(deeds, by: ["insufficient_stock"])
            // What the winners were told remains: each number once, so nobody was counted twice.
            let remaining = deeds.compactMap { $0.hold?.lines[0].remaining }.sorted()
            #expect(remaining == (0..<10).map { Decimal($0) })
            let level = try await level(sku)
            #expect(level.onHand == 10 && level.held == 10)
        }
    }

    @Test func aSaleGivesNoMoreThanItHasAndNobodyMoreThanTheLimit() async throws {
        for race in 0..<Self.races {
            let sku = "hot-\(race)", sale = "sale-\(race)"
            try await stock(sku, 50)
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            let line = Wire.LineToSell(
                sku: sku, location: HoldDeed.Request.location, quantity: 10, limitPerCustomer: 2)
            try await call(
                SaleCreate.self,
                SaleCreate.Params(
                    name: sale, startsAt: Wire.Time(milliseconds: now - 60_000),
                    endsAt: Wire.Time(milliseconds: now + 3_600_000), lines: [line]))
            let deeds = try await buyOne(sku, sale: sale) { "customer-\($0 % 8)" }
            let bought = Dictionary(grouping: deeds.filter(\.isDone)) { $0.hold?.customer ?? "" }
            #expect(bought.values.reduce(0) { $0 + $1.count } == 10)
            #expect(bought.values.allSatisfy { $0.count <= 2 }, "\(bought.mapValues(\.count))")
            try expectRefused(deeds, by: ["insufficient_stock", "customer_limit"])
            let shown = try #require(try await call(SaleGet.self, SaleGet.Params(name: sale)).sale.lines.first)
            #expect(shown.held == 10 && shown.sold == 0 && shown.left == 0 && !shown.soldOut)
        }
    }

    /// Sixty-four payments for one hold: one of them pays, and all others are told to be refunded.
    @Test func oneOfManyPaymentsPays() async throws {
        try await stock("tea", 10)
        let place = HoldPlace.Params(
            sku: "tea", location: HoldDeed.Request.location, quantity: 4, orderRef: "order-1")
        let hold = try await call(HoldPlace.self, place).hold
        let deeds = try await ask { .confirm(hold: hold.id, payment: "pay-\($0 / 2)") }
        let paid = deeds.filter(\.isDone)
        // By the one payment that two clients reported.
        #expect(paid.count == 2 && Set(paid.map(\.request)).count == 1)
        #expect(paid.allSatisfy { $0.hold == paid[0].hold || $0.hold?.paymentRef == paid[0].hold?.paymentRef })
        #expect(deeds.compactMap(\.refusal).allSatisfy { $0.reason == "already_confirmed" && $0.details["refund"] == .bool(true) })
        let kept = try await call(HoldGet.self, HoldGet.Params(id: hold.id)).hold
        #expect(kept.refusedPayments.count == 31)
        let level = try await level("tea")
        #expect(level.onHand == 6 && level.held == 0)
    }

    private func expectRefused(_ deeds: [HoldDeed], by reasons: Set<String>) throws {
        let refusals = deeds.compactMap(\.refusal)
        #expect(refusals.count == Self.buyers - 10)
        #expect(Set(refusals.map { $0.reason ?? "" }).isSubset(of: reasons))
        #expect(refusals.allSatisfy { $0.code == .conflict && $0.details["available"] == .number(0) })
    }

    private func buyOne(
        _ sku: String, sale: String? = nil, customer: @escaping @Sendable (Int) -> String?
    ) async throws -> [HoldDeed] {
        try await ask { number in
            .place(order: "order-\(number)", lines: [sku: 1], sale: sale, customer: customer(number), seconds: 600)
        }
    }

    /// Each on a connection and thread of its own, once all are connected.
    private func ask(_ request: @escaping @Sendable (Int) -> HoldDeed.Request) async throws -> [HoldDeed] {
        let socket = daemon.socket, start = StartLine(Self.buyers)
        return try await withThrowingTaskGroup(of: HoldDeed.self) { group in
            for number in 0..<Self.buyers {
                group.addTask {
                    try await onThread {
                        let client = Result { try Client(socketPath: socket) }
                        start.wait()
                        var deeds = [HoldDeed(request: request(number))]
                        deeds.carryOut(try client.get())
                        return deeds[0]
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func stock(_ sku: String, _ quantity: Decimal) async throws {
        try await call(
            ProductCreate.self,
            ProductCreate.Params(sku: sku, name: sku, location: HoldDeed.Request.location, initialQuantity: quantity))
    }

    private func level(_ sku: String) async throws -> Wire.Level {
        try #require(try await call(StockGet.self, StockGet.Params(sku: sku)).level)
    }

    @discardableResult
    private func call<M: Method>(_ method: M.Type, _ params: M.Params) async throws -> M.Result {
        let socket = daemon.socket
        return try await onThread { try Client(socketPath: socket).call(method, params) }
    }
}

/// Where threads wait for each other.
private final class StartLine: Sendable {
    private let missing: Mutex<Int>
    private let go = DispatchSemaphore(value: 0)
    private let count: Int

    init(_ count: Int) {
        self.count = count
        missing = Mutex(count)
    }

    func wait() {
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        if isLast { for _ in 1..<count { go.signal() } } else { go.wait() }
    }
}
