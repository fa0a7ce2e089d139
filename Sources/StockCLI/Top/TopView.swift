import FoundationEssentials
import StockWire

/// What `stockctl top` looks like: one pure function.
package enum TopView {
    /// Exactly as many lines as there are rows, none wider than the screen. Where there is too little room, the least urgent
    /// goes first: sources and messages, events, the names of columns; at last there is one line.
    package static func render(_ state: TopState, _ size: ScreenSize) -> [ScreenLine] {
        guard size.rows > 0, size.columns > 0 else { return [] }
        var lines: [ScreenLine] = []
        if size.rows > 1 { lines.append(TopBars.title(state, size.columns)) }
        if size.rows > 3 { lines.append(TopBars.severities(state)) }
        let room = size.rows - lines.count - (size.rows > 2 ? 1 : 0)
        lines += filled(body(state, ScreenSize(columns: size.columns, rows: room)), room)
        if size.rows > 2 { lines.append(TopBars.footer(state, size.columns)) }
        return filled(lines, size.rows).map { $0.cut(to: size.columns) }
    }

    private static func body(_ state: TopState, _ size: ScreenSize) -> [ScreenLine] {
        switch state.mode {
        case .help: TopBars.help.map { ScreenLine($0) }
        case .detail: detail(state, size)
        case .browse, .filtering, .noting: size.columns >= 120 ? wide(state, size) : narrow(state, size)
        }
    }

    /// Everything below each other.
    private static func narrow(_ state: TopState, _ size: ScreenSize) -> [ScreenLine] {
        var below: [ScreenLine] = []
        if size.rows >= 12 {
            below.append(rule("", size.columns))
            below += TopPanes.messages(state)
            below += TopPanes.sources(state, size.columns, rows: size.rows >= 30 ? 6 : 2)
        }
        if size.rows >= 8 {
            let rows = max(2, size.rows / 4)
            below.append(rule("What happens", size.columns))
            below += TopPanes.events(state, size.columns, rows: rows)
        }
        let rows = size.rows - below.count
        return filled(TopAlerts.lines(state, ScreenSize(columns: size.columns, rows: rows)), rows) + below
    }

    /// Alerts above; below them on the left messages and sources, on the right what happens.
    private static func wide(_ state: TopState, _ size: ScreenSize) -> [ScreenLine] {
        let rows = size.rows >= 12 ? min(18, size.rows / 3) : 0
        let above = size.rows - rows
        let lines = filled(TopAlerts.lines(state, ScreenSize(columns: size.columns, rows: above)), above)
        guard rows > 0 else { return lines }
        let left = size.columns * 2 / 5
        let right = size.columns - left - 2
        let messages = [rule("Messages and sources", left)] + TopPanes.messages(state) + TopPanes.sources(state, left, rows: rows - 2)
        let events = [rule("What happens", right)] + TopPanes.events(state, right, rows: rows - 1)
        return lines
            + zip(filled(messages, rows), filled(events, rows)).map { one, other in
                var line = one.cut(to: left)
                line.pad(to: left + 2)
                line.add(other)
                return line
            }
    }

    private static func detail(_ state: TopState, _ size: ScreenSize) -> [ScreenLine] {
        guard let alert = state.selectedAlert else { return [] }
        return AlertView.detail(alert).flatMap { $0.lines(on: Terminal(width: size.columns, isColoured: false)) }
            .map { ScreenLine($0) }
    }

    static func rule(_ title: String, _ columns: Int) -> ScreenLine {
        var line = ScreenLine()
        if !title.isEmpty { line.add(title + " ", .faint) }
        line.add(String(repeating: "─", count: max(0, columns - line.width)), .faint)
        return line
    }

    static func filled(_ lines: [ScreenLine], _ rows: Int) -> [ScreenLine] {
        lines.count >= rows ? Array(lines.prefix(max(0, rows))) : lines + Array(repeating: ScreenLine(), count: rows - lines.count)
    }

    /// `now`, `5 min`, `3 h`, `4 d`: as coarse as it can be, so that little moves.
    static func age(_ time: Wire.Time?, _ now: Wire.Time) -> String? {
        time.map { time in
            let minutes = max(0, now.milliseconds - time.milliseconds) / 60_000
            switch minutes {
            case 0: return "now"
            case ..<60: return "\(minutes) min"
            case ..<2880: return "\(minutes / 60) h"
            default: return "\(minutes / 1440) d"
            }
        }
    }
}
