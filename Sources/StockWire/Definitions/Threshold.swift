package enum ThresholdSet: Method {
    package static let name = "threshold.set"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        "Sets when something counts as low or critical; members left out stay, null clears. The most specific setting wins."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String?
        package var category: String?
        package var location: String?
        package var low: Change<Wire.ThresholdText>
        package var critical: Change<Wire.ThresholdText>
        package var enabled: Change<Bool>
        package var requireSalesDays: Change<Int>

        package init(
            sku: String? = nil, category: String? = nil, location: String? = nil,
            low: Change<Wire.ThresholdText> = .keep, critical: Change<Wire.ThresholdText> = .keep,
            enabled: Change<Bool> = .keep, requireSalesDays: Change<Int> = .keep
        ) {
            self.sku = sku
            self.category = category
            self.location = location
            self.low = low
            self.critical = critical
            self.enabled = enabled
            self.requireSalesDays = requireSalesDays
        }

        enum CodingKeys: String, CodingKey {
            case sku, category, location, low, critical, enabled
            case requireSalesDays = "require_sales_days"
        }

        package static let notes = [
            "sku":
                "For this product only; not together with `category`.",
            "category":
                "For this category only.",
            "location":
                "For this location only.",
            "enabled":
                "false: no alerts at all.",
            "require_sales_days":
                "Alert only for what sold within the last so many days.",
        ]
    }

    package typealias Result = ThresholdReply
}

package enum ThresholdList: Method {
    package static let name = "threshold.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "The settings, in the order in which they were made."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String?
        package var category: String?
        package var location: String?
        package var limit: Int?
        package var cursor: String?

        package init(
            sku: String? = nil, category: String? = nil, location: String? = nil, limit: Int? = nil,
            cursor: String? = nil
        ) {
            self.sku = sku
            self.category = category
            self.location = location
            self.limit = limit
            self.cursor = cursor
        }

        package static let notes = [
            "sku":
                "Only settings for this product.",
            "category":
                "Only settings for this category.",
            "location":
                "Only settings for this location.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable {
        package var thresholds: [Wire.Threshold]
        @OrNull package var nextCursor: String?

        package init(thresholds: [Wire.Threshold], nextCursor: String? = nil) {
            self.thresholds = thresholds
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case thresholds
            case nextCursor = "next_cursor"
        }
    }
}

package enum ThresholdUnset: Method {
    package static let name = "threshold.unset"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Removes a setting, so that the next less specific one decides."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String?
        package var category: String?
        package var location: String?

        package init(sku: String? = nil, category: String? = nil, location: String? = nil) {
            self.sku = sku
            self.category = category
            self.location = location
        }

        package static let notes = [
            "sku":
                "The setting's product, if it has one.",
            "category":
                "The setting's category, if it has one.",
            "location":
                "The setting's location, if it has one.",
        ]
    }

    package typealias Result = ThresholdReply
}

package struct ThresholdReply: Codable, Hashable, Sendable, Noted {
    package var threshold: Wire.Threshold

    package init(threshold: Wire.Threshold) {
        self.threshold = threshold
    }

    package static let notes = [
        "threshold":
            "The setting as it is now, or was until it was removed.",
    ]
}

extension Wire {
    /// One setting; what it leaves null is left to less specific ones.
    package struct Threshold: Codable, Hashable, Sendable, Noted {
        package var tenant: String
        @OrNull package var sku: String?
        @OrNull package var category: String?
        @OrNull package var location: String?
        @OrNull package var low: String?
        @OrNull package var critical: String?
        @OrNull package var enabled: Bool?
        @OrNull package var requireSalesDays: Int?

        package init(
            tenant: String, sku: String? = nil, category: String? = nil, location: String? = nil,
            low: String? = nil, critical: String? = nil, enabled: Bool? = nil, requireSalesDays: Int? = nil
        ) {
            self.tenant = tenant
            self.sku = sku
            self.category = category
            self.location = location
            self.low = low
            self.critical = critical
            self.enabled = enabled
            self.requireSalesDays = requireSalesDays
        }

        enum CodingKeys: String, CodingKey {
            case tenant, sku, category, location, low, critical, enabled
            case requireSalesDays = "require_sales_days"
        }

        package static let notes = [
            "sku":
                "The product it is for, or null.",
            "category":
                "The category it is for, or null.",
            "location":
                "The location it is for, or null.",
            "enabled":
                "false: no alerts at all.",
            "require_sales_days":
                "Alert only for what sold within the last so many days.",
            "low":
                "As it was set: `5`, `20%` of the par level, or `7d` of cover.",
            "critical":
                "As it was set: `5`, `20%` of the par level, or `7d` of cover.",
        ]
    }
}
