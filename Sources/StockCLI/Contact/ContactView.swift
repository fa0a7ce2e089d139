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
                    Cell(contact.enabled ? contact.addresses.isEmpty ? "no address" : nil : "off", .warning),
                ]
            },
            ifEmpty: "Nobody is told of alerts yet. Try: stockctl contact create NAME --email ADDRESS")
    }

    static func detail(_ contact: Wire.Contact) -> [Block] {
        let facts = Facts([
            ("Contact", Cell(contact.name, .strong)),
            ("Tenant", contact.tenant == Wire.defaultTenant ? nil : Cell(contact.tenant)),
            ("Told", contact.enabled ? nil : Cell("nothing for now", .warning)),
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
                        Column("From severity", .essential), Column("Only locations", .useful, least: 10),
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
            Cell(address.kind.rawValue), Cell(address.value), Format.severity(address.minSeverity),
            Cell(address.locations.joined(separator: ", ")), Cell(address.categories.joined(separator: ", ")),
            Cell(refused.joined(separator: ", ")), Cell(address.enabled ? nil : "off", .warning),
        ]
    }

    /// An address that is there, to be sent back unchanged.
    static func input(_ address: Wire.Address) -> Wire.AddressInput {
        Wire.AddressInput(
            kind: address.kind, value: address.value, enabled: address.enabled, minSeverity: address.minSeverity,
            locations: address.locations, categories: address.categories, reminders: address.reminders,
            resolves: address.resolves, summaries: address.summaries)
    }
}
