import StockDomain

/// What a step was answered, in terms that the model and the store share.
enum HoldOutcome: Hashable, Sendable {
    case done
    case hold(HoldView)
    /// By its name on the wire.
    case refused(String, available: Quantity?, HoldStep.Key?)
    case refund(RefundView)
    /// No such hold, or whatever the field names.
    case unknown(String?)
    case invalid(String)
    case conflict(String)
    case expired(Int)
    /// What should not happen.
    case failed(String)
}

/// A hold as anybody sees it. Instants are milliseconds since the simulation began.
struct HoldView: Hashable, Sendable {
    var order: Int
    var state: HoldState
    var lines: [HoldStep.Line]
    var remaining: [Quantity]
    var sale: Int?
    var customer: Int?
    var placedAt: Int64
    var expiresAt: Int64
    var confirmedAt: Int64?
    var cancelledAt: Int64?
    var expiredAt: Int64?
    var payment: Int?
    var late = false
    var atRisk = false
    var refunds: [RefundView] = []
}

extension HoldView: CustomStringConvertible {
    var description: String {
        let instants = [
            ("confirmed", confirmedAt), ("cancelled", cancelledAt), ("expired", expiredAt),
        ].compactMap { name, at in at.map { " \(name) at \($0)" } }
        return "o\(order) \(state.rawValue)" + (late ? " late" : "") + (atRisk ? " at risk" : "")
            + " \(lines), remaining \(remaining)"
            + (sale.map { " s\($0)" } ?? "") + (customer.map { " c\($0)" } ?? "") + (payment.map { " pay\($0)" } ?? "")
            + " placed at \(placedAt) until \(expiresAt)" + instants.joined() + (refunds.isEmpty ? "" : " refunds \(refunds)")
    }
}

extension RefundView: CustomStringConvertible {
    var description: String {
        "pay\(payment) at \(at) for \(reason.rawValue), \(available) available" + (line.map { " of line \($0)" } ?? "")
    }
}

struct RefundView: Hashable, Sendable {
    var payment: Int
    var reason: RefundReason
    var available: Quantity = .zero
    /// The line that fell short.
    var line: Int?
    var at: Int64
}
