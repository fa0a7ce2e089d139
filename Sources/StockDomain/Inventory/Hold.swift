/// Stock promised to an order: it stays on hand, but nobody else can have it.
package enum HoldState: String, CaseIterable, Sendable {
    case held
    /// Paid for: the stock is sold.
    case confirmed
    case cancelled
    /// Not paid for in time: the stock was given back. A payment may still come.
    case expired
}

/// What there is of one line of a hold, of all that limits it.
package struct LineStock: Hashable, Sendable {
    package var onHand: Quantity
    package var held: Quantity
    package var tracking: Tracking
    package var retired: Bool
    /// In the flash sale that it is bought in.
    package var sale: SaleStock?
    package var limit: CustomerLimit?

    package init(
        onHand: Quantity, held: Quantity, tracking: Tracking = .tracked, retired: Bool = false, sale: SaleStock? = nil,
        limit: CustomerLimit? = nil
    ) {
        self.onHand = onHand
        self.held = held
        self.tracking = tracking
        self.retired = retired
        self.sale = sale
        self.limit = limit
    }

    /// What could still be held of it, never less than nothing. Of what a sale has left, and of what is there, the less.
    package var available: Quantity {
        max(.zero, sale.map { min(onHand - held, $0.left) } ?? onHand - held)
    }
}

/// How much one customer may hold and buy in a sale, and how much of it is used up.
package struct CustomerLimit: Hashable, Sendable {
    package var limit: Quantity
    package var used: Quantity

    package init(limit: Quantity, used: Quantity) {
        self.limit = limit
        self.used = used
    }

    package var left: Quantity { max(.zero, limit - used) }
}

/// Why stock is not held.
package enum HoldRefusal: Hashable, Sendable {
    case insufficientStock(available: Quantity)
    case customerLimit(available: Quantity)
    case notTracked
    case productRetired
    case saleNotStarted(until: Timestamp)
    case saleEnded(at: Timestamp)
    /// To extend or cancel what is no longer held.
    case notHeld(HoldState)

    /// On the wire.
    package var name: String {
        switch self {
        case .insufficientStock: "insufficient_stock"
        case .customerLimit: "customer_limit"
        case .notTracked: "not_tracked"
        case .productRetired: "product_retired"
        case .saleNotStarted: "sale_not_started"
        case .saleEnded: "sale_ended"
        case .notHeld: "hold_not_held"
        }
    }

    /// What could be held instead, where that is the point.
    package var available: Quantity? {
        switch self {
        case .insufficientStock(let available), .customerLimit(let available): available
        case .notTracked, .productRetired, .saleNotStarted, .saleEnded, .notHeld: nil
        }
    }
}

/// Why a payment gets no goods, and is to be given back.
package enum RefundReason: String, CaseIterable, Sendable {
    case insufficientStock = "insufficient_stock"
    case customerLimit = "customer_limit"
    /// By another payment.
    case alreadyConfirmed = "already_confirmed"
    case holdCancelled = "hold_cancelled"
    /// It came with the idempotency key of another, and so must not sell anything.
    case keyReused = "idempotency_key_reused"
}

/// A payment that gets no goods. It stays so, whatever comes in later: by then the money is on its way back.
package struct PaymentRefusal: Hashable, Sendable {
    package var reason: RefundReason
    /// What was left of the line that fell short.
    package var available: Quantity
    /// The line, counted from 0; nil where none is to blame.
    package var line: Int?

    package init(reason: RefundReason, available: Quantity = .zero, line: Int? = nil) {
        self.reason = reason
        self.available = available
        self.line = line
    }
}

/// A hold as the rule sees it when a payment comes.
package struct StandingHold: Hashable, Sendable {
    package var state: HoldState
    package var expiresAt: Timestamp
    /// What it was confirmed by.
    package var paymentRef: String?

    package init(state: HoldState, expiresAt: Timestamp, paymentRef: String? = nil) {
        self.state = state
        self.expiresAt = expiresAt
        self.paymentRef = paymentRef
    }
}

package enum PaymentDecision: Hashable, Sendable {
    /// It was told before: the answer is the same.
    case known
    /// The stock is sold. `retaking`: it had been given back, and is taken again.
    case sell(late: Bool, retaking: Bool)
    case refuse(PaymentRefusal)
}

/// When stock is held, and when it is sold. Pure: the store asks within the transaction and carries the answer out.
package enum HoldRule {
    /// Why `quantity` of a line cannot be held; nil: it can.
    package static func refusal(of quantity: Quantity, from stock: LineStock) -> HoldRefusal? {
        if stock.retired { return .productRetired }
        if stock.tracking != .tracked { return .notTracked }
        if stock.available < quantity { return .insufficientStock(available: stock.available) }
        if let limit = stock.limit, limit.left < quantity {
            return .customerLimit(available: min(limit.left, stock.available))
        }
        return nil
    }

    /// What becomes of a payment. Repeating it changes nothing, whenever it comes and however often.
    ///
    /// Whether the product is still on sale does not matter here: who paid gets the goods if they are there.
    package static func decide(
        payment: String, for hold: StandingHold, lines: [(quantity: Quantity, stock: LineStock)], now: Timestamp
    ) -> PaymentDecision {
        switch hold.state {
        case .confirmed:
            return hold.paymentRef == payment ? .known : .refuse(PaymentRefusal(reason: .alreadyConfirmed))
        case .cancelled:
            return .refuse(PaymentRefusal(reason: .holdCancelled))
        case .held:
            // Its units are set aside; only what has gone missing since can keep them from it.
            for (index, line) in lines.enumerated() where line.stock.onHand < line.quantity {
                return .refuse(
                    PaymentRefusal(reason: .insufficientStock, available: max(.zero, line.stock.onHand), line: index))
            }
            return .sell(late: now >= hold.expiresAt, retaking: false)
        case .expired:
            for (index, line) in lines.enumerated() {
                if line.stock.available < line.quantity {
                    return .refuse(
                        PaymentRefusal(reason: .insufficientStock, available: line.stock.available, line: index))
                }
                // Else one could buy without limit: let each hold expire, hold again, and pay for all of them.
                if let limit = line.stock.limit, limit.left < line.quantity {
                    return .refuse(PaymentRefusal(reason: .customerLimit, available: limit.left, line: index))
                }
            }
            return .sell(late: true, retaking: true)
        }
    }
}
