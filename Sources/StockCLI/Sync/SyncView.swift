import StockWire

/// How sources are shown.
enum SyncView {
    static func table(_ sources: [Wire.Source], allTenants: Bool) -> Table {
        Table(
            [
                Column("Tenant"), Column("Source", .essential, least: 24), Column("Kind", .useful),
                Column("State", .essential), Column("Last success", .useful), Column("Next", .detail),
                Column("Pages", number: true, .detail), Column("Counts", number: true, .useful),
                Column("Sales", number: true, .useful), Column("Skipped", number: true, .useful),
                Column("Error", .useful, least: 16),
            ],
            sources.map { source in
                let skipped = source.skippedCount
                return [
                    Cell(allTenants ? source.tenant : nil), Cell(source.name), Cell(source.kind), state(source),
                    Cell(Format.time(source.lastSuccessAt) ?? "never"), Cell(Format.time(source.nextRunAt)),
                    Cell("\(source.pages)"), Cell("\(source.countsApplied)"), Cell("\(source.salesApplied)"),
                    Cell(skipped == 0 ? nil : "\(skipped)", .warning), Cell(source.error, .bad),
                ]
            })
    }

    static func status(_ sources: [Wire.Source], allTenants: Bool) -> [Block] {
        guard !sources.isEmpty else {
            return [.text("No sources: stock is kept by hand. Sources stand in the configuration under `sources`.")]
        }
        var blocks: [Block] = [.table(table(sources, allTenants: allTenants))]
        blocks += sources.compactMap(paused)
        for source in sources where !source.skipped.isEmpty {
            let shown = source.skipped.prefix(shownSkipped)
            blocks.append(.heading("Skipped by \(source.name)"))
            blocks.append(
                .table(
                    Table(
                        [Column("Object", .essential, least: 16), Column("Why", .essential, least: 16, wraps: true)],
                        shown.map { [Cell($0.object), Cell($0.reason)] })))
            if source.skippedCount > shown.count {
                let listed = source.skippedCount > source.skipped.count ? "the first \(source.skipped.count)" : "all"
                blocks.append(.hint("… and \(source.skippedCount - shown.count) more; --json shows \(listed)."))
            }
        }
        return blocks
    }

    /// nil where it is not.
    static func paused(_ source: Wire.Source) -> Block? {
        source.pause.map { pause in
            let until = pause.until.map { "until \(Format.moment($0))" } ?? "until it is resumed (stockctl sync resume \(source.name))"
            return .text("\(source.name) is paused by \(pause.by) \(until)" + (pause.comment.map { ": \($0)" } ?? "."))
        }
    }

    /// Enough to see what is wrong; thousands would bury it.
    private static let shownSkipped = 20

    /// `square-main: counts, 12 pages, 4800 counts`
    static func progress(_ sources: [Wire.Source]) -> String {
        let running = sources.filter { $0.state == .running }
        guard !running.isEmpty else { return "waiting …" }
        return running.map { source in
            let done = [
                source.phase, Format.count(source.pages, "page"), Format.count(source.countsApplied, "count"),
                source.salesApplied == 0 ? nil : Format.count(source.salesApplied, "sale"),
            ].compactMap(\.self).joined(separator: ", ")
            return DisplayText.escaped("\(source.name): \(done)")
        }.joined(separator: "; ")
    }

    private static func state(_ source: Wire.Source) -> Cell {
        switch source.state {
        case .idle: Cell("idle", source.lastSuccessAt == nil ? .plain : .good)
        case .running: Cell("running" + (source.phase.map { ": \($0)" } ?? ""))
        case .waiting: Cell("waiting", .warning)
        case .failed: Cell("failed", .bad)
        case .paused: Cell("paused", .faint)
        }
    }
}
