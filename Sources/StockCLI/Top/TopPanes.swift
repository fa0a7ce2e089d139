import StockWire

/// Messages, sources, and what happens.
enum TopPanes {
    static func messages(_ state: TopState) -> [ScreenLine] {
        guard let counts = state.status?.counts else { return [ScreenLine()] }
        var line = ScreenLine("Messages  ", .faint)
        line.add("\(counts.deliveriesQueued) queued", counts.deliveriesQueued == 0 ? .plain : .strong)
        if counts.deliveriesDead > 0 { line.add(", \(counts.deliveriesDead) given up", .bad) }
        guard let sent = state.sent else { return [line] }
        let lately = sent.count { $0.sentAt.map { state.now.milliseconds - $0.milliseconds < 3_600_000 } ?? false }
        line.add(", \(lately)\(lately == TopFeed.sentLimit ? " or more" : "") sent within an hour")
        if let last = sent.first, let age = TopView.age(last.sentAt, state.now) {
            line.add(", last \(age == "now" ? "now" : "\(age) ago") to \(last.contact) by \(last.kind.rawValue)")
        }
        return [line]
    }

    static func sources(_ state: TopState, _ columns: Int, rows: Int) -> [ScreenLine] {
        guard let sources = state.status?.sources, !sources.isEmpty else { return [] }
        // What is the matter with one must be seen, however many there are.
        let sorted = sources.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
        let shown = sorted.count > rows ? max(0, rows - 1) : sorted.count
        let widest = min(columns / 3, sorted.prefix(shown).map { DisplayText.width(DisplayText.escaped($0.name)) }.max() ?? 0)
        let lines = sorted.prefix(shown).map { source in
            var line = ScreenLine("Source    ", .faint)
            line.add(source.name, .plain, columns: widest)
            line.space(2)
            line.add(source.state.rawValue, style(source.state))
            line.add(", " + (TopView.age(source.lastSuccessAt, state.now).map { $0 == "now" ? "synced now" : "synced \($0) ago" } ?? "never synced"))
            if let error = source.error {
                line.add(": \(error)", .bad)
            } else if let next = source.nextRunAt, next > state.now {
                line.add(", next in \(TopView.age(state.now, next)?.replacing("now", with: "a moment") ?? "")")
            }
            return line
        }
        return lines + (sorted.count > shown ? [ScreenLine("          and \(sorted.count - shown) more sources", .faint)] : [])
    }

    private static func rank(_ source: Wire.Source) -> Int {
        switch source.state {
        case .failed: 0
        case .waiting: 1
        case .running, .idle, .paused: source.error == nil ? 2 : 1
        }
    }

    private static func style(_ state: Wire.SyncState) -> Style {
        switch state {
        case .idle, .running: .good
        case .waiting: .warning
        case .failed: .bad
        case .paused: .faint
        }
    }

    /// The last ones, newest at the bottom.
    static func events(_ state: TopState, _ columns: Int, rows: Int) -> [ScreenLine] {
        let events = state.shownEvents.suffix(rows)
        guard !events.isEmpty else {
            return TopView.filled([ScreenLine(state.connection == .connecting ? "" : "Nothing yet.", .faint)], rows)
        }
        let widest = columns >= 70 ? Wire.EventKind.names.map(\.count).max() ?? 0 : 0
        let lines = events.map { event in
            var line = ScreenLine(String(Format.moment(event.at).suffix(8)) + "  ", .faint)
            if widest > 0 { line.add(event.kind, .plain, columns: widest + 1) }
            let what = EventView.what(event, allTenants: state.scope == .all)
            line.add(what.text.isEmpty && widest == 0 ? event.kind : what.text, what.style)
            return line.cut(to: columns)
        }
        return TopView.filled(lines, rows)
    }
}
