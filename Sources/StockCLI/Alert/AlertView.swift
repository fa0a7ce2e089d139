import StockWire

/// How alerts are shown.
enum AlertView {
    static func table(_ alerts: [Wire.Alert], allTenants: Bool, state: Wire.AlertFilter) -> [Block] {
        Block.table(
            [
                Column("Id", number: true, .essential), Column("Tenant", .useful), Column("Severity", .essential),
                Column("SKU", .essential, least: 10), Column("Product", .useful, least: 12),
                Column("Location", .essential, least: 8), Column("Stock", number: true, .essential),
                Column("Lasts", number: true, .useful), Column("Opened", .useful), Column("State", .useful),
                Column("By", .useful, least: 6), Column("Threshold", number: true, .detail),
                Column("Category", .detail, least: 8), Column("Told", .detail), Column("Set by", .detail),
                Column("Resolved", .detail), Column("Silent until", .detail), Column("Escalates", .detail, least: 16),
            ],
            alerts.map { alert in
                [
                    Cell("\(alert.id)"), Cell(allTenants ? alert.tenant : nil), Format.severity(alert.severity),
                    Cell(alert.sku), Cell(alert.productName), Cell(alert.location),
                    Cell(Format.quantity(alert.currentStock)), Cell(Format.days(alert.daysUntilStockout)),
                    Cell(Format.time(alert.openedAt)), Cell(alert.state.rawValue, style(alert.state)),
                    Cell(alert.acknowledgedBy), Cell(Format.quantity(alert.threshold)), Cell(alert.category),
                    Cell(Format.time(alert.lastNotifiedAt)), Cell(alert.thresholdOrigin),
                    Cell(Format.time(alert.resolvedAt)), Cell(Format.time(alert.silence?.endsAt), .faint),
                    Cell(nextStep(alert, at: Format.time)),
                ]
            },
            ifEmpty: state == .active
                ? "No alerts: nothing runs low. (`--state all` shows past ones.)" : "No alerts match.")
    }

    static func detail(_ alert: Wire.Alert) -> [Block] {
        let product = alert.category.map { "\(alert.productName) (\($0))" } ?? alert.productName
        return [
            .facts(
                Facts([
                    ("Alert", Cell("\(alert.id)")), ("Product", Cell(product, .strong)), ("SKU", Cell(alert.sku)),
                    ("Location", Cell(alert.location)),
                    ("Tenant", alert.tenant == Wire.defaultTenant ? nil : Cell(alert.tenant)),
                    ("Severity", Format.severity(alert.severity)), ("State", Cell(alert.state.rawValue, style(alert.state))),
                    ("Stock", Cell(Format.quantity(alert.currentStock))),
                    ("Threshold", alert.threshold.map { Cell("\($0)" + (alert.thresholdOrigin.map { ", set by \($0)" } ?? "")) }),
                    ("Lasts", Cell(Format.days(alert.daysUntilStockout))),
                    ("Opened", Cell(Format.time(alert.openedAt))),
                    ("Last told", Cell(Format.time(alert.lastNotifiedAt))),
                    ("Next told", nextTold(alert).map { Cell(Format.time($0)) }),
                    (
                        "Silenced",
                        alert.silence.map {
                            Cell("until \(Format.moment($0.endsAt)) by \($0.author): \($0.comment) (silence \($0.id))", .warning)
                        }
                    ),
                    ("Escalates", alert.escalation.map { Cell("\(nextStep(alert, at: Format.moment) ?? "no more") (\($0.name))") }),
                    ("Taken by", Cell(alert.acknowledgedBy)),
                    (
                        "Resolved",
                        Format.time(alert.resolvedAt).map { at in
                            Cell(at + (alert.resolvedCause.map { ", " + $0.rawValue.replacing("_", with: " ") } ?? ""))
                        }
                    ),
                ]))
        ] + timeline(alert)
    }

    /// Not before; nil where nothing holds it back but the time of the next reminder.
    private static func nextTold(_ alert: Wire.Alert) -> Wire.Time? {
        guard alert.state != .resolved, let at = [alert.nextNotifyAt, alert.silence?.endsAt].compactMap(\.self).max() else { return nil }
        return at > .now ? at : nil
    }

    /// `2026-05-01 10:30 to owner`; nil where no step comes any more.
    private static func nextStep(_ alert: Wire.Alert, at shown: (Wire.Time) -> String?) -> String? {
        guard let escalation = alert.escalation, let at = escalation.nextStepAt.flatMap(shown) else { return nil }
        return at + (escalation.nextContact.map { " to \($0)" } ?? "")
    }

    private static func timeline(_ alert: Wire.Alert) -> [Block] {
        guard !alert.timeline.isEmpty else { return [] }
        return [
            .heading("Timeline"),
            .table(
                Table(
                    [
                        Column("When", .essential), Column("What", .essential), Column("Severity", .essential),
                        Column("On hand", number: true, .useful), Column("By", .useful, least: 6),
                        Column("Note", .essential, least: 16, wraps: true),
                    ],
                    alert.timeline.map { event in
                        [
                            Cell(Format.moment(event.at)), Cell(event.kind), Format.severity(event.severity),
                            Cell(Format.quantity(event.onHand)), Cell(event.by), Cell(note(event)),
                        ]
                    })),
        ]
    }

    /// What an entry says beyond its kind; of an escalation whom it told: `manager: 1 address`.
    static func note(_ event: Wire.AlertEvent) -> String? {
        switch event.kind {
        case "suppressed": event.note.map(ReasonView.phrase(named:))
        case "escalated": event.note.map { $0.replacing(", escalated, ", with: ": ", maxReplacements: 1) }
        default: event.note
        }
    }

    /// One line on what an alert is now: `Alert 42 open: out, WID-001 Widget A at store-1, 0 on hand.`
    static func sentence(_ alert: Wire.Alert) -> String {
        let owner = alert.state == .acknowledged ? alert.acknowledgedBy.map { " by \($0)" } ?? "" : ""
        let state = alert.state.rawValue + owner
        let severity = alert.state == .resolved ? "" : "\(alert.severity.rawValue), "
        return """
            Alert \(alert.id) \(state): \(severity)\(alert.sku) \(alert.productName) at \
            \(alert.location), \(alert.currentStock) on hand.
            """
    }

    /// Of that sentence.
    static func style(_ alert: Wire.Alert) -> Style {
        alert.state == .resolved ? .good : Format.severity(alert.severity).style
    }

    private static func style(_ state: Wire.AlertState) -> Style {
        switch state {
        case .open: .plain
        case .acknowledged: .faint
        case .resolved: .good
        }
    }
}
