import FoundationEssentials
import StockDomain
import StockWire

extension Wire.Summary {
    /// The one place where a summary takes the shape that `summary.get` answers and webhooks carry.
    package init(_ summary: Summary, tenant: String) {
        self.init(
            tenant: tenant, day: summary.day.description, at: Wire.Time(milliseconds: summary.at.milliseconds),
            counts: Wire.SummaryCounts(summary.counts),
            before: summary.before.map {
                Wire.EarlierSummary(day: $0.day.description, counts: Wire.SummaryCounts($0.counts))
            }, opened: summary.opened, resolved: summary.resolved, mostUrgent: summary.urgent.map(Wire.UrgentLevel.init))
    }
}

extension Wire.SummaryCounts {
    fileprivate init(_ counts: Summary.Counts) {
        self.init(
            healthy: counts.healthy, low: counts.low, critical: counts.critical, out: counts.out,
            untracked: counts.untracked, stale: counts.stale)
    }
}

extension Wire.UrgentLevel {
    fileprivate init(_ item: Summary.Urgent) {
        self.init(
            sku: item.sku, productName: item.productName, category: item.category, location: item.location,
            severity: Wire.Severity(rawValue: item.severity.name) ?? .low, onHand: item.onHand.decimal,
            velocityPerDay: Wire.rounded(item.rate?.unitsPerDay.approximate),
            daysUntilStockout: Wire.rounded(item.daysUntilStockout), price: item.price.map(Wire.Money.init),
            atRiskPerDay: item.atRiskPerDay.map(Wire.Money.init))
    }
}

extension Wire.Money {
    init(_ money: Money) { self.init(amount: money.amount, currency: money.currency) }
}
