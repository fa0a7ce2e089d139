/// Units sold per day in stock over the last 28 days: the plain rate of sale. Days without stock say nothing about
/// demand and are left out (the censored-demand correction of Silver, Pyke & Thomas, "Inventory and Production
/// Management in Supply Chains", 4th ed. 2017, in its simplest form).
package struct SaleRate: Hashable, Sendable {
    package static let window = Duration.days(28)

    /// Never negative.
    package var unitsPerDay: Quantity

    package init(unitsPerDay: Quantity) { self.unitsPerDay = max(unitsPerDay, .zero) }

    /// - Parameters:
    ///   - sold: net units sold in the window (returns subtracted).
    ///   - known: since when the product is known to be for sale there.
    ///   - outages: when it was out of stock. May overlap the window's edges, not each other.
    /// - Returns: nil where it was not in stock for at least one day of the window: too little to tell.
    package init?(sold: Quantity, known: Timestamp, outages: [Range<Timestamp>], now: Timestamp) {
        let start = max(now - SaleRate.window, known)
        var inStock = (now - start).milliseconds
        for outage in outages {
            let overlap = min(outage.upperBound, now) - max(outage.lowerBound, start)
            inStock -= max(0, overlap.milliseconds)
        }
        guard inStock >= Duration.days(1).milliseconds else { return nil }
        let perDay = Double(sold.scaled) * Double(Duration.days(1).milliseconds) / Double(inStock)
        self.init(unitsPerDay: Quantity(scaled: Int64(min(max(perDay, 0), Double(Quantity.limit.scaled)).rounded())))
    }

    /// How long `onHand` lasts at this rate, in days; nil where nothing sells.
    package func daysUntilStockout(onHand: Quantity) -> Double? {
        if onHand <= .zero { return 0 }
        guard unitsPerDay > .zero else { return nil }
        return onHand.approximate / unitsPerDay.approximate
    }
}
