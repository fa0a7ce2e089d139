import StockWire

/// How events are shown: one a line.
enum EventView {
    /// `2026-05-01 10:00:03  alert.opened        out, WID-001 Widget A at store-1, 0 on hand, alert 42`
    static func line(_ event: Wire.Event, allTenants: Bool) -> Block {
        let kind = event.kind + String(repeating: " ", count: max(0, widestKind - DisplayText.width(event.kind)))
        // What does not fit goes on under itself.
        return .facts(Facts([("\(Format.moment(event.at))  \(kind)", what(event, allTenants: allTenants))]))
    }

    /// What it happened to: `out, WID-001 Widget A at store-1, 0 on hand, alert 42`.
    static func what(_ event: Wire.Event, allTenants: Bool) -> Cell {
        let object = alert(event) ?? level(event) ?? delivery(event) ?? source(event) ?? hold(event) ?? sale(event)
            ?? event.silence.map(SilenceView.news) ?? event.note
        return Cell([allTenants ? event.tenant : nil, object].compactMap(\.self).joined(separator: "  "), style(event))
    }

    private static let widestKind = Wire.EventKind.names.map(\.count).max() ?? 0

    private static func alert(_ event: Wire.Event) -> String? {
        event.alert.map { alert in
            let severity = alert.state == .resolved ? "" : "\(alert.severity.rawValue), "
            let escalated = alert.escalatedTo.map { "to \($0): " } ?? ""
            return """
                \(escalated)\(severity)\(alert.sku) \(alert.productName) at \(alert.location), \
                \(alert.currentStock) on hand, alert \(alert.id)
                """
        }
    }

    private static func level(_ event: Wire.Event) -> String? {
        event.level.map { level in
            if event.kind == Wire.EventKind.holdAtRisk.rawValue {
                return "\(level.sku) \(level.name) at \(level.location), \(level.onHand) on hand, more is held"
            }
            let severity = level.severity.map { ", \($0.rawValue)" } ?? ""
            return "\(level.sku) \(level.name) at \(level.location), \(level.onHand) on hand\(severity)"
        }
    }

    private static func delivery(_ event: Wire.Event) -> String? {
        event.delivery.map { delivery in
            let why = delivery.reason.map { ": \($0)" } ?? ""
            return "\(delivery.kind.rawValue) to \(delivery.contact) (\(delivery.address))\(why)"
        }
    }

    /// `2 × WID-001 (8 left) at store-1, order ORD-1001, sale black-friday, hold 42`
    private static func hold(_ event: Wire.Event) -> String? {
        event.hold.map { hold in
            let goods = HoldView.goods(
                hold.lines.map { line in
                    let left = line.remaining.map { $0 > 0 ? " (\($0) left)" : " (none left)" } ?? ""
                    return (text: "\(line.quantity) × \(line.sku)\(left)", location: line.location)
                })
            return [
                event.refund.map { "refund payment \($0.paymentRef), \(HoldView.why($0))" }, goods,
                event.kind == Wire.EventKind.holdExtended.rawValue ? "until \(Format.moment(hold.expiresAt))" : nil,
                "order \(hold.orderRef)", hold.sale.map { "sale \($0)" }, "hold \(hold.id)" + (event.note.map { ": \($0)" } ?? ""),
            ].compactMap(\.self).joined(separator: ", ")
        }
    }

    private static func sale(_ event: Wire.Event) -> String? {
        event.sale.map(event.kind == Wire.EventKind.saleEnded.rawValue ? SaleView.outcome : SaleView.plan)
    }

    /// Changes of stock and holds go by in masses; what stands out are alerts, what failed, and money to be given back.
    private static func style(_ event: Wire.Event) -> Style {
        if event.refund != nil { return .bad }
        switch Wire.EventKind(rawValue: event.kind) {
        case .holdAtRisk, .noticeOpened, .syncFailed: return .warning
        case .deliveryFailed: return .bad
        case .noticeResolved: return .good
        default: break
        }
        guard let alert = event.alert else { return .plain }
        return alert.state == .resolved ? .good : Format.severity(alert.severity).style
    }

    private static func source(_ event: Wire.Event) -> String? {
        event.source.map { source in
            if event.kind == Wire.EventKind.syncStarted.rawValue { return source.name }
            if event.kind == Wire.EventKind.syncPaused.rawValue { return source.name + (event.note.map { ": \($0)" } ?? "") }
            if let error = source.error { return "\(source.name): \(error)" }
            guard let counts = source.countsApplied, let sales = source.salesApplied else { return source.name }
            return "\(source.name): \(Format.count(counts, "count")), \(Format.count(sales, "sale"))"
        }
    }
}
