/// How a tenant's stock stands on a day, as its daily summary tells it.
package struct Summary: Hashable, Sendable {
    /// How many stock levels are how.
    package struct Counts: Hashable, Sendable {
        package var healthy = 0
        package var low = 0
        package var critical = 0
        package var out = 0
        package var untracked = 0
        /// Among all the others: those whose counts are too old.
        package var stale = 0

        package init(
            healthy: Int = 0, low: Int = 0, critical: Int = 0, out: Int = 0, untracked: Int = 0, stale: Int = 0
        ) {
            self.healthy = healthy
            self.low = low
            self.critical = critical
            self.out = out
            self.untracked = untracked
            self.stale = stale
        }

        package var short: Int { low + critical + out }
        package var total: Int { healthy + short + untracked }

        package static func += (a: inout Counts, b: Counts) {
            a.healthy += b.healthy
            a.low += b.low
            a.critical += b.critical
            a.out += b.out
            a.untracked += b.untracked
            a.stale += b.stale
        }
    }

    /// The counts of an earlier day.
    package struct Earlier: Hashable, Sendable {
        package var day: Day
        package var counts: Counts

        package init(day: Day, counts: Counts) {
            self.day = day
            self.counts = counts
        }
    }

    /// A product that is short at a location.
    package struct Urgent: Hashable, Sendable {
        package var sku: String
        package var productName: String
        package var category: String?
        package var location: String
        package var severity: Severity
        package var onHand: Quantity
        /// nil: not known yet.
        package var rate: SaleRate?
        package var price: Money?

        package init(
            sku: String, productName: String, category: String?, location: String, severity: Severity, onHand: Quantity,
            rate: SaleRate?, price: Money?
        ) {
            self.sku = sku
            self.productName = productName
            self.category = category
            self.location = location
            self.severity = severity
            self.onHand = onHand
            self.rate = rate
            self.price = price
        }

        package var daysUntilStockout: Double? { rate?.daysUntilStockout(onHand: onHand) }

        /// What a day without it costs: rate of sale × price, in minor units rounded to the nearest. nil where either is
        /// not known.
        package var atRiskPerDay: Money? {
            guard let rate, let price else { return nil }
            let amount = (rate.unitsPerDay.approximate * Double(price.amount)).rounded()
            return Money(amount: Int64(min(amount, 9e15)), currency: price.currency)
        }
    }

    /// So many of the most urgent are told: more is a list to work through, which the command line has.
    package static let urgentLimit = 20

    /// Of the tenant's time zone.
    package var day: Day
    /// When it was counted.
    package var at: Timestamp
    package var counts: Counts
    /// The last day before with a summary; nil: there is none.
    package var before: Earlier?
    /// Alerts, in the 24 hours before `at`.
    package var opened: Int
    package var resolved: Int
    /// Those that cost most by the day first, those of which that is not known last; at most `urgentLimit`.
    package var urgent: [Urgent]

    package init(
        day: Day, at: Timestamp, counts: Counts, before: Earlier?, opened: Int, resolved: Int, urgent: [Urgent]
    ) {
        self.day = day
        self.at = at
        self.counts = counts
        self.before = before
        self.opened = opened
        self.resolved = resolved
        self.urgent = urgent
    }
}
