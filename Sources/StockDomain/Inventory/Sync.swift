import FoundationEssentials

// What a point-of-sale system tells, in our terms. Ids are the source's own; texts are already mended
// (`Text.mended`), quantities exact.

package struct SourceLocation: Hashable, Sendable {
    package var externalID: String
    package var name: String
    /// IANA name, e.g. `America/New_York`.
    package var timeZone: String
    package var active: Bool

    package init(externalID: String, name: String, timeZone: String, active: Bool = true) {
        self.externalID = externalID
        self.name = name
        self.timeZone = timeZone
        self.active = active
    }
}

package struct SourceProduct: Hashable, Sendable {
    /// What a source says of one location where it differs from the product as a whole.
    package struct Override: Hashable, Sendable {
        package var locationID: String
        package var tracked: Bool?
        /// The source's own low-stock threshold there.
        package var alertThreshold: Quantity?
        /// The shop took it off sale there: while this is set the level counts as 0, whatever is counted, and the
        /// counts that arrive meanwhile hold again once it is cleared.
        package var soldOut: Bool

        package init(
            locationID: String, tracked: Bool? = nil, alertThreshold: Quantity? = nil, soldOut: Bool = false
        ) {
            self.locationID = locationID
            self.tracked = tracked
            self.alertThreshold = alertThreshold
            self.soldOut = soldOut
        }
    }

    package var externalID: String
    /// Empty SKUs are not allowed here: a source that has none makes one of its id.
    package var sku: String
    package var name: String
    package var category: String?
    package var price: Money?
    package var tracked: Bool
    package var alertThreshold: Quantity?
    package var overrides: [Override]
    /// It has no stock of its own: its level follows from another product's. The source converts; the store keeps
    /// this to answer `SyncSink.conversions(from:)`.
    package var conversion: StockConversion?
    /// Deleted at the source: retire it.
    package var deleted: Bool

    package init(
        externalID: String, sku: String, name: String, category: String? = nil, price: Money? = nil,
        tracked: Bool = true, alertThreshold: Quantity? = nil, overrides: [Override] = [],
        conversion: StockConversion? = nil, deleted: Bool = false
    ) {
        self.externalID = externalID
        self.sku = sku
        self.name = name
        self.category = category
        self.price = price
        self.tracked = tracked
        self.alertThreshold = alertThreshold
        self.overrides = overrides
        self.conversion = conversion
        self.deleted = deleted
    }
}

/// A product that is sold in another unit than it is stocked in: a glass of a bottle.
package struct StockConversion: Hashable, Sendable {
    /// External id of the product that is stocked and counted.
    package var stockedID: String
    /// `stocked` units of that product are `sold` units of this one; both greater than zero.
    package var stocked: Quantity
    package var sold: Quantity

    /// `nil` unless both quantities are greater than zero.
    package init?(stockedID: String, stocked: Quantity, sold: Quantity) {
        guard stocked > .zero, sold > .zero else { return nil }
        self.stockedID = stockedID
        self.stocked = stocked
        self.sold = sold
    }

    /// Units for sale that a count of the stocked product makes: `count × sold ÷ stocked`, rounded down to the
    /// fifth place, so that nothing is promised that is not there. `nil` beyond `Quantity.limit`.
    ///
    /// Source: Square, "Enable stock conversion": with one bottle to five glasses, the sellable count is the stocked
    /// count times `nonstockable_quantity / stockable_quantity`.
    package func convert(_ count: Quantity) -> Quantity? {
        let product = Int128(count.scaled) * Int128(sold.scaled)
        let (whole, remainder) = product.quotientAndRemainder(dividingBy: Int128(stocked.scaled))
        let quotient = remainder < 0 ? whole - 1 : whole
        guard quotient.magnitude <= Quantity.limit.scaled.magnitude else { return nil }
        return Quantity(scaled: Int64(quotient))
    }
}

package struct SourceLevelKey: Hashable, Sendable {
    package var productID: String
    package var locationID: String

    package init(productID: String, locationID: String) {
        self.productID = productID
        self.locationID = locationID
    }
}

/// An absolute count; the last write wins by `countedAt`, and of two at the same instant the one applied later.
package struct SourceCount: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case counted(Quantity)
        /// Tracked, but the source has never counted it (or only claims a zero that nothing confirms).
        case unknown
        case untracked
    }

    package var key: SourceLevelKey
    package var value: Value
    package var countedAt: Timestamp

    package init(key: SourceLevelKey, value: Value, countedAt: Timestamp) {
        self.key = key
        self.value = value
        self.countedAt = countedAt
    }
}

/// Units sold, or returned where negative. Feeds demand; the level comes from counts.
package struct SourceSale: Hashable, Sendable {
    /// Unique within the source: replaying it changes nothing.
    package var externalID: String
    package var key: SourceLevelKey
    package var quantity: Quantity
    package var soldAt: Timestamp

    package init(externalID: String, key: SourceLevelKey, quantity: Quantity, soldAt: Timestamp) {
        self.externalID = externalID
        self.key = key
        self.quantity = quantity
        self.soldAt = soldAt
    }
}

/// An object of the source that could not be used.
package struct SkippedObject: Hashable, Sendable {
    /// Names it in the source's terms, e.g. `variation ABC123`.
    package var object: String
    package var reason: String

    package init(object: String, reason: String) {
        self.object = object
        self.reason = reason
    }
}

/// One page of a sync. The store applies it together with `resume`, a large one in parts of which only the last moves
/// that, so that a crash continues exactly after the last page that was applied.
package struct SyncPage: Sendable {
    package var locations: [SourceLocation] = []
    package var products: [SourceProduct] = []
    package var counts: [SourceCount] = []
    package var sales: [SourceSale] = []
    package var skipped: [SkippedObject] = []
    /// The source's own bookmark (phase, cursors, watermarks), opaque to everybody else.
    package var resume: String
    /// What the source is doing, for `sync status`: `catalogue`, `counts`, `orders`.
    package var phase: String

    package init(phase: String, resume: String) {
        self.phase = phase
        self.resume = resume
    }
}
