import StockWire

/// How the audit is shown.
enum AuditView {
    static func table(_ entries: [Wire.AuditEntry], allTenants: Bool) -> [Block] {
        Block.table(
            [
                Column("Id", number: true, .essential), Column("At", .essential), Column("Tenant"),
                Column("User", .essential, least: 8), Column("Role", .detail), Column("Method", .essential),
                Column("Outcome", .essential), Column("Params", .essential, least: 24),
            ],
            entries.map { entry in
                [
                    Cell("\(entry.id)"), Cell(Format.time(entry.at)), Cell(allTenants ? entry.tenant : nil), Cell(entry.name),
                    Cell(entry.role), Cell(entry.method), outcome(entry.outcome), Cell(params(entry.params)),
                ]
            },
            ifEmpty: "No entries.")
    }

    /// Nothing of it is cut.
    static func detail(_ entry: Wire.AuditEntry) -> [Block] {
        let isBare = if case .object(let members) = entry.params { members.isEmpty } else { false }
        return [
            .facts(
                Facts([
                    ("Entry", Cell("\(entry.id)", .strong)), ("At", Cell(Format.moment(entry.at))),
                    ("Tenant", entry.tenant == Wire.defaultTenant ? nil : Cell(entry.tenant ?? "none")),
                    ("User", Cell("\(entry.name) (\(entry.uid))")), ("Role", Cell(entry.role ?? "none")),
                    ("Method", Cell(entry.method)), ("Outcome", outcome(entry.outcome)),
                ]))
        ] + (isBare ? [] : [.heading("Params")] + ConfigView.yaml(entry.params))
    }

    static func verdict(_ result: AuditVerify.Result) -> [Block] {
        let entries = Format.count(result.entries, "entry", "entries")
        let last = result.last.map { ", up to \($0) with the hash \(result.hash ?? "")" } ?? ""
        guard !result.intact else { return [.text("The audit is whole: \(entries)\(last).", .good)] }
        return [
            .text(
                "The audit is not whole: entry \(result.brokenAt ?? 0) was changed, is missing or does not belong there.", .bad),
            .text("Before it, \(entries) \(result.entries == 1 ? "is" : "are") as written\(last)."),
        ]
    }

    private static func outcome(_ outcome: String) -> Cell {
        switch outcome {
        case "done": Cell(outcome, .good)
        case "denied": Cell(outcome, .bad)
        default: Cell(outcome)
        }
    }

    private static func params(_ params: JSONValue) -> String {
        if case .object(let members) = params, members.isEmpty { return "" }
        return (try? JSON.encode(params)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
