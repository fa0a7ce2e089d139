import StockDomain
import StockTestSupport
import Testing

@Suite struct ThresholdTests {
    @Test(arguments: ["5", "20%", "7d", "0", "2.5%", "0.5", "1.25d"])
    func readsAndPrintsWhatAPersonWrites(text: String) throws {
        #expect(try #require(ThresholdSpec(text)).description == text)
    }

    @Test(arguments: ["", "-1", "%", "d", "5 %", "20%%", "7days", "1e3", "10001%", "3651d", "abc", "-5%"])
    func refusesEverythingElse(text: String) {
        #expect(ThresholdSpec(text) == nil)
    }

    @Test func evaluatesSharesAndDaysExactly() {
        let rate = SaleRate(unitsPerDay: Quantity("2.5")!)
        #expect(ThresholdSpec("20%")?.quantity(par: Quantity(12), rate: nil) == Quantity("2.4"))
        #expect(ThresholdSpec("33%")?.quantity(par: Quantity("0.00001"), rate: nil) == .zero)
        #expect(ThresholdSpec("7d")?.quantity(par: nil, rate: rate) == Quantity("17.5"))
        #expect(ThresholdSpec("20%")?.quantity(par: nil, rate: rate) == nil)
        #expect(ThresholdSpec("7d")?.quantity(par: Quantity(12), rate: nil) == nil)
        #expect(ThresholdSpec("10000%")?.quantity(par: .limit, rate: nil) == .limit)
    }

    @Test func aSettingThatCannotBeEvaluatedLeavesItToTheNext() {
        let settings = [
            ThresholdSetting(scope: .product, low: ThresholdSpec("7d")),
            ThresholdSetting(scope: .category, low: ThresholdSpec("30%")),
            ThresholdSetting(scope: .tenant, low: ThresholdSpec("9")),
        ]
        let none = Thresholds.resolve(settings, par: nil, rate: nil, defaults: ThresholdDefaults())
        #expect(none.low == Quantity(9) && none.lowOrigin == .tenant && none.dependsOnRate)
        let par = Thresholds.resolve(settings, par: Quantity(10), rate: nil, defaults: ThresholdDefaults())
        #expect(par.low == Quantity(3) && par.lowOrigin == .category)
        let rate = Thresholds.resolve(
            settings, par: Quantity(10), rate: SaleRate(unitsPerDay: Quantity(2)), defaults: ThresholdDefaults())
        #expect(rate.low == Quantity(14) && rate.lowOrigin == .product)
        let bare = Thresholds.resolve([], par: nil, rate: nil, defaults: ThresholdDefaults())
        #expect(bare.low == Quantity(5) && bare.critical == Quantity(1) && bare.lowOrigin == .configuration)
    }

    @Test func theSourcesOwnThresholdStandsBetweenProductAndCategory() {
        for scope in ThresholdScope.allCases where scope != .source && scope != .configuration {
            let settings = [
                ThresholdSetting(scope: .source, low: .quantity(Quantity(4))),
                ThresholdSetting(scope: scope, low: .quantity(Quantity(8))),
            ]
            let resolved = Thresholds.resolve(settings, par: nil, rate: nil, defaults: ThresholdDefaults())
            #expect(resolved.lowOrigin == min(scope, .source))
        }
    }

    @Test func membersAreDecidedEachByItself() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let settings = ThresholdScope.allCases.filter { _ in Bool.random(using: &random) }.map { scope in
                ThresholdSetting(
                    scope: scope, low: Bool.random(using: &random) ? .quantity(Quantity(scope.rawValue + 10)) : nil,
                    critical: Bool.random(using: &random) ? .quantity(Quantity(scope.rawValue)) : nil,
                    enabled: Bool.random(using: &random) ? Bool.random(using: &random) : nil)
            }
            let resolved = Thresholds.resolve(settings.shuffled(using: &random), par: nil, rate: nil, defaults: ThresholdDefaults())
            #expect(resolved.lowOrigin == settings.filter { $0.low != nil }.map(\.scope).min() ?? .configuration)
            #expect(resolved.criticalOrigin == settings.filter { $0.critical != nil }.map(\.scope).min() ?? .configuration)
            #expect(resolved.enabled == settings.first { $0.enabled != nil }?.enabled ?? true)
        }
    }

    @Test(arguments: [
        ("0", Severity.out), ("-3", .out), ("0.00001", .critical), ("1", .critical), ("1.00001", .low), ("5", .low),
        ("5.00001", .healthy),
    ])
    func severityGoesByWhatIsOnHand(onHand: String, severity: Severity) throws {
        let thresholds = Thresholds.resolve([], par: nil, rate: nil, defaults: ThresholdDefaults())
        #expect(thresholds.severity(onHand: try #require(Quantity(onHand))) == severity)
    }
}
