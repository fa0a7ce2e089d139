import ArgumentParser
import FoundationEssentials
import StockWire

extension AlertCommands {
    struct Stats: Command {
        static let configuration = CommandConfiguration(
            "stats",
            "Shows how alerts went: how many, how fast they were taken up and resolved, and what was told.",
            """
            Counts the alerts that stood at any moment of the time. Times run from an alert's opening. Percentiles are exact, by \
            nearest rank: half of the alerts took no longer than the median, nine in ten no longer than the 90th percentile.
            """,
            example: "alert stats --since 90d")

        @Option(help: ArgumentHelp("Since when: 2026-05-01, \"2026-05-01 10:00\" or 90d. [default: 30d]", valueName: "time"))
        var since: TimeArgument?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.show(AlertStats.self, .init(since: since?.time), tenancy.common) {
                AlertStatsView.blocks($0, allTenants: tenancy.allTenants)
            }
        }
    }
}

enum AlertStatsView {
    static func blocks(_ stats: StockWire.AlertStats.Result, allTenants: Bool) -> [Block] {
        let since = Format.time(stats.since) ?? ""
        guard stats.alerts > 0 else { return [.text("No alerts stood since \(since).", .good)] }
        let states = stats.byState
        let told = stats.notifications
        return [
            .facts(
                Facts([
                    ("Since", Cell(since)),
                    ("Alerts", Cell("\(stats.alerts), \(stats.opened) of them opened since then")),
                    (
                        "Now", Cell("\(states.open) open, \(states.acknowledged) acknowledged, \(states.resolved) resolved")
                    ),
                    (
                        "Told",
                        Cell(
                            [
                                Format.count(told.notified, "notification"), Format.count(told.reminded, "reminder"),
                                told.escalated == 0 ? nil : Format.count(told.escalated, "escalation"),
                                "\(told.suppressed) suppressed",
                            ].compactMap(\.self).joined(separator: ", "))
                    ),
                ])),
            .heading("How long it took"), .table(times(stats, allTenants: allTenants)),
        ] + offenders(stats.offenders, allTenants: allTenants) + reasons(told)
    }

    private static func times(_ stats: StockWire.AlertStats.Result, allTenants: Bool) -> Table {
        func row(_ what: Cell, _ tenant: String?, _ alerts: Int, _ active: Int, _ taken: Wire.Spread, _ over: Wire.Spread) -> [Cell] {
            [
                what, Cell(tenant), Cell("\(alerts)"), Cell("\(active)"), Cell("\(taken.count)"), Cell(duration(taken.medianS)),
                Cell(duration(taken.p90S)), Cell(duration(taken.meanS)), Cell("\(over.count)"), Cell(duration(over.medianS)),
                Cell(duration(over.p90S)), Cell(duration(over.meanS)),
            ]
        }
        return Table(
            [
                Column("Of", .essential, least: 8), Column("Tenant", .useful), Column("Alerts", number: true, .useful),
                Column("Active", number: true, .useful), Column("Acknowledged", number: true, .essential),
                Column("median", number: true, .essential), Column("90 %", number: true, .useful),
                Column("mean", number: true, .detail), Column("Resolved", number: true, .essential),
                Column("median", number: true, .essential), Column("90 %", number: true, .useful),
                Column("mean", number: true, .detail),
            ],
            [
                row(
                    Cell("all", .strong), nil, stats.alerts, stats.byState.open + stats.byState.acknowledged,
                    stats.timeToAcknowledge, stats.timeToResolve)
            ]
                + stats.bySeverity.map {
                    row(Format.severity($0.severity), nil, $0.alerts, $0.active, $0.timeToAcknowledge, $0.timeToResolve)
                }
                + stats.byLocation.map {
                    row(
                        Cell($0.location), allTenants ? $0.tenant : nil, $0.alerts, $0.active, $0.timeToAcknowledge,
                        $0.timeToResolve)
                })
    }

    private static func offenders(_ offenders: [Wire.Offender], allTenants: Bool) -> [Block] {
        guard !offenders.isEmpty else { return [] }
        return [
            .heading("Most frequent"),
            .table(
                Table(
                    [
                        Column("Alerts", number: true, .essential), Column("Tenant", .useful),
                        Column("SKU", .essential, least: 10), Column("Product", .useful, least: 12),
                        Column("Location", .essential, least: 8), Column("Last opened", .useful),
                    ],
                    offenders.map { offender in
                        [
                            Cell("\(offender.alerts)"), Cell(allTenants ? offender.tenant : nil), Cell(offender.sku),
                            Cell(offender.productName), Cell(offender.location), Cell(Format.time(offender.lastOpenedAt)),
                        ]
                    })),
        ]
    }

    private static func reasons(_ told: Wire.NotificationStats) -> [Block] {
        func table(_ title: String, _ counts: [Wire.ReasonCount]) -> [Block] {
            guard !counts.isEmpty else { return [] }
            return [
                .heading(title),
                .table(
                    Table(
                        [Column("Times", number: true, .essential), Column("Why", .essential)],
                        counts.map { [Cell("\($0.count)"), Cell(ReasonView.phrase(named: $0.reason))] })),
            ]
        }
        return table("Nobody was told", told.suppressedBy) + table("Addresses not told, or later", told.addressesNotTold)
    }

    private static func duration(_ seconds: Decimal?) -> String {
        seconds.flatMap { Double($0.description) }.map { Format.duration(seconds: Int($0.rounded())) } ?? "–"
    }
}
