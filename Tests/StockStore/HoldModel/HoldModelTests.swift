import StockDomain
import StockTestSupport
import Testing

/// The store against a model that keeps no sums, over made-up days in small shops.
@Suite(.timeLimit(.minutes(10))) struct HoldModelTests {
    private static let steps = 150, parts = 8

    /// In parts, so that several run at a time.
    @Test(arguments: 0..<parts) func theStoreDoesWhatTheModelDoesAfterEveryStep(part: Int) throws {
        let template = try HoldSimulation.Template()
        for seed in Seeds.chosen(count: 240) where seed % UInt64(Self.parts) == UInt64(part) {
            let steps = HoldScript.steps(seed: seed, count: Self.steps)
            guard let failure = try HoldSimulation.failure(of: steps, on: template) else { continue }
            let reached = Array(steps[...failure.index])
            let fewest = try minimised(reached) { try HoldSimulation.failure(of: $0, on: template) != nil }
            let last = try HoldSimulation.failure(of: fewest, on: template) ?? failure
            Issue.record("\(Self.report(seed, fewest, last))")
            return
        }
    }

    private static func report(_ seed: UInt64, _ steps: [HoldStep], _ failure: HoldFailure) -> String {
        let list = steps.enumerated().map { "  \($0 + 1). \($1)" }.joined(separator: "\n")
        return "seed \(seed) comes down to \(steps.count) steps:\n\(list)\nat step \(failure.index + 1): \(failure)"
    }

    /// A day that comes out differently each time cannot be looked into.
    @Test func aSeedMakesTheSameDayEachTime() {
        #expect(HoldScript.steps(seed: 7, count: 200) == HoldScript.steps(seed: 7, count: 200))
        #expect(HoldScript.steps(seed: 7, count: 200) != HoldScript.steps(seed: 8, count: 200))
    }

    /// What is never made up is never tried.
    @Test func theDaysHaveAllOutcomesInThem() {
        var reasons: Set<String> = []
        for seed in 0..<100 {
            var model = HoldModel()
            for step in HoldScript.steps(seed: UInt64(seed), count: Self.steps) {
                switch (step, model.apply(step)) {
                case (_, .refused(let reason, _, _)): reasons.insert(reason)
                case (_, .refund(let refund)): reasons.insert("refund: \(refund.reason.rawValue)")
                case (.confirm, .hold(let hold)):
                    reasons.insert(hold.late ? hold.expiredAt == nil ? "late" : "late and retaken" : "paid")
                    if hold.expiredAt != nil, hold.sale != nil { reasons.insert("retaken in a sale") }
                case (.extend, .hold(let hold)): reasons.insert(hold.atRisk ? "extended at risk" : "extended")
                case (.expire, .expired(let count)): reasons.insert(count > 3 ? "many expired" : "few expired")
                case (_, .conflict(let reason)), (_, .invalid(let reason)): reasons.insert(reason)
                default: break
                }
            }
        }
        #expect(reasons.isSuperset(of: [
            "insufficient_stock", "customer_limit", "not_tracked", "product_retired", "sale_not_started", "sale_ended",
            "hold_not_held", "refund: insufficient_stock", "refund: customer_limit", "refund: already_confirmed",
            "refund: hold_cancelled", "paid", "late", "late and retaken", "retaken in a sale", "extended", "extended at risk",
            "many expired", "few expired", "exists", "retired", "customer", "sku", "ends_at",
        ]))
    }

    @Test(arguments: 0..<50) func ofAFailureOnlyWhatItNeedsIsLeft(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let elements = (0..<200).map { _ in Int.random(in: 0..<1000, using: &random) }
        // Three that fail only together, as an order that is placed, expires and is paid for.
        let culprits = Array(Set([20, 90, 150].map { elements[$0 + Int(seed)] }))
        func fails(_ list: [Int]) -> Bool { culprits.allSatisfy(list.contains) }
        let fewest = minimised(elements, while: fails)
        #expect(fails(fewest) && fewest.count == culprits.count)
    }
}
