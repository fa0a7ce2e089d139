import FoundationEssentials
import StockWire

/// How a summary is shown.
enum SummaryView {
    static func blocks(_ result: SummaryGet.Result) -> [Block] {
        let summary = result.summary
        var blocks: [Block] = [.facts(facts(summary))]
        if !summary.mostUrgent.isEmpty {
            let counts = summary.counts
            let short = counts.out + counts.critical + counts.low
            let part = short > summary.mostUrgent.count ? " (\(summary.mostUrgent.count) of \(short))" : ""
            blocks += [.heading("Most urgent, by money at risk a day\(part)"), .table(urgent(summary.mostUrgent))]
        }
        if !result.recipients.isEmpty {
            blocks += [.heading("Told"), .table(recipients(result.recipients))]
        }
        return blocks
    }

    private static func facts(_ summary: Wire.Summary) -> Facts {
        let counts = summary.counts, before = summary.before?.counts
        func count(_ number: Int, _ before: Int?, _ style: Style) -> Cell {
            let change = before.map { number - $0 } ?? 0
            return Cell("\(number)\(change == 0 ? "" : change > 0 ? " (+\(change))" : " (\(change))")", number == 0 ? .plain : style)
        }
        return Facts([
            ("Day", Cell("\(summary.day), as of \(Format.time(summary.at) ?? "")")),
            ("Out", count(counts.out, before?.out, .worst)),
            ("Critical", count(counts.critical, before?.critical, .bad)),
            ("Low", count(counts.low, before?.low, .warning)),
            ("Healthy", count(counts.healthy, before?.healthy, .good)),
            ("Untracked", counts.untracked == 0 ? nil : Cell("\(counts.untracked)")),
            ("Stale", counts.stale == 0 ? nil : Cell("\(counts.stale)", .warning)),
            ("Changes", summary.before.map { Cell("since \($0.day)") }),
            ("Alerts", Cell("\(summary.opened) began and \(summary.resolved) ended in the last 24 hours")),
        ])
    }

    private static func urgent(_ levels: [Wire.UrgentLevel]) -> Table {
        Table(
            [
                Column("SKU", .essential, least: 10), Column("Product", .essential, least: 12),
                Column("Location", .useful, least: 8), Column("Severity", .essential),
                Column("On hand", number: true, .useful), Column("Lasts", number: true, .useful),
                Column("At risk a day", number: true, .essential), Column("A day", number: true, .detail),
                Column("Price", number: true, .detail), Column("Category", .detail, least: 8),
            ],
            levels.map { level in
                [
                    Cell(level.sku), Cell(level.productName), Cell(level.location), Format.severity(level.severity),
                    Cell(Format.quantity(level.onHand)), Cell(Format.days(level.daysUntilStockout)), atRisk(level),
                    Cell(Format.quantity(level.velocityPerDay)), Cell(Format.money(level.price)), Cell(level.category),
                ]
            })
    }

    private static func atRisk(_ level: Wire.UrgentLevel) -> Cell {
        if let money = Format.money(level.atRiskPerDay) { return Cell(money) }
        return Cell(level.velocityPerDay == nil ? "pace not known" : "no price", .faint)
    }

    private static func recipients(_ recipients: [Wire.SummaryRecipient]) -> Table {
        Table(
            [
                Column("Contact", .essential, least: 8), Column("Over", .essential), Column("Address", .useful, least: 12),
                Column("State", .essential), Column("Sent", .useful), Column("Why", .essential, least: 42),
            ],
            recipients.map { one in
                [
                    Cell(one.contact), Cell(one.kind.rawValue), Cell(one.address), ReachedView.state(one.state, isHeld: one.until != nil),
                    Cell(Format.time(one.sentAt)), Cell(ReasonView.why(one.reason, until: one.until, error: one.error)),
                ]
            })
    }
}

/// How it is shown what became of word to an address.
enum ReachedView {
    /// - Parameter isHeld: its address wants it later, as lists of deliveries say it, too.
    static func state(_ state: Wire.ReachedState, isHeld: Bool = false) -> Cell {
        switch state {
        case .queued where isHeld: Cell("held", .faint)
        case .sent: Cell(state.rawValue, .good)
        case .queued, .sending: Cell(state.rawValue, .warning)
        case .dead: Cell(state.rawValue, .bad)
        case .dropped, .untold: Cell(state.rawValue, .faint)
        }
    }
}
