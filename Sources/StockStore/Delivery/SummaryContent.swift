import Foundation
import StockDomain

/// A summary as `summary_day.content` keeps it, so that it says the same on every attempt and whenever it is looked up.
/// A later version may add members that are optional; none is ever renamed or removed.
struct SummaryContent: Codable {
    struct Counts: Codable {
        var healthy, low, critical, out, untracked, stale: Int
    }

    struct Earlier: Codable {
        var day: Int64
        var counts: Counts
    }

    /// Quantities in 1/100,000 of a unit, the price in minor units.
    struct Urgent: Codable {
        var sku, name: String
        var category: String?
        var location, severity: String
        var onHand: Int64
        var rate, price: Int64?
        var currency: String?
    }

    var day, at: Int64
    var counts: Counts
    var before: Earlier?
    var opened, resolved: Int
    var urgent: [Urgent]

    /// Throws where it is no such thing, which only damage can do.
    static func read(_ json: String) throws -> Summary {
        do {
            return try JSONDecoder().decode(SummaryContent.self, from: Data(json.utf8)).summary
        } catch {
            throw StoreError(.internal, "a stored summary cannot be read: \(error)")
        }
    }

    static func write(_ summary: Summary) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(SummaryContent(summary)), as: UTF8.self)
    }

    private init(_ summary: Summary) {
        day = Int64(summary.day.number)
        at = summary.at.milliseconds
        counts = Counts(summary.counts)
        before = summary.before.map { Earlier(day: Int64($0.day.number), counts: Counts($0.counts)) }
        opened = summary.opened
        resolved = summary.resolved
        urgent = summary.urgent.map { item in
            Urgent(
                sku: item.sku, name: item.productName, category: item.category, location: item.location,
                severity: item.severity.name, onHand: item.onHand.scaled, rate: item.rate?.unitsPerDay.scaled,
                price: item.price?.amount, currency: item.price?.currency)
        }
    }

    private var summary: Summary {
        Summary(
            day: Day(day), at: Timestamp(milliseconds: at), counts: counts.domain,
            before: before.map { Summary.Earlier(day: Day($0.day), counts: $0.counts.domain) }, opened: opened,
            resolved: resolved,
            urgent: urgent.map { item in
                Summary.Urgent(
                    sku: item.sku, productName: item.name, category: item.category, location: item.location,
                    severity: Severity(name: item.severity) ?? .low, onHand: Quantity(scaled: item.onHand),
                    rate: item.rate.map { SaleRate(unitsPerDay: Quantity(scaled: $0)) },
                    price: item.price.flatMap { price in item.currency.map { Money(amount: price, currency: $0) } })
            })
    }
}

extension SummaryContent.Counts {
    fileprivate init(_ counts: Summary.Counts) {
        self.init(
            healthy: counts.healthy, low: counts.low, critical: counts.critical, out: counts.out,
            untracked: counts.untracked, stale: counts.stale)
    }

    fileprivate var domain: Summary.Counts {
        Summary.Counts(healthy: healthy, low: low, critical: critical, out: out, untracked: untracked, stale: stale)
    }
}
