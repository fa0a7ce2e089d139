/// A threshold as a person writes it: `5` (a quantity), `20%` (of the par level) or `7d` (days of cover at the
/// current rate of sale).
package enum ThresholdSpec: Hashable, Sendable {
    case quantity(Quantity)
    case percentOfPar(Quantity)
    case daysOfCover(Quantity)

    /// `nil` for anything else, for negative numbers, and for more than 10,000 % or 3,650 days.
    package init?(_ text: String) {
        if text.hasSuffix("%"), let value = Quantity(text.dropLast()), value >= .zero, value <= Quantity(10_000) {
            self = .percentOfPar(value)
        } else if text.hasSuffix("d"), let value = Quantity(text.dropLast()), value >= .zero, value <= Quantity(3650) {
            self = .daysOfCover(value)
        } else if let value = Quantity(text), value >= .zero {
            self = .quantity(value)
        } else {
            return nil
        }
    }

    /// The quantity at or below which the threshold is met, rounded down to 1/100,000 of a unit; `nil` where it cannot
    /// be told: a share of a par level that is not set, days of cover of something whose rate of sale is not known.
    package func quantity(par: Quantity?, rate: SaleRate?) -> Quantity? {
        switch self {
        case .quantity(let quantity): return quantity
        case .percentOfPar(let percent): return par.map { Quantity.product($0, percent, over: 100) }
        case .daysOfCover(let days): return rate.map { Quantity.product($0.unitsPerDay, days, over: 1) }
        }
    }

    package var dependsOnRate: Bool {
        if case .daysOfCover = self { true } else { false }
    }
}

extension ThresholdSpec: CustomStringConvertible {
    package var description: String {
        switch self {
        case .quantity(let quantity): "\(quantity)"
        case .percentOfPar(let percent): "\(percent)%"
        case .daysOfCover(let days): "\(days)d"
        }
    }
}

extension Quantity {
    /// `a · b / divisor`, rounded down, held to `limit`. For non-negative values.
    static func product(_ a: Quantity, _ b: Quantity, over divisor: Int64) -> Quantity {
        guard a > .zero, b > .zero else { return .zero }
        let wide = a.scaled.multipliedFullWidth(by: b.scaled)
        let by = scale * divisor
        guard wide.high < by / 2 else { return limit }
        return min(Quantity(scaled: by.dividingFullWidth(wide).quotient), limit)
    }
}
