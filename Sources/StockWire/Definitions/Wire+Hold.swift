import FoundationEssentials

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
        /// A daemon of an earlier version does not say.
        package var refusedPaymentsTotal: Int?

        package init(
            id: Int64, tenant: String, state: HoldState, orderRef: String, customer: String? = nil, sale: String? = nil,
            placedAt: Time, expiresAt: Time, confirmedAt: Time? = nil, cancelledAt: Time? = nil, expiredAt: Time? = nil,
            cancelReason: String? = nil, paymentRef: String? = nil, late: Bool = false, atRisk: Bool = false,
            lines: [HoldLine], refusedPayments: [RefusedPayment] = [], refusedPaymentsTotal: Int? = nil
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
            self.refusedPaymentsTotal = refusedPaymentsTotal ?? refusedPayments.count
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
            case refusedPaymentsTotal = "refused_payments_total"
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
                "Payments that came for it and could not be given goods, newest first: refund them. At most 100; `hold.refunds` has all.",
            "refused_payments_total":
                "How many they are in all.",
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
                """
                Why it gets no goods: `insufficient_stock`, `customer_limit`, `already_confirmed`, `hold_cancelled`, or \
                `idempotency_key_reused` where it came with the key of another.
                """,
            "available":
                "What was left then of the line that fell short; 0 for the other reasons.",
        ]
    }

    package enum HoldState: String, WireEnum {
        case held, confirmed, cancelled, expired
    }
}
