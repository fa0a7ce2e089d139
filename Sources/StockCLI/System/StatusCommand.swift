import ArgumentParser
import StockWire

struct StatusCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows what runs, how much it holds, and how its sources and channels are.",
        discussion: "Example:\n  stockctl status")

    @OptionGroup var global: GlobalOptions

    func run(in session: Session) throws {
        try session.show(SystemStatus.self, .init()) { StatusView.blocks($0) }
    }
}

enum StatusView {
    static func blocks(_ status: SystemStatus.Result) -> [Block] {
        let counts = status.counts
        let dead = counts.deliveriesDead, unread = counts.inboxUnread ?? 0
        var blocks: [Block] = [
            .facts(
                Facts([
                    (
                        "stockd",
                        Cell(
                            "\(status.version), \(status.ready ? "ready" : "not ready"), "
                                + "up \(Format.duration(seconds: status.uptimeS))",
                            status.ready ? .plain : .bad)
                    ),
                    ("Database", Cell("\(status.database.engine), \(Format.bytes(status.database.bytes))")),
                    (
                        "Stock",
                        Cell(
                            [
                                counts.tenants == 1 ? nil : Format.count(counts.tenants, "tenant"),
                                Format.count(counts.locations, "location"), Format.count(counts.products, "product"),
                                Format.count(counts.levels, "stock level"),
                            ].compactMap(\.self).joined(separator: ", "))
                    ),
                    ("Alerts", Cell("\(counts.alertsOpen) active", counts.alertsOpen == 0 ? .good : .warning)),
                    ("Holds", status.holds.flatMap(holds)),
                    (
                        "Messages",
                        Cell(
                            "\(counts.deliveriesQueued) queued" + (dead == 0 ? "" : ", \(dead) given up")
                                + (unread == 0 ? "" : ", \(unread) unread in inboxes"),
                            dead == 0 ? .plain : .warning)
                    ),
                ]))
        ]
        if !status.sources.isEmpty {
            blocks += [.heading("Sources"), .table(SyncView.table(status.sources, allTenants: false))]
        }
        if !status.channels.isEmpty {
            blocks += [.heading("Channels"), .table(channels(status.channels))]
        }
        return blocks
    }

    /// nil where there is nothing to tell.
    private static func holds(_ holds: Wire.HoldCounts) -> Cell? {
        let parts = [
            holds.held == 0 ? nil : "\(holds.held) held",
            holds.levelsAtRisk == 0 ? nil : "\(Format.count(holds.levelsAtRisk, "stock level")) at risk",
            holds.refundsDue == 0 ? nil : "\(Format.count(holds.refundsDue, "refund")) due",
        ].compactMap(\.self)
        return parts.isEmpty ? nil : Cell(parts.joined(separator: ", "), holds.levelsAtRisk == 0 ? .plain : .warning)
    }

    private static func channels(_ channels: [Wire.Channel]) -> Table {
        Table(
            [Column("Channel", .essential), Column("State", .essential), Column("Error", .essential, least: 20, wraps: true)],
            channels.map { channel in
                [Cell(channel.kind.rawValue), Cell(channel.state.rawValue, style(channel.state)), Cell(channel.error)]
            })
    }

    private static func style(_ state: Wire.ChannelState) -> Style {
        switch state {
        case .ready: .good
        case .failing: .warning
        case .misconfigured: .bad
        }
    }
}
