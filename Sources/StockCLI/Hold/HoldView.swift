import FoundationEssentials
import StockWire

/// How holds are shown.
enum HoldView {
    static func table(_ holds: [Wire.Hold], allTenants: Bool, ifEmpty: String) -> [Block] {
        Block.table(
            [
                Column("Id", number: true, .essential), Column("Tenant"), Column("State", .essential),
                Column("Goods", .essential, least: 12), Column("Location", .useful, least: 8),
                Column("Order", .essential, least: 8), Column("Until"), Column("Sale", .useful, least: 8),
                Column("Customer", .useful, least: 8), Column("Payment", .detail, least: 8), Column("Placed", .detail),
            ],
            holds.map { hold in
                [
                    Cell("\(hold.id)"), Cell(allTenants ? hold.tenant : nil), state(hold),
                    Cell(listed(hold.lines.map(quantityAndSKU))), Cell(locations(hold)), Cell(hold.orderRef),
                    Cell(Format.time(hold.endedAt ?? hold.expiresAt)), Cell(hold.sale), Cell(hold.customer),
                    Cell(hold.paymentRef), Cell(Format.time(hold.placedAt)),
                ]
            },
            ifEmpty: ifEmpty)
    }

    static func detail(_ hold: Wire.Hold) -> [Block] {
        let reason = hold.cancelReason.map { ", \($0)" } ?? ""
        return [
            .facts(
                Facts([
                    ("Hold", Cell("\(hold.id)")), ("State", state(hold)), ("Order", Cell(hold.orderRef, .strong)),
                    ("Customer", Cell(hold.customer)), ("Sale", Cell(hold.sale)),
                    ("Tenant", hold.tenant == Wire.defaultTenant ? nil : Cell(hold.tenant)),
                    ("Placed", Cell(Format.moment(hold.placedAt))),
                    ("Expires", hold.state == .held ? Cell(Format.moment(hold.expiresAt)) : nil),
                    ("Cancelled", hold.cancelledAt.map { Cell(Format.moment($0) + reason) }),
                    ("Expired", hold.expiredAt.map { Cell(Format.moment($0)) }),
                    ("Confirmed", hold.confirmedAt.map { Cell(Format.moment($0)) }), ("Payment", Cell(hold.paymentRef)),
                    ("At risk", hold.atRisk ? Cell("less is there than is held, so that a payment may have to be refunded", .warning) : nil),
                ])), .blank, lines(hold),
        ] + refunds(hold)
    }

    /// What `place` answers: what is promised, and what that leaves.
    static func placed(_ hold: Wire.Hold) -> [Block] {
        guard hold.lines.count == 1 else { return [sentence(hold), .blank, lines(hold)] }
        let left = hold.lines[0].remaining
        return [sentence(hold), .text(left > 0 ? "\(left) more can be held." : "No more can be held.")]
    }

    /// `Hold 42 held until 2026-05-01 10:10:00: 2 × WID-001 Widget A at store-1, order ORD-1001.`
    static func sentence(_ hold: Wire.Hold) -> Block {
        let what =
            switch hold.state {
            case .held: "held until \(Format.moment(hold.expiresAt))" + (hold.atRisk ? ", at risk" : "")
            case .confirmed:
                "confirmed" + (hold.late ? " late" : "") + (hold.paymentRef.map { " by payment \($0)" } ?? "")
            case .cancelled: "cancelled" + (hold.cancelReason.map { " (\($0))" } ?? "")
            case .expired: "expired"
            }
        let goods = hold.lines.count == 1 ? named(hold.lines[0]) : goods(hold.lines)
        return .text("Hold \(hold.id) \(what): \(goods), order \(hold.orderRef).", hold.atRisk ? .warning : .plain)
    }

    private static func named(_ line: Wire.HoldLine) -> String {
        "\(line.quantity) × \(line.sku) \(line.name) at \(line.location)"
    }

    private static func goods(_ lines: [Wire.HoldLine]) -> String {
        goods(lines.map { (text: quantityAndSKU($0), location: $0.location) })
    }

    private static func quantityAndSKU(_ line: Wire.HoldLine) -> String { "\(line.quantity) × \(line.sku)" }

