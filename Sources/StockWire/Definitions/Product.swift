import FoundationEssentials

package enum ProductCreate: Method {
    package static let name = "product.create"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        "Adds a product, and with `location` and `initial_quantity` its first stock level there."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var name: String
        package var category: String?
        package var price: Wire.Money?
        package var cost: Wire.Money?
        package var unit: String?
        package var packSize: Decimal?
        package var parLevel: Decimal?
        package var externalIds: [String: String]?
        package var location: String?
        package var initialQuantity: Decimal?

        package init(
            sku: String, name: String, category: String? = nil, price: Wire.Money? = nil, cost: Wire.Money? = nil,
            unit: String? = nil, packSize: Decimal? = nil, parLevel: Decimal? = nil,
            externalIds: [String: String]? = nil, location: String? = nil, initialQuantity: Decimal? = nil
        ) {
            self.sku = sku
            self.name = name
            self.category = category
            self.price = price
            self.cost = cost
            self.unit = unit
            self.packSize = packSize
            self.parLevel = parLevel
            self.externalIds = externalIds
            self.location = location
            self.initialQuantity = initialQuantity
        }

        enum CodingKeys: String, CodingKey {
            case sku, name, category, price, cost, unit, location
            case packSize = "pack_size"
            case parLevel = "par_level"
            case externalIds = "external_ids"
            case initialQuantity = "initial_quantity"
        }

        package static let notes = [
            "name":
                "The product's name.",
            "location":
                "Where `initial_quantity` is on hand.",
            "initial_quantity":
                "What is on hand at `location` now.",
        ]
    }

    package typealias Result = ProductReply
}

package enum ProductList: Method {
    package static let name = "product.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "The products, by SKU; retired ones only if asked for."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var category: String?
        package var query: String?
        package var retired: Bool?
        package var limit: Int?
        package var cursor: String?

        package init(
            category: String? = nil, query: String? = nil, retired: Bool? = nil, limit: Int? = nil,
            cursor: String? = nil
        ) {
            self.category = category
            self.query = query
            self.retired = retired
            self.limit = limit
            self.cursor = cursor
        }

        package static let notes = [
            "category":
                "Only products of this category.",
            "query":
                "Only products whose SKU or name contains this text, whatever the case.",
            "retired":
                "true: the retired products instead of those in use.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable {
        package var products: [Wire.Product]
        @OrNull package var nextCursor: String?

        package init(products: [Wire.Product], nextCursor: String? = nil) {
            self.products = products
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case products
            case nextCursor = "next_cursor"
        }
    }
}

package enum ProductGet: Method {
    package static let name = "product.get"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "One product."

    package struct Params: Codable, Hashable, Sendable {
        package var sku: String

        package init(sku: String) {
            self.sku = sku
        }
    }

    package typealias Result = ProductReply
}

package enum ProductUpdate: Method {
    package static let name = "product.update"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Changes the members given and leaves the others; null clears a member."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var name: String?
        package var category: Change<String>
        package var price: Change<Wire.Money>
        package var cost: Change<Wire.Money>
        package var unit: Change<String>
        package var packSize: Change<Decimal>
        package var parLevel: Change<Decimal>
        package var location: String?
        package var externalIds: [String: String]?

        package init(
            sku: String, name: String? = nil, category: Change<String> = .keep, price: Change<Wire.Money> = .keep,
            cost: Change<Wire.Money> = .keep, unit: Change<String> = .keep, packSize: Change<Decimal> = .keep,
            parLevel: Change<Decimal> = .keep, location: String? = nil, externalIds: [String: String]? = nil
        ) {
            self.sku = sku
            self.name = name
            self.category = category
            self.price = price
            self.cost = cost
            self.unit = unit
            self.packSize = packSize
            self.parLevel = parLevel
            self.location = location
            self.externalIds = externalIds
        }

        enum CodingKeys: String, CodingKey {
            case sku, name, category, price, cost, unit, location
            case packSize = "pack_size"
            case parLevel = "par_level"
            case externalIds = "external_ids"
        }

        package static let notes = [
            "name":
                "The product's new name.",
            "location":
                "Sets `par_level` for this location only.",
            "external_ids":
                "The product's ids in outside systems; replaces all of them.",
        ]
    }

    package typealias Result = ProductReply
}

package enum ProductRetire: Method {
    package static let name = "product.retire"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        "Takes a product out of use: hidden from lists, its alerts resolved, its history kept."

    package struct Params: Codable, Hashable, Sendable {
        package var sku: String

        package init(sku: String) {
            self.sku = sku
        }
    }

    package typealias Result = ProductReply
}

package struct ProductReply: Codable, Hashable, Sendable, Noted {
    package var product: Wire.Product

    package init(product: Wire.Product) {
        self.product = product
    }

    package static let notes = [
        "product":
            "The product.",
    ]
}

extension Wire {
    /// Something that is kept in stock.
    package struct Product: Codable, Hashable, Sendable, Noted {
        package var tenant: String
        package var sku: String
        package var name: String
        @OrNull package var category: String?
        @OrNull package var price: Money?
        @OrNull package var cost: Money?
        @OrNull package var unit: String?
        @OrNull package var packSize: Decimal?
        @OrNull package var parLevel: Decimal?
        package var parLevels: [String: Decimal]
        package var externalIds: [String: String]
        package var retired: Bool

        package init(
            tenant: String, sku: String, name: String, category: String? = nil, price: Money? = nil,
            cost: Money? = nil, unit: String? = nil, packSize: Decimal? = nil, parLevel: Decimal? = nil,
            parLevels: [String: Decimal], externalIds: [String: String], retired: Bool
        ) {
            self.tenant = tenant
            self.sku = sku
            self.name = name
            self.category = category
            self.price = price
            self.cost = cost
            self.unit = unit
            self.packSize = packSize
            self.parLevel = parLevel
            self.parLevels = parLevels
            self.externalIds = externalIds
            self.retired = retired
        }

        enum CodingKeys: String, CodingKey {
            case tenant, sku, name, category, price, cost, unit, retired
            case packSize = "pack_size"
            case parLevel = "par_level"
            case parLevels = "par_levels"
            case externalIds = "external_ids"
        }

        package static let notes = [
            "name":
                "The product's name.",
            "par_level":
                "What should be on hand where `par_levels` says nothing else, or null.",
            "par_levels":
                "What should be on hand by location, where it differs from `par_level`.",
            "retired":
                "Whether the product is out of use.",
        ]
    }
}
