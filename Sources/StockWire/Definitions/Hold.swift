import FoundationEssentials

package enum HoldPlace: Method {
    package static let name = "hold.place"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
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
                "The caller's name for the order, 1 to 128 characters.",
            "customer":
                "The caller's name for the buyer, 1 to 128 characters; wanted where a sale limits what one may buy.",
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
                "The payment gateway's name for the payment, 1 to 128 characters.",
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

extension Wire {
    /// One product that is to be held.
    package struct LineToHold: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var location: String
        package var quantity: Decimal

        package init(sku: String, location: String, quantity: Decimal) {
            self.sku = sku
            self.location = location
            self.quantity = quantity
        }

        package static let notes = [
            "location":
                "Where it is to come from.",
            "quantity":
                "How much is wanted, more than zero.",
        ]
    }

    /// Stock that is promised to an order.
    package struct Hold: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var tenant: String
        package var state: HoldState
        package var orderRef: String
        @OrNull package var customer: String?
        @OrNull package var sale: String?
        package var placedAt: Time
        package var expiresAt: Time
        @OrNull package var confirmedAt: Time?
        @OrNull package var cancelledAt: Time?
        @OrNull package var expiredAt: Time?
        @OrNull package var cancelReason: String?
        @OrNull package var paymentRef: String?
        package var late: Bool
        package var atRisk: Bool
        package var lines: [HoldLine]
        package var refusedPayments: [RefusedPayment]

        package init(
            id: Int64, tenant: String, state: HoldState, orderRef: String, customer: String? = nil, sale: String? = nil,
            placedAt: Time, expiresAt: Time, confirmedAt: Time? = nil, cancelledAt: Time? = nil, expiredAt: Time? = nil,
            cancelReason: String? = nil, paymentRef: String? = nil, late: Bool = false, atRisk: Bool = false,
            lines: [HoldLine], refusedPayments: [RefusedPayment] = []
        ) {
            self.id = id
            self.tenant = tenant
            self.state = state
            self.orderRef = orderRef
            self.customer = customer
            self.sale = sale
            self.placedAt = placedAt
            self.expiresAt = expiresAt
            self.confirmedAt = confirmedAt
            self.cancelledAt = cancelledAt
            self.expiredAt = expiredAt
            self.cancelReason = cancelReason
            self.paymentRef = paymentRef
            self.late = late
            self.atRisk = atRisk
            self.lines = lines
            self.refusedPayments = refusedPayments
        }

        enum CodingKeys: String, CodingKey {
            case id, tenant, state, customer, sale, late, lines
            case orderRef = "order_ref"
            case placedAt = "placed_at"
            case expiresAt = "expires_at"
            case confirmedAt = "confirmed_at"
            case cancelledAt = "cancelled_at"
            case expiredAt = "expired_at"
            case cancelReason = "cancel_reason"
            case paymentRef = "payment_ref"
            case atRisk = "at_risk"
            case refusedPayments = "refused_payments"
        }

        package static let notes = [
            "id":
                "The hold's id.",
            "state":
                "What has become of it.",
            "order_ref":
                "The caller's name for the order.",
            "customer":
                "The caller's name for the buyer, or null.",
            "sale":
                "The flash sale it was bought in, or null.",
            "placed_at":
                "When it was placed.",
            "expires_at":
                "When it gives its stock back, unless it is paid for by then.",
            "confirmed_at":
                "When it was confirmed, or null.",
            "cancelled_at":
                "When it was cancelled, or null.",
            "expired_at":
                "When it expired, or null; of a late payment's hold too.",
            "cancel_reason":
                "Why it was cancelled, in the words of who did it, or null.",
            "payment_ref":
                "The payment that it was confirmed by, or null.",
            "late":
                "Whether the payment came after it had expired, and the stock was still there.",
            "at_risk":
                "Whether less is there than is held of something it holds: a payment may have to be refunded.",
            "lines":
                "What is held.",
            "refused_payments":
                "Payments that came for it and could not be given goods: refund them.",
        ]
    }

    package struct HoldLine: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var name: String
        package var location: String
        package var quantity: Decimal
        @OrNull package var price: Money?
        package var remaining: Decimal

        package init(
            sku: String, name: String, location: String, quantity: Decimal, price: Money? = nil, remaining: Decimal
        ) {
            self.sku = sku
            self.name = name
            self.location = location
            self.quantity = quantity
            self.price = price
            self.remaining = remaining
        }

        package static let notes = [
            "name":
                "The product's name.",
            "quantity":
                "How much of it is held.",
            "price":
                "What one unit costs in the flash sale, or null.",
            "remaining":
                "What could still be held right after this was.",
        ]
    }

    /// Money without goods.
    package struct RefusedPayment: Codable, Hashable, Sendable, Noted {
        package var paymentRef: String
        package var at: Time
        package var reason: String
        package var available: Decimal

        package init(paymentRef: String, at: Time, reason: String, available: Decimal) {
            self.paymentRef = paymentRef
            self.at = at
            self.reason = reason
            self.available = available
        }

        enum CodingKeys: String, CodingKey {
            case at, reason, available
            case paymentRef = "payment_ref"
        }

        package static let notes = [
            "payment_ref":
                "The payment gateway's name for the payment.",
            "at":
                "When it came first.",
            "reason":
                "Why it gets no goods: `insufficient_stock`, `customer_limit`, `already_confirmed` or `hold_cancelled`.",
            "available":
                "What was left then of the line that fell short; 0 for the other reasons.",
        ]
    }

    package enum HoldState: String, WireEnum {
        case held, confirmed, cancelled, expired
    }
}
