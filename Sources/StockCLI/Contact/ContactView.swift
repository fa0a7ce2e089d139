import StockWire

/// How contacts are shown.
enum ContactView {
    static func table(_ contacts: [Wire.Contact], allTenants: Bool) -> [Block] {
        Block.table(
            [
                Column("Tenant"), Column("Name", .essential, least: 8), Column("Told over", .essential, least: 16),
                Column("Remark", .useful),
            ],
            contacts.map { contact in
                [
                    Cell(allTenants ? contact.tenant : nil), Cell(contact.name),
                    Cell(contact.addresses.map { "\($0.kind.rawValue) \($0.value)" }.joined(separator: ", ")),
                    Cell(remark(contact), .warning),
                ]
            },
            ifEmpty: "Nobody is told of alerts yet. Try: stockctl contact create NAME --email ADDRESS")
    }

    private static func remark(_ contact: Wire.Contact) -> String? {
        guard contact.enabled else { return "off" }
        guard !contact.addresses.isEmpty else { return "no address" }
        if let gone = contact.addresses.first(where: { !$0.enabled && $0.disabledReason != nil }) {
            return "\(gone.kind.rawValue) \(gone.value) \(remark(gone) ?? "")"
        }
        let pauses = contact.addresses.compactMap(pause)
        guard let last = pauses.max() else { return nil }
        return "\(pauses.count == contact.addresses.count ? "" : "partly ")paused until \(Format.time(last) ?? "")"
    }

    /// Until when it is paused; nil: it is not.
    private static func pause(_ address: Wire.Address) -> Wire.Time? {
        address.pausedUntil.flatMap { $0 > .now ? $0 : nil }
    }

    static func detail(_ reply: ContactReply) -> [Block] {
        detail(reply.contact) + (reply.warnings ?? []).map { .text($0, .warning) }
    }

    private static func detail(_ contact: Wire.Contact) -> [Block] {
        let facts = Facts([
            ("Contact", Cell(contact.name, .strong)),
            ("Tenant", contact.tenant == Wire.defaultTenant ? nil : Cell(contact.tenant)),
            ("Told", contact.enabled ? nil : Cell("nothing for now", .warning)), ("Time zone", Cell(contact.timeZone)),
        ])
        guard !contact.addresses.isEmpty else {
            return [.facts(facts), .hint("No address yet. Try: stockctl contact update NAME --email ADDRESS")]
        }
        return [
            .facts(facts), .blank,
            .table(
                Table(
                    [
                        Column("Over", .essential), Column("Address", .essential, least: 16),
                        Column("From severity", .essential), Column("Quiet"), Column("Only locations", .useful, least: 10),
                        Column("Only categories", .useful, least: 10), Column("Not told of", .useful, least: 10),
                        Column("Remark", .useful),
                    ],
                    contact.addresses.map(row))),
        ]
    }

    private static func row(_ address: Wire.Address) -> [Cell] {
        let refused = [
            address.reminders ? nil : "reminders", address.resolves ? nil : "resolves",
            address.summaries ? nil : "summaries",
        ].compactMap(\.self)
        return [
            Cell(address.kind.rawValue), Cell(address.value), Format.severity(address.minSeverity), Cell(quiet(address)),
            Cell(address.locations.joined(separator: ", ")), Cell(address.categories.joined(separator: ", ")),
            Cell(refused.joined(separator: ", ")),
            Cell(remark(address), .warning),
        ]
    }

    private static func remark(_ address: Wire.Address) -> String? {
        guard address.enabled else { return "off" + (address.disabledReason.map { ": \($0)" } ?? "") }
        return Format.time(pause(address)).map { "paused until \($0)" }
    }

    /// `22:00-07:00, out gets through`
    private static func quiet(_ address: Wire.Address) -> String? {
        address.quietHours.map { "\($0.from)-\($0.to)" + ($0.letOutThrough == true ? ", out gets through" : "") }
    }

    /// An address that is there, to be sent back unchanged.
    static func input(_ address: Wire.Address) -> Wire.AddressInput {
        Wire.AddressInput(
            kind: address.kind, value: address.value, enabled: address.enabled, minSeverity: address.minSeverity,
            locations: address.locations, categories: address.categories, reminders: address.reminders,
            resolves: address.resolves, summaries: address.summaries, quietHours: address.quietHours,
            pausedUntil: address.pausedUntil)
    }
}
