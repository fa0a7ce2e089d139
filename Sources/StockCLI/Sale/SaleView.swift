import FoundationEssentials
import StockWire

/// How flash sales are shown.
enum SaleView {
    static func table(_ sales: [Wire.Sale], allTenants: Bool, ifEmpty: String) -> [Block] {
        Block.table(
            [
                Column("Tenant"), Column("Name", .essential, least: 12), Column("State", .essential), Column("Starts"),
                Column("Ends"), Column("Sold", number: true), Column("Held", number: true), Column("Left", number: true),
                Column("Products", number: true), Column("Sold out", number: true), Column("Planned", .detail),
            ],
            sales.map { sale in
                let soldOut = sale.lines.count { $0.soldOut }
                return [
                    Cell(allTenants ? sale.tenant : nil), Cell(sale.name), state(sale.state), Cell(Format.time(sale.startsAt)),
                    Cell(Format.time(sale.over)), Cell(Format.quantity(sale.total(\.sold))),
                    Cell(Format.quantity(sale.total(\.held))),
                    Cell(sale.state == .running ? Format.quantity(sale.total(\.left)) : nil), Cell("\(sale.lines.count)"),
                    Cell(soldOut == 0 ? nil : "\(soldOut)"), Cell(Format.time(sale.createdAt)),
                ]
            },
            ifEmpty: ifEmpty)
    }

    static func detail(_ sale: Wire.Sale) -> [Block] {
        [
            .facts(
                Facts([
                    ("Sale", Cell(sale.name, .strong)), ("State", state(sale.state)),
                    ("Tenant", sale.tenant == Wire.defaultTenant ? nil : Cell(sale.tenant)),
                    ("Starts", Cell(Format.moment(sale.startsAt))), ("Ends", Cell(Format.moment(sale.endsAt))),
                    ("Ended", sale.endedAt.map { Cell(Format.moment($0) + ", by hand") }),
                ])),
            .blank,
            .table(
                Table(
                    [
                        Column("SKU", .essential, least: 10), Column("Product", .useful, least: 12),
                        Column("Location", .useful, least: 8), Column("Price", number: true, .essential),
                        Column("Left", number: true, .essential), Column("Held", number: true, .essential),
                        Column("Sold", number: true, .essential), Column("Of", number: true, .useful),
                        Column("Each customer", number: true, .detail),
                    ],
                    sale.lines.map { line in
                        [
                            Cell(line.sku), Cell(line.productName), Cell(line.location), Cell(Format.money(line.price)),
                            left(line, in: sale), Cell(Format.quantity(line.held)), Cell(Format.quantity(line.sold)),
                            Cell(Format.quantity(line.quantity)), Cell(Format.quantity(line.limitPerCustomer)),
                        ]
                    })),
        ]
    }

    static func ended(_ sale: Wire.Sale) -> [Block] {
        let held = sale.total(\.held)
        return [
            .text("Sale \(sale.name) ended \(Format.moment(sale.over)): \(sale.total(\.sold)) sold."),
            held > 0 ? .text("\(held) held can still be paid for.") : nil,
        ].compactMap(\.self)
    }

    /// `black-friday: 2 products from 2026-11-27 09:00:00 to 2026-11-27 11:00:00`
    static func plan(_ sale: Wire.Sale) -> String {
        """
        \(sale.name): \(Format.count(sale.lines.count, "product")) from \(Format.moment(sale.startsAt)) to \
        \(Format.moment(sale.endsAt))
        """
    }

    /// `black-friday: 15 sold, 5 held`
    static func outcome(_ sale: Wire.Sale) -> String {
        "\(sale.name): \(sale.total(\.sold)) sold, \(sale.total(\.held)) held"
    }

    /// What is in carts only may come back, and isn't called sold out. Nothing can be had while the sale does not run.
    private static func left(_ line: Wire.SaleLine, in sale: Wire.Sale) -> Cell {
        if line.soldOut { return Cell("sold out", .bad) }
        guard sale.state == .running else { return Cell(nil) }
        if line.left == 0 { return Cell("all held", .warning) }
        if let few = line.onlyLeft { return Cell("only \(few) left", .warning) }
        return Cell(Format.quantity(line.left))
    }

    private static func state(_ state: Wire.SaleState) -> Cell {
        switch state {
        case .planned: Cell(state.rawValue)
        case .running: Cell(state.rawValue, .good)
        case .ended: Cell(state.rawValue, .faint)
        }
    }
}

extension Wire.Sale {
    /// When it is over, or was.
    fileprivate var over: Wire.Time { endedAt ?? endsAt }

    fileprivate func total(_ quantity: KeyPath<Wire.SaleLine, Decimal>) -> Decimal {
        lines.reduce(0) { $0 + $1[keyPath: quantity] }
    }
}
