/// Where a threshold setting stands, most specific first: the order in which settings win.
package enum ThresholdScope: Int, CaseIterable, Comparable, Sendable {
    case productAtLocation = 0, product, source, categoryAtLocation, category, location, tenant, configuration

    package static func < (a: ThresholdScope, b: ThresholdScope) -> Bool { a.rawValue < b.rawValue }

    /// As on the wire, in `threshold_origin`.
    package var name: String {
        switch self {
        case .productAtLocation: "product_location"
        case .product: "product"
        case .source: "source"
        case .categoryAtLocation: "category_location"
        case .category: "category"
        case .location: "location"
        case .tenant: "tenant"
        case .configuration: "configuration"
        }
    }
}

/// What one setting says; what it leaves nil is left to the less specific ones.
package struct ThresholdSetting: Hashable, Sendable {
    package var scope: ThresholdScope
    package var low: ThresholdSpec?
    package var critical: ThresholdSpec?
    /// Switches alerts on or off.
    package var enabled: Bool?
    /// Alerts only for what sold within the last so many days.
    package var requireSalesDays: Int?

    package init(
        scope: ThresholdScope, low: ThresholdSpec? = nil, critical: ThresholdSpec? = nil, enabled: Bool? = nil,
        requireSalesDays: Int? = nil
    ) {
        self.scope = scope
        self.low = low
        self.critical = critical
        self.enabled = enabled
        self.requireSalesDays = requireSalesDays
    }
}

/// The configuration's thresholds: the last word where no setting can be evaluated.
package struct ThresholdDefaults: Hashable, Sendable {
    package var low: ThresholdSpec
    package var critical: ThresholdSpec
    package var lowWithoutPar: Quantity
    package var criticalWithoutPar: Quantity

    package init(
        low: ThresholdSpec = .percentOfPar(Quantity(20)), critical: ThresholdSpec = .percentOfPar(Quantity(5)),
        lowWithoutPar: Quantity = Quantity(5), criticalWithoutPar: Quantity = Quantity(1)
    ) {
        self.low = low
        self.critical = critical
        self.lowWithoutPar = lowWithoutPar
        self.criticalWithoutPar = criticalWithoutPar
    }
}

extension ThresholdDefaults: LosslessStringConvertible {
    /// `20% 5% 5 1`: what levels were settled by is kept so.
    package var description: String { "\(low) \(critical) \(lowWithoutPar) \(criticalWithoutPar)" }

    package init?(_ description: String) {
        let parts = description.split(separator: " ").map(String.init)
        guard parts.count == 4, let low = ThresholdSpec(parts[0]), let critical = ThresholdSpec(parts[1]),
            let lowWithoutPar = Quantity(parts[2]), let criticalWithoutPar = Quantity(parts[3])
        else { return nil }
        self.init(low: low, critical: critical, lowWithoutPar: lowWithoutPar, criticalWithoutPar: criticalWithoutPar)
    }
}

/// A threshold, what it evaluated to, and which setting decided.
package struct Thresholds: Hashable, Sendable {
    package var low: Quantity
    package var critical: Quantity
    package var lowOrigin: ThresholdScope
    package var criticalOrigin: ThresholdScope
    package var enabled: Bool
    package var requireSalesDays: Int?
    /// Whether a change of the rate of sale can change the result.
    package var dependsOnRate: Bool

    package init(
        low: Quantity, critical: Quantity, lowOrigin: ThresholdScope, criticalOrigin: ThresholdScope, enabled: Bool,
        requireSalesDays: Int?, dependsOnRate: Bool
    ) {
        self.low = low
        self.critical = critical
        self.lowOrigin = lowOrigin
        self.criticalOrigin = criticalOrigin
        self.enabled = enabled
        self.requireSalesDays = requireSalesDays
        self.dependsOnRate = dependsOnRate
    }

    /// Each member is decided by the most specific setting that gives one which can be evaluated; the
    /// configuration's come last, and its quantities where there is no par level.
    package static func resolve(
        _ settings: [ThresholdSetting], par: Quantity?, rate: SaleRate?, defaults: ThresholdDefaults
    ) -> Thresholds {
        let ordered = settings.sorted { $0.scope < $1.scope }
        var dependsOnRate = false
        func decide(
            _ member: (ThresholdSetting) -> ThresholdSpec?, _ fallback: ThresholdSpec, _ withoutPar: Quantity
        ) -> (Quantity, ThresholdScope) {
            for setting in ordered {
                guard let spec = member(setting) else { continue }
                if spec.dependsOnRate { dependsOnRate = true }
                if let quantity = spec.quantity(par: par, rate: rate) { return (quantity, setting.scope) }
            }
            if fallback.dependsOnRate { dependsOnRate = true }
            return (fallback.quantity(par: par, rate: rate) ?? withoutPar, .configuration)
        }
        let (low, lowOrigin) = decide(\.low, defaults.low, defaults.lowWithoutPar)
        let (critical, criticalOrigin) = decide(\.critical, defaults.critical, defaults.criticalWithoutPar)
        return Thresholds(
            low: low, critical: critical, lowOrigin: lowOrigin, criticalOrigin: criticalOrigin,
            enabled: ordered.lazy.compactMap(\.enabled).first ?? true,
            requireSalesDays: ordered.lazy.compactMap(\.requireSalesDays).first,
            dependsOnRate: dependsOnRate)
    }

    package func severity(onHand: Quantity) -> Severity { Severity(onHand: onHand, low: low, critical: critical) }

    /// The quantity at or below which `severity` begins, and whose setting that is. `out` begins at nothing, which no
    /// setting moves: there it is the quantity below which the product began to be short.
    package func boundary(of severity: Severity) -> (quantity: Quantity, origin: ThresholdScope)? {
        switch severity {
        case .healthy: nil
        case .critical: (critical, criticalOrigin)
        case .low, .out: (low, lowOrigin)
        }
    }
}
