import StockWire

/// The lines at the edges: where one is, how it stands, and what keys do.
enum TopBars {
    static func title(_ state: TopState, _ columns: Int) -> ScreenLine {
        let scope: String? =
            switch state.scope {
            case .all: "all tenants"
            case .tenant(let name): name ?? (state.tenants.count > 1 ? Wire.defaultTenant : nil)
            }
        let place = [scope, state.location ?? "all locations"].compactMap(\.self).joined(separator: ", ")
        var right = ScreenLine()
        if !state.filter.isEmpty { right.add("filter \(state.filter)  ", .strong) }
        if state.isPaused { right.add("paused  ", .warning) }
        switch state.connection {
        case .connecting: right.add("connecting", .faint)
        case .live: right.add("live", .good)
        case .waiting: right.add("waiting for stockd", .warning)
        case .lost: right.add("connection lost, trying again", .bad)
        }
        right.add("  " + String(Format.moment(state.now).dropFirst(11).prefix(5)))
        var line = ScreenLine("stockd", .strong)
        line.add("  " + place)
        var fitting = line.cut(to: max(0, columns - right.width - 1))
        fitting.pad(to: columns - right.width)
        fitting.add(right)
        return fitting
    }

    /// `out 3   critical 2   low 4   healthy 409`
    static func severities(_ state: TopState) -> ScreenLine {
        var line = ScreenLine()
        guard let summary = state.summary else { return line }
        // Of several tenants' locations, those of that name.
        let here = state.location.map { name in summary.locations.filter { $0.location == name } }
        func add(_ name: String, _ all: Int, _ member: KeyPath<Wire.LocationSummary, Int>, _ style: Style, always: Bool = true) {
            let count = here?.reduce(0) { $0 + $1[keyPath: member] } ?? all
            guard always || count > 0 else { return }
            if line.width > 0 { line.space(3) }
            line.add("\(name) \(count)", count > 0 ? style : .faint)
        }
        add("out", summary.out, \.out, .worst)
        add("critical", summary.critical, \.critical, .bad)
        add("low", summary.low, \.low, .warning)
        add("healthy", summary.healthy, \.healthy, .good)
        add("untracked", summary.untracked, \.untracked, .faint, always: false)
        add("stale", summary.stale, \.stale, .warning, always: false)
        if state.isPartial { line.add("   the first \(state.alerts.count) alerts", .faint) }
        return line
    }

    static func footer(_ state: TopState, _ columns: Int) -> ScreenLine {
        switch state.mode {
        case .filtering:
            return prompt("Filter: ", state.filter, "Enter keeps it, Esc takes it back", columns)
        case .noting(let id, let text):
            let sku = state.alerts.first { $0.id == id }?.sku ?? "\(id)"
            return prompt("Note for \(DisplayText.cut(DisplayText.escaped(sku), to: 20)): ", text, "optional; Enter acknowledges, Esc doesn't", columns)
        case .help: return ScreenLine("Any key goes back.", .faint)
        case .detail: return remark(state) ?? ScreenLine("Enter back  ↑↓ another  a acknowledge  q quit", .faint)
        case .browse: break
        }
        if let remark = remark(state) { return remark }
        if case .lost(let why) = state.connection { return ScreenLine(why, .warning) }
        let tenant = state.tenants.count > 1 ? "t tenant  " : ""
        let keys = [
            "↑↓ select  Enter details  a acknowledge  f filter  l location  \(tenant)p pause  ? help  q quit",
            "↑↓ select  a acknowledge  f filter  l location  p pause  ? help  q quit", "↑↓ a f l p  ? help  q quit",
        ]
        return ScreenLine(keys.first { DisplayText.width($0) <= columns } ?? "? help  q quit", .faint)
    }

    private static func remark(_ state: TopState) -> ScreenLine? { state.remark.map { ScreenLine($0.text, $0.style) } }

    /// The end of what is typed is always seen.
    private static func prompt(_ label: String, _ text: String, _ hint: String, _ columns: Int) -> ScreenLine {
        var line = ScreenLine(label, .strong)
        var shown = DisplayText.escaped(text)
        while DisplayText.width(shown) > max(1, columns - line.width - 1) { shown.removeFirst() }
        line.add(shown)
        line.add("▏")
        if line.width + 2 + DisplayText.width(hint) <= columns { line.add("  " + hint, .faint) }
        return line
    }

    static let help = [
        "",
        "  ↑ ↓  k j        select an alert; PgUp, PgDn, g and G go further",
        "  Enter           what happened to it; Esc or Enter goes back",
        "  a               acknowledge it, with a note if you like",
        "  f  /            show only what contains a text; Esc shows all again",
        "  l  L            the next location, the one before",
        "  t               the next tenant, where there are several",
        "  p               pause: nothing moves until p is pressed again",
        "  Ctrl-L          draw everything anew",
        "  q  Ctrl-C       quit",
        "",
        "  The worst come first, then what lasts shortest. A full bar is two weeks of",
        "  cover at the present rate of sale; · is what is missing, and an empty place",
        "  means that nobody knows. What somebody has taken on is faint.",
        "",
        "  Changes of stock and holds are left out below: stockctl watch shows them.",
    ]
}
