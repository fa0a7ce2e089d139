import StockWire

/// How stock is shown.
enum StockView {
    static func table(_ levels: [Wire.Level], allTenants: Bool, ifEmpty: String) -> [Block] {
        Block.table(
            [
                Column("Tenant", .useful), Column("SKU", .essential, least: 10), Column("Product", .useful, least: 12),
                Column("Location", .essential, least: 8), Column("On hand", number: true, .essential),
                Column("Held", number: true, .detail), Column("Available", number: true, .useful),
                Column("Incoming", number: true, .detail), Column("Severity", .essential),
                Column("Lasts", number: true, .useful), Column("Low", number: true, .detail),
                Column("Critical", number: true, .detail), Column("Counted", .useful), Column("Remark", .useful),
                Column("Category", .detail, least: 8), Column("A day", number: true, .detail),
                Column("Set by", .detail),
            ],
            levels.map { level in
                // What equals what is on hand is not worth a column.
                let promised = level.held != 0
                return [
                    Cell(allTenants ? level.tenant : nil), Cell(level.sku), Cell(level.name), Cell(level.location),
                    onHand(level), Cell(promised ? Format.quantity(level.held) : nil),
                    Cell(promised ? Format.quantity(level.available) : nil),
                    Cell(level.incoming == 0 ? nil : Format.quantity(level.incoming)), Format.severity(level.severity),
                    Cell(Format.days(level.daysUntilStockout)), Cell(Format.quantity(level.lowThreshold)),
                    Cell(Format.quantity(level.criticalThreshold)), Cell(Format.time(level.countedAt)),
                    Cell(remark(level), .faint), Cell(level.category), Cell(Format.quantity(level.velocityPerDay)),
                    Cell(level.thresholdOrigin),
                ]
            },
            ifEmpty: ifEmpty)
    }

    static func detail(_ level: Wire.Level) -> [Block] {
        let product = level.category.map { "\(level.name) (\($0))" } ?? level.name
        let origin = level.thresholdOrigin.map { ", set by \($0)" } ?? ""
        return [
            .facts(
                Facts([
                    ("Product", Cell(product, .strong)), ("SKU", Cell(level.sku)), ("Location", Cell(level.location)),
                    ("On hand", onHand(level)), ("Severity", Format.severity(level.severity)),
                    ("Held", level.held == 0 ? nil : Cell(Format.quantity(level.held))),
                    ("Available", level.held == 0 ? nil : Cell(Format.quantity(level.available))),
                    ("Incoming", level.incoming == 0 ? nil : Cell(Format.quantity(level.incoming))),
                    ("Low at", level.lowThreshold.map { Cell("\($0)\(origin)") }),
                    ("Critical at", Cell(Format.quantity(level.criticalThreshold))),
                    ("Sold a day", Cell(Format.quantity(level.velocityPerDay))),
                    ("Lasts", Cell(Format.days(level.daysUntilStockout))),
                    ("Counted", Cell(Format.time(level.countedAt))), ("Remark", remark(level).map { Cell($0) }),
                ]))
        ]
    }

    /// A level that nobody ever counted is not 0.
    private static func onHand(_ level: Wire.Level) -> Cell {
        level.tracking == .tracked ? Cell(Format.quantity(level.onHand)) : Cell("–", .faint)
    }

    private static func remark(_ level: Wire.Level) -> String? {
        switch level.tracking {
        case .untracked: "not tracked"
        case .unknown: "never counted"
        case .tracked: level.stale ? "stale" : nil
        }
    }

    /// `WID-001 Widget A at store-1: 4 on hand, low.` and what it did to the alert.
    static func change(_ change: StockChange) -> [Block] {
        let level = change.level
        let severity = level.severity.map { ", \($0.rawValue)" } ?? ""
        let alert = change.alert.map { [Block.text(AlertView.sentence($0), AlertView.style($0))] }
        return [.text("\(level.sku) \(level.name) at \(level.location): \(level.onHand) on hand\(severity).")] + (alert ?? [])
    }

    static func history(_ movements: [Wire.Movement], ifEmpty: String) -> [Block] {
        Block.table(
            [
                Column("When", .essential), Column("What", .essential), Column("Change", number: true, .essential),
                Column("On hand", number: true, .essential), Column("By", .useful, least: 6),
                Column("Reason", .useful, least: 12), Column("Source", .useful, least: 8),
                Column("External id", .detail, least: 10),
            ],
            movements.map { movement in
                [
                    Cell(Format.moment(movement.at)), Cell(movement.kind.rawValue.replacing("_", with: " ")),
                    Cell(Format.signed(movement.delta)), Cell(Format.quantity(movement.balance)), Cell(movement.by),
                    Cell(movement.reason), Cell(movement.source), Cell(movement.externalId),
                ]
            },
            ifEmpty: ifEmpty)
    }

    static func summary(_ summary: StockSummary.Result, allTenants: Bool) -> [Block] {
        func row(_ tenant: String?, _ name: String, _ counts: [Int], _ style: Style = .plain) -> [Cell] {
            let styles: [Style] = [.good, .warning, .bad, .worst, .faint, .faint]
            return [Cell(allTenants ? tenant : nil), Cell(name, style)]
                + zip(counts, styles).map { count, style in Cell("\(count)", count == 0 ? .faint : style) }
        }
        let rows = summary.locations.map { location in
            row(
                location.tenant, location.location,
                [location.healthy, location.low, location.critical, location.out, location.untracked, location.stale])
        }
        let total = row(
            nil, "all",
            [summary.healthy, summary.low, summary.critical, summary.out, summary.untracked, summary.stale], .strong)
        return Block.table(
            [
                Column("Tenant"), Column("Location", .essential, least: 8), Column("Healthy", number: true, .essential),
                Column("Low", number: true, .essential), Column("Critical", number: true, .essential),
                Column("Out", number: true, .essential), Column("Untracked", number: true, .detail),
                Column("Stale", number: true, .detail),
            ],
            rows.isEmpty ? [] : rows.count == 1 ? rows : rows + [total],
            ifEmpty: "No stock yet. Try: stockctl product create --help")
    }
}
