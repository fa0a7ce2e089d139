import FoundationEssentials

package enum SaleCreate: Method {
    package static let name = "sale.create"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Plans a flash sale: what is sold in it, how much, at what price, from when to when."

    package static let mostLines = 100

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var startsAt: Wire.Time
        package var endsAt: Wire.Time
        package var lines: [Wire.LineToSell]

        package init(name: String, startsAt: Wire.Time, endsAt: Wire.Time, lines: [Wire.LineToSell]) {
            self.name = name
            self.startsAt = startsAt
            self.endsAt = endsAt
            self.lines = lines
        }

        enum CodingKeys: String, CodingKey {
            case name, lines
            case startsAt = "starts_at"
            case endsAt = "ends_at"
        }

        package static let notes = [
            "name":
                "The sale's name, unique within its tenant.",
            "starts_at":
                "From when on it can be bought in.",
            "ends_at":
                "When it ends; what is held by then can still be paid for.",
            "lines":
                "What is sold, 1 to 100 products, each at a location once.",
        ]
    }

    package typealias Result = SaleReply
}

package enum SaleGet: Method {
    package static let name = "sale.get"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "One flash sale, and what is left of it at this instant."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String

        package init(name: String) {
            self.name = name
        }

        package static let notes = [
            "name":
                "The sale's name.",
        ]
    }

    package typealias Result = SaleReply
}

package enum SaleList: Method {
    package static let name = "sale.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "Flash sales, newest first."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var state: Wire.SaleState?
        package var limit: Int?
        package var cursor: String?

        package init(state: Wire.SaleState? = nil, limit: Int? = nil, cursor: String? = nil) {
            self.state = state
            self.limit = limit
            self.cursor = cursor
        }

        package static let notes = [
            "state":
                "Only sales in this state.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var sales: [Wire.Sale]
        @OrNull package var nextCursor: String?

        package init(sales: [Wire.Sale], nextCursor: String? = nil) {
            self.sales = sales
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case sales
            case nextCursor = "next_cursor"
        }

        package static let notes = [
            "sales":
                "The sales.",
        ]
    }
}

package enum SaleEnd: Method {
    package static let name = "sale.end"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Ends a flash sale now; what is held can still be paid for. Ending it again changes nothing."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String

        package init(name: String) {
            self.name = name
        }

        package static let notes = [
            "name":
                "The sale's name.",
        ]
    }

    package typealias Result = SaleReply
}

package struct SaleReply: Codable, Hashable, Sendable, Noted {
    package var sale: Wire.Sale

    package init(sale: Wire.Sale) {
        self.sale = sale
    }

    package static let notes = [
        "sale":
            "The sale; all of it from one instant.",
    ]
}

extension Wire {
    /// One product that a flash sale is to sell.
    package struct LineToSell: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var location: String
        package var quantity: Decimal
        package var price: Money?
        package var limitPerCustomer: Decimal?

        package init(
            sku: String, location: String, quantity: Decimal, price: Money? = nil, limitPerCustomer: Decimal? = nil
        ) {
            self.sku = sku
            self.location = location
            self.quantity = quantity
            self.price = price
            self.limitPerCustomer = limitPerCustomer
        }

        enum CodingKeys: String, CodingKey {
            case sku, location, quantity, price
            case limitPerCustomer = "limit_per_customer"
        }

        package static let notes = [
            "location":
                "Where it is sold from.",
            "quantity":
                "How much is sold in the sale at most, more than zero; it isn't set aside, and may be more than is there.",
            "price":
                "What one unit costs in the sale.",
            "limit_per_customer":
                "How much one customer may hold and buy in all, more than zero; any amount if left out.",
        ]
    }

    /// A flash sale.
    package struct Sale: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var tenant: String
        package var state: SaleState
        package var startsAt: Time
        package var endsAt: Time
        package var createdAt: Time
        @OrNull package var endedAt: Time?
        package var lines: [SaleLine]

        package init(
            name: String, tenant: String, state: SaleState, startsAt: Time, endsAt: Time, createdAt: Time,
            endedAt: Time? = nil, lines: [SaleLine]
        ) {
            self.name = name
            self.tenant = tenant
            self.state = state
            self.startsAt = startsAt
            self.endsAt = endsAt
            self.createdAt = createdAt
            self.endedAt = endedAt
            self.lines = lines
        }

        enum CodingKeys: String, CodingKey {
            case name, tenant, state, lines
            case startsAt = "starts_at"
            case endsAt = "ends_at"
            case createdAt = "created_at"
            case endedAt = "ended_at"
        }

        package static let notes = [
            "name":
                "The sale's name, unique within its tenant.",
            "state":
                "Whether it is still to come, runs, or is over.",
            "starts_at":
                "From when on it can be bought in.",
            "ends_at":
                "When it ends, unless it is ended before.",
            "created_at":
                "When it was planned.",
            "ended_at":
                "When it was ended by hand, or null.",
            "lines":
                "What is sold in it.",
        ]
    }

    package struct SaleLine: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var productName: String
        package var location: String
        package var quantity: Decimal
        @OrNull package var price: Money?
        @OrNull package var limitPerCustomer: Decimal?
        package var held: Decimal
        package var sold: Decimal
        package var left: Decimal
        @OrNull package var onlyLeft: Decimal?
        package var soldOut: Bool

        package init(
            sku: String, productName: String, location: String, quantity: Decimal, price: Money? = nil,
            limitPerCustomer: Decimal? = nil, held: Decimal, sold: Decimal, left: Decimal, onlyLeft: Decimal? = nil,
            soldOut: Bool
        ) {
            self.sku = sku
            self.productName = productName
            self.location = location
            self.quantity = quantity
            self.price = price
            self.limitPerCustomer = limitPerCustomer
            self.held = held
            self.sold = sold
            self.left = left
            self.onlyLeft = onlyLeft
            self.soldOut = soldOut
        }

        enum CodingKeys: String, CodingKey {
            case sku, location, quantity, price, held, sold, left
            case productName = "product_name"
            case limitPerCustomer = "limit_per_customer"
            case onlyLeft = "only_left"
            case soldOut = "sold_out"
        }

        package static let notes = [
            "quantity":
                "How much is sold in the sale at most.",
            "price":
                "What one unit costs in the sale, or null.",
            "limit_per_customer":
                "How much one customer may hold and buy in all; null: any amount.",
            "held":
                "How much of it is in carts.",
            "sold":
                "How much of it is paid for.",
            "left":
                "What can be held now; 0 before the sale begins and after it is over.",
            "only_left":
                "The same where it is more than 0 and at most 10; otherwise null.",
            "sold_out":
                "Whether all of it is paid for, or nothing is there. False with nothing left in a sale that runs: it is in carts, and may come back.",
        ]
    }

    package enum SaleState: String, WireEnum {
        case planned, running, ended
    }
}
