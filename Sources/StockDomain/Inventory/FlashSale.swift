/// When a flash sale can be bought in.
package struct SaleHours: Hashable, Sendable {
    package var startsAt: Timestamp
    package var endsAt: Timestamp
    /// When it was ended by hand.
    package var endedAt: Timestamp?

    package init(startsAt: Timestamp, endsAt: Timestamp, endedAt: Timestamp? = nil) {
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.endedAt = endedAt
    }

    package enum State: String, CaseIterable, Sendable { case planned, running, ended }

    /// What was ended by hand stays ended, also where the clock is set back.
    package func state(at now: Timestamp) -> State {
        if endedAt != nil || now >= endsAt { return .ended }
        return now < startsAt ? .planned : .running
    }

    /// Why nothing can be held in it; nil: it runs.
    package func refusal(at now: Timestamp) -> HoldRefusal? {
        switch state(at: now) {
        case .planned: .saleNotStarted(until: startsAt)
        case .running: nil
        case .ended: .saleEnded(at: endedAt ?? endsAt)
        }
    }
}

/// How much of one product a flash sale sells, and how far that is. It sets nothing aside: others may buy the same stock.
package struct SaleStock: Hashable, Sendable {
    package var quantity: Quantity
    package var held: Quantity
    package var sold: Quantity

    package init(quantity: Quantity, held: Quantity = .zero, sold: Quantity = .zero) {
        self.quantity = quantity
        self.held = held
        self.sold = sold
    }

    /// Of the sale's own quantity.
    package var left: Quantity { quantity - held - sold }
}

/// What buyers are shown of one product of a flash sale.
package struct SaleShowing: Hashable, Sendable {
    /// Few enough to say so.
    package static let few = Quantity(10)

    /// What can be held now: nothing before the sale begins, and nothing after it.
    package var left: Quantity
    /// The same where it is worth saying.
    package var onlyLeft: Quantity?
    /// For good. What is only in other people's carts may come back, and nobody is told that it is sold out for that.
    package var soldOut: Bool

    package init(_ sale: SaleStock, of stock: LineStock, while state: SaleHours.State) {
        var limited = stock
        limited.sale = sale
        let obtainable = stock.tracking == .tracked && !stock.retired
        self.init(
            left: obtainable && state == .running ? limited.available : .zero,
            soldOut: !obtainable || sale.sold >= sale.quantity || stock.onHand <= .zero)
    }

    package init(left: Quantity, soldOut: Bool) {
        self.left = left
        onlyLeft = left > .zero && left <= SaleShowing.few ? left : nil
        self.soldOut = soldOut
    }
}
