import FoundationEssentials
import StockDomain
import StockStore
import StockWire

extension HoldRecord {
    package var wire: Wire.Hold {
        Wire.Hold(
            id: id, tenant: tenant, state: state.wire, orderRef: orderRef, customer: customer, sale: sale,
            placedAt: placedAt.wire, expiresAt: expiresAt.wire, confirmedAt: confirmedAt?.wire,
            cancelledAt: cancelledAt?.wire, expiredAt: expiredAt?.wire, cancelReason: cancelReason, paymentRef: paymentRef,
            late: late, atRisk: atRisk, lines: lines.map(\.wire), refusedPayments: refused.map(\.wire),
            refusedPaymentsTotal: refusedCount)
    }
}

extension HoldRecord.Line {
    fileprivate var wire: Wire.HoldLine {
        Wire.HoldLine(
            sku: sku, name: name, location: location, quantity: quantity.decimal, price: price?.wire,
            remaining: remaining.decimal)
    }
}

extension RefusedPayment {
    package var wire: Wire.RefusedPayment {
        Wire.RefusedPayment(
            paymentRef: paymentRef, at: at.wire, reason: refusal.reason.rawValue, available: refusal.available.decimal)
    }
}

extension HoldState {
    var wire: Wire.HoldState {
        switch self {
        case .held: .held
        case .confirmed: .confirmed
        case .cancelled: .cancelled
        case .expired: .expired
        }
    }
}

extension Wire.HoldState {
    var domain: HoldState {
        switch self {
        case .held: .held
        case .confirmed: .confirmed
        case .cancelled: .cancelled
        case .expired: .expired
        }
    }
}

extension EventRecord {
    /// What the event says of a hold.
    var wireHold: Wire.HoldNews? {
        guard let hold else { return nil }
        return Wire.HoldNews(
            id: hold.id, state: hold.state.wire, orderRef: hold.orderRef, sale: hold.sale, expiresAt: hold.expiresAt.wire,
            lines: hold.lines.map { line in
                Wire.HoldNews.Line(
                    sku: line.sku, location: line.location, quantity: line.quantity.decimal,
                    remaining: line.remaining?.decimal)
            })
    }
}

extension ErrorObject {
    init(_ conflict: HoldConflict) {
        var details = ErrorObject.place(conflict.sku, conflict.location)
        details["available"] = conflict.refusal.available.map { .number($0.decimal) }
        switch conflict.refusal {
        case .saleNotStarted(let start): details["starts_at"] = .string(start.description)
        case .saleEnded(let end): details["ended_at"] = .string(end.description)
        case .notHeld(let state): details["state"] = .string(state.rawValue)
        case .insufficientStock, .customerLimit, .notTracked, .productRetired: break
        }
        self = .conflict(conflict.description, reason: conflict.refusal.name, details: details)
    }

    /// The money is to be given back: `refund` says so to the payment gateway's side.
    init(_ refused: RefusedPayment) {
        var details = ErrorObject.place(refused.sku, refused.location)
        details["refund"] = .bool(true)
        details["available"] = .number(refused.refusal.available.decimal)
        let why =
            switch refused.refusal.reason {
            case .insufficientStock: "what it pays for is no longer there"
            case .customerLimit: "the customer has bought as much as the sale allows"
            case .alreadyConfirmed: "another payment has paid for it"
            case .holdCancelled: "it was cancelled"
            case .keyReused: "it came with the idempotency key of another payment"
            }
        self = .conflict(
            "payment \(refused.paymentRef) for hold \(refused.holdID) gets no goods, because \(why): refund it",
            reason: refused.refusal.reason.rawValue, details: details)
    }

    private static func place(_ sku: String?, _ location: String?) -> [String: JSONValue] {
        var details: [String: JSONValue] = [:]
        details["sku"] = sku.map(JSONValue.string)
        details["location"] = location.map(JSONValue.string)
        return details
    }
}