    /// `2 × WID-001, 1 × GAD-001 at store-1`
    static func goods(_ lines: [(text: String, location: String)]) -> String {
        guard let location = lines.first?.location, lines.allSatisfy({ $0.location == location }) else {
            return listed(lines.map { "\($0.text) at \($0.location)" })
        }
        return "\(listed(lines.map(\.text))) at \(location)"
    }

    private static func locations(_ hold: Wire.Hold) -> String {
        var names: [String] = []
        for line in hold.lines where !names.contains(line.location) { names.append(line.location) }
        return listed(names)
    }

    /// A long list is told by its beginning.
    private static func listed(_ texts: [String]) -> String {
        texts.prefix(3).joined(separator: ", ") + (texts.count > 3 ? " and \(texts.count - 3) more" : "")
    }

    private static func lines(_ hold: Wire.Hold) -> Block {
        .table(
            Table(
                [
                    Column("SKU", .essential, least: 10), Column("Product", .useful, least: 12),
                    Column("Location", .essential, least: 8), Column("Quantity", number: true, .essential),
                    Column("Price", number: true, .useful), Column("Left after it", number: true, .useful),
                ],
                hold.lines.map { line in
                    [
                        Cell(line.sku), Cell(line.name), Cell(line.location), Cell(Format.quantity(line.quantity)),
                        Cell(Format.money(line.price)), Cell(Format.quantity(line.remaining)),
                    ]
                }))
    }

    private static func refunds(_ hold: Wire.Hold) -> [Block] {
        guard !hold.refusedPayments.isEmpty else { return [] }
        let shown = hold.refusedPayments.count, all = hold.refusedPaymentsTotal ?? shown
        let more = all > shown ? [Block.text("The newest \(shown) of \(all); all of them: stockctl hold refunds \(hold.id)")] : []
        return [.heading("Payments to be refunded")] + refunds(hold.refusedPayments, ifEmpty: "") + more
    }

    static func refunds(_ payments: [Wire.RefusedPayment], ifEmpty: String) -> [Block] {
        Block.table(
            [Column("Payment", .essential, least: 12), Column("Came", .essential), Column("Why", .essential, least: 16)],
            payments.map { payment in
                [Cell(payment.paymentRef, .bad), Cell(Format.moment(payment.at)), Cell(why(payment))]
            },
            ifEmpty: ifEmpty)
    }

    /// Why a payment gets no goods.
    static func why(_ payment: Wire.RefusedPayment) -> String {
        switch payment.reason {
        case "insufficient_stock": payment.available > 0 ? "only \(payment.available) left" : "nothing left"
        case "customer_limit": "more than the sale allows the customer"
        case "already_confirmed": "another payment has paid for it"
        case "hold_cancelled": "the hold was cancelled"
        case "idempotency_key_reused": "it came with another payment's idempotency key"
        default: payment.reason.replacing("_", with: " ")
        }
    }

    /// Of a payment refused for want of goods, what the message doesn't say: `nothing of WID-001 is left at store-1`.
    static func whatIsLeft(_ refusal: ErrorObject) -> String? {
        guard refusal.reason == "insufficient_stock", refusal.details["refund"] == .bool(true),
            case .string(let sku)? = refusal.details["sku"], case .string(let location)? = refusal.details["location"],
            case .number(let available)? = refusal.details["available"]
        else { return nil }
        return "\(available > 0 ? "only \(available)" : "nothing") of \(sku) \(available > 1 ? "are" : "is") left at \(location)"
    }

    private static func state(_ hold: Wire.Hold) -> Cell {
        let name = hold.state.rawValue
        if !hold.refusedPayments.isEmpty { return Cell("\(name), refund due", .bad) }
        switch hold.state {
        case .held: return hold.atRisk ? Cell("\(name), at risk", .warning) : Cell(name)
        case .confirmed: return Cell(hold.late ? "\(name) late" : name, .good)
        case .cancelled, .expired: return Cell(name, .faint)
        }
    }
}

extension Wire.Hold {
    fileprivate var endedAt: Wire.Time? { confirmedAt ?? cancelledAt ?? expiredAt }
}
