import StockWire

/// How silences are shown.
enum SilenceView {
    static func table(_ silences: [Wire.Silence], allTenants: Bool, ifEmpty: String) -> [Block] {
        Block.table(
            [
                Column("Id", number: true, .essential), Column("Tenant"), Column("State", .essential),
                Column("Silenced", .essential, least: 24), Column("From", .detail), Column("Until", .essential),
                Column("Alerts", number: true), Column("By", least: 6), Column("Comment", least: 12),
            ],
            silences.map { silence in
                [
                    Cell("\(silence.id)"), Cell(allTenants ? silence.tenant : nil), state(silence.state), Cell(scope(silence)),
                    Cell(Format.time(silence.startsAt)), Cell(Format.time(silence.expiredAt ?? silence.endsAt)),
                    Cell(silence.alerts.map(String.init)), Cell(silence.author), Cell(silence.comment),
                ]
            },
            ifEmpty: ifEmpty)
    }

    static func detail(_ silence: Wire.Silence) -> [Block] {
        [
            .facts(
                Facts([
                    ("Silence", Cell("\(silence.id)")), ("State", state(silence.state)),
                    ("Silenced", Cell(scope(silence), .strong)),
                    ("Tenant", silence.tenant == Wire.defaultTenant ? nil : Cell(silence.tenant)),
                    ("From", Cell(Format.moment(silence.startsAt))), ("Until", Cell(Format.moment(silence.endsAt))),
                    ("By", Cell("\(silence.author), \(Format.moment(silence.createdAt))")), ("Comment", Cell(silence.comment)),
                    (
                        "Ended",
                        silence.expiredAt.map { Cell(Format.moment($0) + (silence.expiredBy.map { " by \($0)" } ?? "")) }
                    ),
                    ("Alerts", silence.alerts.map { Cell("\($0) \(beneath(silence.state, $0))") }),
                ]))
        ]
    }

    /// What `create` answers.
    static func made(_ silence: Wire.Silence) -> [Block] {
        let time =
            silence.state == .planned
            ? "planned from \(Format.moment(silence.startsAt)) until \(Format.moment(silence.endsAt))"
            : "active until \(Format.moment(silence.endsAt))"
        return [
            .text("Silence \(silence.id) \(time): \(scope(silence))."),
            silence.alerts.map { count in
                .text(count == 0 ? "No alert stands beneath it now." : "\(Format.count(count, "alert")) \(beneath(silence.state, count)).")
            },
        ].compactMap(\.self)
    }

    private static func beneath(_ state: Wire.SilenceState, _ count: Int) -> String {
        let stands = count == 1 ? "stands" : "stand"
        return state == .planned ? "that \(stands) now would be silenced" : "\(stands) beneath it now"
    }

    /// `SKU WID-*, category Tools, at store-?, critical or milder`
    static func scope(_ silence: Wire.Silence) -> String {
        var parts: [String] = []
        if let sku = silence.sku { parts.append(sku == "*" ? "all products" : "SKU \(sku)") }
        if let category = silence.category { parts.append("category \(category)") }
        if let location = silence.location { parts.append("at \(location)") }
        // Nothing is worse than out, and nothing milder than low.
        let severity: String? =
            switch silence.severity {
            case .low: "low"
            case .critical: "critical or milder"
            default: nil
            }
        guard !parts.isEmpty else { return "everything" + (severity.map { " \($0)" } ?? "") }
        return (parts + [severity].compactMap(\.self)).joined(separator: ", ")
    }

    /// As an event tells it: `silence 3: SKU WID-*, until 2026-05-01 10:00:00, by ann (stocktaking)`
    static func news(_ silence: Wire.Silence) -> String {
        if let by = silence.expiredBy { return "silence \(silence.id): \(scope(silence)), ended by \(by)" }
        let from = silence.state == .planned ? "from \(Format.moment(silence.startsAt)) " : ""
        return """
            silence \(silence.id): \(scope(silence)), \(from)until \(Format.moment(silence.endsAt)), by \(silence.author) \
            (\(silence.comment))
            """
    }

    private static func state(_ state: Wire.SilenceState) -> Cell {
        switch state {
        case .planned: Cell(state.rawValue)
        case .active: Cell(state.rawValue, .warning)
        case .expired: Cell(state.rawValue, .faint)
        }
    }
}
