import StockWire

/// How locations are shown.
enum LocationView {
    static func table(_ locations: [Wire.Location], allTenants: Bool) -> [Block] {
        Block.table(
            [
                Column("Tenant"), Column("Name", .essential, least: 10), Column("Time zone", .useful),
                Column("External ids", .detail, least: 12),
            ],
            locations.map {
                [
                    Cell(allTenants ? $0.tenant : nil), Cell($0.name), Cell($0.timeZone),
                    Cell(ProductView.pairs($0.externalIds)),
                ]
            },
            ifEmpty: "No locations yet. Try: stockctl location create NAME")
    }

    static func detail(_ location: Wire.Location) -> [Block] {
        [
            .facts(
                Facts([
                    ("Location", Cell(location.name, .strong)),
                    ("Tenant", location.tenant == Wire.defaultTenant ? nil : Cell(location.tenant)),
                    ("Time zone", Cell(location.timeZone)),
                    ("External ids", Cell(ProductView.pairs(location.externalIds))),
                ]))
        ]
    }
}
