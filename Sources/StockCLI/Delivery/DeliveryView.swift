import StockWire

/// How deliveries are shown.
enum DeliveryView {
    static func table(_ deliveries: [Wire.Delivery], allTenants: Bool, ifEmpty: String) -> [Block] {
        Block.table(
            [
                Column("Id", number: true, .essential), Column("Tenant"), Column("State", .essential),
                Column("What", .detail), Column("Contact", .essential, least: 8), Column("Over", .essential),
                Column("Address", .useful, least: 24), Column("Tries", number: true, .detail), Column("Sent", .useful),
                Column("Arrived", .useful), Column("Next try", .useful), Column("Why", .essential, least: 24),
                Column("Alerts", .detail, least: 6), Column("Queued", .detail),
            ],
            deliveries.map { delivery in
                [
                    Cell("\(delivery.id)"), Cell(allTenants ? delivery.tenant : nil), state(delivery),
                    Cell(delivery.message.rawValue), Cell(delivery.contact), Cell(delivery.kind.rawValue),
                    Cell(delivery.address), Cell("\(delivery.attempts)"), Cell(Format.time(delivery.sentAt)),
                    Cell(Format.time(delivery.deliveredAt)),
                    Cell(waits(delivery) ? nil : Format.time(delivery.nextAttemptAt)), Cell(why(delivery)),
                    Cell(alerts(delivery)), Cell(Format.time(delivery.createdAt)),
                ]
            },
            ifEmpty: ifEmpty)
    }

    static func change(_ change: DeliveryChange, _ what: String) -> [Block] {
        let number = Format.count(change.count, "delivery", "deliveries")
        guard change.count > 0 else { return [.text("Nothing to do: no deliveries match.")] }
        return [.text("\(number) \(what).")]
    }

    /// What goes to an address that is off is dropped, and what is held back stays so.
    static func retried(_ change: DeliveryChange) -> [Block] {
        let dropped = change.deliveries.filter { $0.state == .dropped }
        let held = change.deliveries.count { $0.state == .queued && $0.heldUntil != nil }
        guard !dropped.isEmpty || held > 0 else { return self.change(change, "tried again") }
        let tried = Format.count(change.count - dropped.count - held, "delivery", "deliveries")
        return [.text("\(tried) tried again." + (held > 0 ? " \(held) held back for now." : ""))]
            + dropped.map { .text("Delivery \($0.id) to \($0.contact) is dropped: \(why($0) ?? "").") }
    }

    private static func alerts(_ delivery: Wire.Delivery) -> String {
        delivery.alertCount > 3
            ? "\(delivery.alertCount) alerts" : delivery.alertIds.map(String.init).joined(separator: " ")
    }

    /// For something that has no time of its own, or one that stands beside it.
    private static func waits(_ delivery: Wire.Delivery) -> Bool { delivery.heldUntil != nil || delivery.channelError != nil }

    private static func why(_ delivery: Wire.Delivery) -> String? {
        guard let name = delivery.heldBecause ?? delivery.reason else {
            return delivery.channelError.map { "\(delivery.kind.rawValue) is misconfigured: \($0)" } ?? delivery.lastError
        }
        guard let reason = Wire.Reason(rawValue: name) else { return name }
        return ReasonView.why(reason, until: delivery.heldUntil, error: nil)
    }

    private static func state(_ delivery: Wire.Delivery) -> Cell {
        let name = delivery.state.rawValue
        switch delivery.state {
        case .queued: return delivery.heldUntil == nil ? Cell(name) : Cell("held", .faint)
        case .sending: return Cell(name)
        case .sent: return Cell(name, .good)
        case .dead: return Cell(name, .bad)
        case .dropped: return Cell(name, .faint)
        }
    }
}
