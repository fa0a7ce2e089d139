import StockWire

/// How products are shown.
enum ProductView {
    static func table(_ products: [Wire.Product], allTenants: Bool, ifEmpty: String) -> [Block] {
        Block.table(
            [
                Column("Tenant"), Column("SKU", .essential, least: 10), Column("Name", .essential, least: 16),
                Column("Category", .useful, least: 8), Column("Price", number: true, .useful),
                Column("Cost", number: true, .detail), Column("Par level", number: true, .useful),
                Column("Unit", .detail), Column("Pack", number: true, .detail), Column("External ids", .detail, least: 12),
            ],
            products.map { product in
                [
                    Cell(allTenants ? product.tenant : nil), Cell(product.sku), Cell(product.name), Cell(product.category),
                    Cell(Format.money(product.price)), Cell(Format.money(product.cost)),
                    Cell(Format.quantity(product.parLevel)), Cell(product.unit), Cell(Format.quantity(product.packSize)),
                    Cell(pairs(product.externalIds)),
                ]
            },
            ifEmpty: ifEmpty)
    }

    static func detail(_ product: Wire.Product) -> [Block] {
        [
            .facts(
                Facts([
                    ("Product", Cell(product.name, .strong)), ("SKU", Cell(product.sku)),
                    ("Tenant", product.tenant == Wire.defaultTenant ? nil : Cell(product.tenant)),
                    ("Category", Cell(product.category)), ("Price", Cell(Format.money(product.price))),
                    ("Cost", Cell(Format.money(product.cost))), ("Unit", Cell(product.unit)),
                    ("Pack size", Cell(Format.quantity(product.packSize))),
                    ("Par level", Cell(Format.quantity(product.parLevel))),
                    ("Par level at", product.parLevels.isEmpty ? nil : Cell(pairs(product.parLevels.mapValues(\.description)))),
                    ("External ids", Cell(pairs(product.externalIds))),
                    ("Retired", product.retired ? Cell("yes", .warning) : nil),
                ]))
        ]
    }

    static func pairs(_ values: [String: String]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
