import FoundationEssentials

package enum StockList: Method {
    package static let name = "stock.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "Stock levels, by location and SKU."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var location: String?
        package var sku: String?
        package var category: String?
        package var severity: Wire.Severity?
        package var limit: Int?
        package var cursor: String?

        package init(
            location: String? = nil, sku: String? = nil, category: String? = nil, severity: Wire.Severity? = nil,
            limit: Int? = nil, cursor: String? = nil
        ) {
            self.location = location
            self.sku = sku
            self.category = category
            self.severity = severity
            self.limit = limit
            self.cursor = cursor
        }

        package static let notes = [
            "location":
                "Only levels at this location.",
            "sku":
                "Only levels of this product.",
            "category":
                "Only levels of this category.",
            "severity":
                "Only levels of exactly this severity.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable {
        package var levels: [Wire.Level]
        @OrNull package var nextCursor: String?

        package init(levels: [Wire.Level], nextCursor: String? = nil) {
            self.levels = levels
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case levels
            case nextCursor = "next_cursor"
        }
    }
}

package enum StockGet: Method {
    package static let name = "stock.get"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "The stock of one product, everywhere or at one location."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var location: String?

        package init(sku: String, location: String? = nil) {
            self.sku = sku
            self.location = location
        }

        package static let notes = [
            "location":
                "Only this location; everywhere if left out.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var levels: [Wire.Level]
        @OrNull package var level: Wire.Level?

        /// `level` is the only one.
        package init(levels: [Wire.Level]) {
            self.levels = levels
            self.level = levels.count == 1 ? levels[0] : nil
        }

        package static let notes = [
            "levels":
                "The product's levels, by location.",
            "level":
                "The level, if there is exactly one; otherwise null.",
        ]
    }
}

package enum StockSet: Method {
    package static let name = "stock.set"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Records an absolute count, which replaces the level."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var location: String
        package var quantity: Decimal
        package var reason: String?

        package init(sku: String, location: String, quantity: Decimal, reason: String? = nil) {
            self.sku = sku
            self.location = location
            self.quantity = quantity
            self.reason = reason
        }

        package static let notes = [
            "quantity":
                "What was counted on hand.",
        ]
    }

    package typealias Result = StockChange
}

package enum StockAdjust: Method {
    package static let name = "stock.adjust"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Adds to a level or, with a negative `delta`, takes from it."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var location: String
        package var delta: Decimal
        package var reason: String?

        package init(sku: String, location: String, delta: Decimal, reason: String? = nil) {
            self.sku = sku
            self.location = location
            self.delta = delta
            self.reason = reason
        }

        package static let notes = [
            "delta":
                "What is added; negative takes away.",
        ]
    }

    package typealias Result = StockChange
}

package enum StockSell: Method {
    package static let name = "stock.sell"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Records a sale: takes from the level and counts as demand."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var location: String
        package var quantity: Decimal
        package var reason: String?

        package init(sku: String, location: String, quantity: Decimal, reason: String? = nil) {
            self.sku = sku
            self.location = location
            self.quantity = quantity
            self.reason = reason
        }

        package static let notes = [
            "quantity":
                "Units sold, greater than zero.",
        ]
    }

    package typealias Result = StockChange
}

package enum StockReceive: Method {
    package static let name = "stock.receive"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Records goods that came in."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var location: String
        package var quantity: Decimal
        package var reason: String?

        package init(sku: String, location: String, quantity: Decimal, reason: String? = nil) {
            self.sku = sku
            self.location = location
            self.quantity = quantity
            self.reason = reason
        }

        package static let notes = [
            "quantity":
                "Units received, greater than zero.",
        ]
    }

    package typealias Result = StockChange
}

/// What every change of a level answers.
package struct StockChange: Codable, Hashable, Sendable, Noted {
    package var level: Wire.Level
    @OrNull package var alert: Wire.Alert?

    package init(level: Wire.Level, alert: Wire.Alert? = nil) {
        self.level = level
        self.alert = alert
    }

    package static let notes = [
        "level":
            "The level as it is now.",
        "alert":
            "The alert that the change opened, moved or resolved; null if none.",
    ]
}

package enum StockHistory: Method {
    package static let name = "stock.history"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "The ledger of a product at a location, newest first."

    package struct Params: Codable, Hashable, Sendable {
        package var sku: String
        package var location: String
        package var limit: Int?
        package var cursor: String?

        package init(sku: String, location: String, limit: Int? = nil, cursor: String? = nil) {
            self.sku = sku
            self.location = location
            self.limit = limit
            self.cursor = cursor
        }
    }

    package struct Result: Codable, Hashable, Sendable {
        package var movements: [Wire.Movement]
        @OrNull package var nextCursor: String?

        package init(movements: [Wire.Movement], nextCursor: String? = nil) {
            self.movements = movements
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case movements
            case nextCursor = "next_cursor"
        }
    }
}

package enum StockSummary: Method {
    package static let name = "stock.summary"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary =
        "How many stock levels are healthy, low, critical and out, in all and by location."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var location: String?

        package init(location: String? = nil) {
            self.location = location
        }

        package static let notes = [
            "location":
                "Only this location; all if left out.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var healthy: Int
        package var low: Int
        package var critical: Int
        package var out: Int
        package var untracked: Int
        package var stale: Int
        package var locations: [Wire.LocationSummary]

        package init(
            healthy: Int, low: Int, critical: Int, out: Int, untracked: Int, stale: Int,
            locations: [Wire.LocationSummary]
        ) {
            self.healthy = healthy
            self.low = low
            self.critical = critical
            self.out = out
            self.untracked = untracked
            self.stale = stale
            self.locations = locations
        }

        package static let notes = [
            "locations":
                "The same by location.",
        ]
    }
}
