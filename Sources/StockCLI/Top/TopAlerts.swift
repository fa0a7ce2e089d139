import FoundationEssentials
import StockWire

/// The most urgent alerts, with bars of cover.
enum TopAlerts {
    static func lines(_ state: TopState, _ size: ScreenSize) -> [ScreenLine] {
        let alerts = state.shownAlerts
        guard !alerts.isEmpty else {
            let text =
                if !state.knowsAlerts { "" } else if state.filter.isEmpty { "No alerts: nothing runs low." } else {
                    "No alert matches \(state.filter)."
                }
            return [ScreenLine(), ScreenLine("  " + text, state.filter.isEmpty ? .good : .plain)]
        }
        let hasHeader = size.rows > 4
        let rows = size.rows - (hasHeader ? 1 : 0)
        let columns = Columns(alerts, state, size.columns)
        let selected = alerts.firstIndex { $0.id == state.selected } ?? 0
        // The selected one stays in the middle where there is more than fits.
        let first = max(0, min(selected - rows / 2, alerts.count - rows))
        return (hasHeader ? [columns.header()] : [])
            + alerts[first..<min(alerts.count, first + max(0, rows))].map { columns.line($0, isSelected: $0.id == state.selected) }
    }

    /// How wide each is, and what is left out.
    private struct Columns {
        let now: Wire.Time
        let tenant: Int
        let sku: Int
        let name: Int
        let location: Int
        let bar: Int
        let owner: Int
        /// Where there is no room for both, whoever has taken it on stands in its place.
        let age: Int
        let shown: Int

        init(_ alerts: [Wire.Alert], _ state: TopState, _ columns: Int) {
            func widest(_ texts: [String], _ title: String, atMost limit: Int) -> Int {
                min(limit, texts.reduce(DisplayText.width(title)) { max($0, DisplayText.width(DisplayText.escaped($1))) })
            }
            now = state.now
            shown = columns
            tenant = state.scope == .all && columns >= 60 ? widest(alerts.map(\.tenant), "Tenant", atMost: max(8, columns / 12)) + 1 : 0
            sku = widest(alerts.map(\.sku), "SKU", atMost: max(8, columns / 7)) + 1
            location = state.location == nil && columns >= 48 ? widest(alerts.map(\.location), "Location", atMost: max(8, columns / 8)) + 1 : 0
            bar = columns >= 64 ? min(24, columns / 8) + 1 : 0
            let owners = alerts.compactMap(\.acknowledgedBy)
            let isApart = columns >= 110
            owner = owners.isEmpty || !isApart ? 0 : widest(owners, "Taken by", atMost: columns / 10) + 1
            age = columns < 56 ? 0 : owners.isEmpty || isApart ? 7 : 9
            let taken = 2 + 9 + tenant + sku + location + 7 + bar + 8 + age + owner
            let room = columns - taken
            name = room < 6 ? 0 : min(room, widest(alerts.map(\.productName), "Product", atMost: 60) + 1)
        }

        func header() -> ScreenLine {
            line(
                marker: "", Cell("Severity"), tenant: "Tenant", sku: "SKU", name: "Product", location: "Location", stock: "Stock",
                bar: bar > 20 ? "Cover, up to 2 weeks" : "Cover", lasts: "Lasts", age: age == 9 ? "Since/by" : "Since", owner: "Taken by",
                style: .faint)
        }

        func line(_ alert: Wire.Alert, isSelected: Bool) -> ScreenLine {
            var severity = Format.severity(alert.severity)
            let isTaken = alert.state == .acknowledged
            if isTaken { severity.style = .faint }
            let cover = alert.severity == .out ? 0 : alert.daysUntilStockout
            return line(
                marker: isSelected ? "›" : "", severity, tenant: alert.tenant, sku: alert.sku, name: alert.productName,
                location: alert.location, stock: alert.currentStock.description,
                bar: CoverBar.text(cover, columns: max(0, bar - 1)),
                lasts: alert.severity == .out ? "gone" : Format.days(alert.daysUntilStockout) ?? "?",
                age: (age == 9 ? alert.acknowledgedBy : nil) ?? TopView.age(alert.openedAt, now) ?? "", owner: alert.acknowledgedBy ?? "",
                style: isSelected ? .strong : isTaken ? .faint : .plain)
        }

        private func line(
            marker: String, _ severity: Cell, tenant: String, sku: String, name: String, location: String, stock: String,
            bar: String, lasts: String, age: String, owner: String, style: Style
        ) -> ScreenLine {
            var line = ScreenLine()
            func add(_ text: String, _ style: Style, _ columns: Int, right: Bool = false) {
                guard columns > 1 else { return }
                line.add(text, style, columns: columns - 1, right: right)
                line.space(1)
            }
            line.add(marker, .strong, columns: 2)
            add(severity.text, severity.style == .plain ? style : severity.style, 9)
            add(tenant, style, self.tenant)
            add(sku, style, self.sku)
            add(name, style, self.name)
            add(location, style, self.location)
            add(stock, style, 7, right: true)
            add(bar, severity.style == .plain ? style : severity.style, self.bar)
            add(lasts, style, 8, right: true)
            add(age, style, self.age, right: true)
            add(owner, style, self.owner)
            return line
        }
    }
}
