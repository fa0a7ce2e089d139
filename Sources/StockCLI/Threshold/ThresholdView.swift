import StockWire

/// How threshold settings are shown.
enum ThresholdView {
    static func table(_ thresholds: [Wire.Threshold], allTenants: Bool) -> [Block] {
        Block.table(
            [
                Column("Tenant"), Column("For", .essential, least: 12), Column("Low", number: true, .essential),
                Column("Critical", number: true, .essential), Column("Alerts", .useful), Column("Needs sales", .useful),
            ],
            thresholds.map { threshold in
                [
                    Cell(allTenants ? threshold.tenant : nil), Cell(scope(threshold)), Cell(threshold.low),
                    Cell(threshold.critical), Cell(threshold.enabled.map { $0 ? "on" : "off" }),
                    Cell(threshold.requireSalesDays.map { "within \(Format.count($0, "day"))" }),
                ]
            },
            ifEmpty: "No settings: the configuration's thresholds hold. Try: stockctl threshold set --help")
    }

    private static func scope(_ threshold: Wire.Threshold) -> String {
        let what = threshold.sku.map { "product \($0)" } ?? threshold.category.map { "category \($0)" }
        let place = threshold.location.map { what == nil ? "location \($0)" : "at \($0)" }
        let parts = [what, place].compactMap(\.self)
        return parts.isEmpty ? "everything" : parts.joined(separator: " ")
    }
}
