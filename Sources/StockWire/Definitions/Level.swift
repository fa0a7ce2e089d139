import FoundationEssentials

extension Wire {
    /// The stock of a product at a location.
    package struct Level: Codable, Hashable, Sendable, Noted {
        package var tenant: String
        package var sku: String
        package var name: String
        @OrNull package var category: String?
        package var location: String
        package var onHand: Decimal
        package var held: Decimal
        package var available: Decimal
        package var incoming: Decimal
        package var tracking: Tracking
        package var stale: Bool
        @OrNull package var severity: Severity?
        @OrNull package var lowThreshold: Decimal?
        @OrNull package var criticalThreshold: Decimal?
        @OrNull package var thresholdOrigin: String?
        @OrNull package var velocityPerDay: Decimal?
        @OrNull package var daysUntilStockout: Decimal?
        @OrNull package var countedAt: Time?

        package init(
            tenant: String, sku: String, name: String, category: String? = nil, location: String, onHand: Decimal,
            held: Decimal, available: Decimal, incoming: Decimal, tracking: Tracking, stale: Bool,
            severity: Severity? = nil, lowThreshold: Decimal? = nil, criticalThreshold: Decimal? = nil,
            thresholdOrigin: String? = nil, velocityPerDay: Decimal? = nil, daysUntilStockout: Decimal? = nil,
            countedAt: Time? = nil
        ) {
            self.tenant = tenant
            self.sku = sku
            self.name = name
            self.category = category
            self.location = location
            self.onHand = onHand
            self.held = held
            self.available = available
            self.incoming = incoming
            self.tracking = tracking
            self.stale = stale
            self.severity = severity
            self.lowThreshold = lowThreshold
            self.criticalThreshold = criticalThreshold
            self.thresholdOrigin = thresholdOrigin
            self.velocityPerDay = velocityPerDay
            self.daysUntilStockout = daysUntilStockout
            self.countedAt = countedAt
        }

        enum CodingKeys: String, CodingKey {
            case tenant, sku, name, category, location, held, available, incoming, tracking, stale, severity
            case onHand = "on_hand"
            case lowThreshold = "low_threshold"
            case criticalThreshold = "critical_threshold"
            case thresholdOrigin = "threshold_origin"
            case velocityPerDay = "velocity_per_day"
            case daysUntilStockout = "days_until_stockout"
            case countedAt = "counted_at"
        }

        package static let notes = [
            "name":
                "The product's name.",
            "severity":
                "How short it is, by what is on hand; null where stock is not tracked.",
            "low_threshold":
                "Low at or below this quantity; null where no alert is wanted.",
            "critical_threshold":
                "Critical at or below this quantity; null where no alert is wanted.",
        ]
    }

    /// One row of the append-only ledger.
    package struct Movement: Codable, Hashable, Sendable, Noted {
        package var kind: MovementKind
        package var delta: Decimal
        package var balance: Decimal
        package var at: Time
        @OrNull package var by: String?
        @OrNull package var reason: String?
        @OrNull package var source: String?
        @OrNull package var externalId: String?

        package init(
            kind: MovementKind, delta: Decimal, balance: Decimal, at: Time, by: String? = nil,
            reason: String? = nil, source: String? = nil, externalId: String? = nil
        ) {
            self.kind = kind
            self.delta = delta
            self.balance = balance
            self.at = at
            self.by = by
            self.reason = reason
            self.source = source
            self.externalId = externalId
        }

        enum CodingKeys: String, CodingKey {
            case kind, delta, balance, at, by, reason, source
            case externalId = "external_id"
        }

        package static let notes = [
            "kind":
                "What happened; `count` is an absolute count that replaced the level.",
            "delta":
                "What it changed, signed; of a count too.",
            "at":
                "When it happened.",
            "by":
                "Who recorded it, or null for a source.",
            "reason":
                "Why, in the words of who recorded it.",
            "source":
                "The source it came from, or null.",
            "external_id":
                "Its id there, or null.",
        ]
    }

    /// Counts of one location's levels.
    package struct LocationSummary: Codable, Hashable, Sendable {
        package var tenant: String
        package var location: String
        package var healthy: Int
        package var low: Int
        package var critical: Int
        package var out: Int
        package var untracked: Int
        package var stale: Int

        package init(
            tenant: String, location: String, healthy: Int, low: Int, critical: Int, out: Int, untracked: Int,
            stale: Int
        ) {
            self.tenant = tenant
            self.location = location
            self.healthy = healthy
            self.low = low
            self.critical = critical
            self.out = out
            self.untracked = untracked
            self.stale = stale
        }
    }

    /// Whether a level's count means anything; `unknown`: nobody has ever counted it.
    package enum Tracking: String, WireEnum {
        case tracked, untracked, unknown
    }

    /// How short a product is at a location, mildest first.
    package enum Severity: String, WireEnum {
        case healthy, low, critical, out
    }

    /// What a row of the ledger records.
    package enum MovementKind: String, WireEnum {
        case count, sale, `return`, receipt, adjustment, transferOut = "transfer_out", transferIn = "transfer_in",
            waste
    }
}
