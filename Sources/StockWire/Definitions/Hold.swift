import FoundationEssentials

package enum HoldPlace: Method {
    package static let name = "hold.place"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    /// What customers buy is forgotten before the audit is.
    package static let unrecorded = ["customer"]
    package static let summary =
        "Promises stock to an order until it is paid for or the time is up: all lines or none, and never more than is there."

    /// Seconds that a hold lasts if it isn't told.
    package static let defaultLifetime = 600

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String?
        package var location: String?
        package var quantity: Decimal?
        package var lines: [Wire.LineToHold]?
        package var sale: String?
        package var ttlS: Int?
        package var orderRef: String
        package var customer: String?

        package init(
            sku: String, location: String, quantity: Decimal, sale: String? = nil, ttlS: Int? = nil, orderRef: String,
            customer: String? = nil
        ) {
            self.init(sale: sale, ttlS: ttlS, orderRef: orderRef, customer: customer)
            self.sku = sku
            self.location = location
            self.quantity = quantity
        }

        package init(
            lines: [Wire.LineToHold], sale: String? = nil, ttlS: Int? = nil, orderRef: String, customer: String? = nil
        ) {
            self.init(sale: sale, ttlS: ttlS, orderRef: orderRef, customer: customer)
            self.lines = lines
        }

        private init(sale: String?, ttlS: Int?, orderRef: String, customer: String?) {
            self.sale = sale
            self.ttlS = ttlS
            self.orderRef = orderRef
            self.customer = customer
        }

        enum CodingKeys: String, CodingKey {
            case sku, location, quantity, lines, sale, customer
            case ttlS = "ttl_s"
            case orderRef = "order_ref"
        }

        package static let notes = [
            "sku":
                "The product, together with `location` and `quantity`; or else `lines`.",
            "location":
                "Where it is to come from.",
            "quantity":
                "How much is wanted, more than zero.",
            "lines":
                "Several products at once, 1 to 100, each at a location once; all are held, or none.",
            "sale":
                "The flash sale that all of it is bought in; its quantity, limits and hours apply.",
            "ttl_s":
                "Seconds until it expires, from 1 to 604800; 600 if left out.",
            "order_ref":
                "The caller's name for the order, 1 to 128 characters, without space around it.",
            "customer":
                """
                The caller's name for the buyer, 1 to 128 characters; wanted where a sale limits what one may buy. Space around \
                it is removed, and it is kept in Unicode's composed form (NFC), so that one buyer has one limit.
                """,
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var hold: Wire.Hold
        @OrNull package var remaining: Decimal?

        package init(hold: Wire.Hold, remaining: Decimal?) {
            self.hold = hold
            self.remaining = remaining
        }

        package static let notes = [
            "hold":
                "The hold.",
            "remaining":
                "What can still be held after it; null where it has several lines, which say so themselves.",
        ]
    }
}

package enum HoldConfirm: Method {
    package static let name = "hold.confirm"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = """
        Says that the order is paid: the stock is sold. The same payment may be reported again and again, and always gets \
        the same answer; one that can't be given goods gets a conflict with `refund: true`, and is kept.
        """

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var paymentRef: String

        package init(id: Int64, paymentRef: String) {
            self.id = id
            self.paymentRef = paymentRef
        }

        enum CodingKeys: String, CodingKey {
            case id
            case paymentRef = "payment_ref"
        }

        package static let notes = [
            "id":
                "The hold's id.",
            "payment_ref":
                "The payment gateway's name for the payment, 1 to 128 characters, without space around it.",
        ]
    }

    package typealias Result = HoldReply
}

package enum HoldCancel: Method {
    package static let name = "hold.cancel"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Gives back what is held; cancelling again changes nothing."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var reason: String?

        package init(id: Int64, reason: String? = nil) {
            self.id = id
            self.reason = reason
        }

        package static let notes = [
            "id":
                "The hold's id.",
            "reason":
                "Why, in the caller's own words; kept with the hold.",
        ]
    }

    package typealias Result = HoldReply
}

package enum HoldExtend: Method {
    package static let name = "hold.extend"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Sets anew when a hold expires: so many seconds from now."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var ttlS: Int

        package init(id: Int64, ttlS: Int) {
            self.id = id
            self.ttlS = ttlS
        }

        enum CodingKeys: String, CodingKey {
            case id
            case ttlS = "ttl_s"
        }

        package static let notes = [
            "id":
                "The hold's id.",
            "ttl_s":
                "Seconds from now until it expires, from 1 to 604800.",
        ]
    }

    package typealias Result = HoldReply
}

package enum HoldGet: Method {
    package static let name = "hold.get"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "One hold, with the payments that came for it and could not be given goods."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64

        package init(id: Int64) {
            self.id = id
        }

        package static let notes = [
            "id":
                "The hold's id.",
        ]
    }

    package typealias Result = HoldReply
}

package enum HoldRefunds: Method {
    package static let name = "hold.refunds"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "Payments that came for a hold and could not be given goods, newest first."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var limit: Int?
        package var cursor: String?

        package init(id: Int64, limit: Int? = nil, cursor: String? = nil) {
            self.id = id
            self.limit = limit
            self.cursor = cursor
        }

        package static let notes = [
            "id":
                "The hold's id.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var refusedPayments: [Wire.RefusedPayment]
        @OrNull package var nextCursor: String?

        package init(refusedPayments: [Wire.RefusedPayment], nextCursor: String? = nil) {
            self.refusedPayments = refusedPayments
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case refusedPayments = "refused_payments"
            case nextCursor = "next_cursor"
        }

        package static let notes = [
            "refused_payments":
                "The payments.",
        ]
    }
}

package enum HoldList: Method {
    package static let name = "hold.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "Holds, newest first; those that ended are kept for 90 days."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var state: Wire.HoldState?
        package var customer: String?
        package var orderRef: String?
        package var sale: String?
        package var atRisk: Bool?
        package var limit: Int?
        package var cursor: String?

        package init(
            state: Wire.HoldState? = nil, customer: String? = nil, orderRef: String? = nil, sale: String? = nil,
            atRisk: Bool? = nil, limit: Int? = nil, cursor: String? = nil
        ) {
            self.state = state
            self.customer = customer
            self.orderRef = orderRef
            self.sale = sale
            self.atRisk = atRisk
            self.limit = limit
            self.cursor = cursor
        }

        enum CodingKeys: String, CodingKey {
            case state, customer, sale, limit, cursor
            case orderRef = "order_ref"
            case atRisk = "at_risk"
        }

        package static let notes = [
            "state":
                "Only holds in this state.",
            "customer":
                "Only this customer's.",
            "order_ref":
                "Only this order's.",
            "sale":
                "Only those bought in this flash sale.",
            "at_risk":
                "true: only holds of stock of which less is there than is held.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var holds: [Wire.Hold]
        @OrNull package var nextCursor: String?

        package init(holds: [Wire.Hold], nextCursor: String? = nil) {
            self.holds = holds
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case holds
            case nextCursor = "next_cursor"
        }

        package static let notes = [
            "holds":
                "The holds.",
        ]
    }
}

package struct HoldReply: Codable, Hashable, Sendable, Noted {
    package var hold: Wire.Hold

    package init(hold: Wire.Hold) {
        self.hold = hold
    }

    package static let notes = [
        "hold":
            "The hold as it is now.",
    ]
}
