import ArgumentParser
import StockWire

extension SaleCommands {
    struct Create: Command {
        static let configuration = CommandConfiguration(
            "create",
            "Plans a flash sale.",
            """
            Times are RFC 3339 or local: 2026-11-27T09:00:00Z, "2026-11-27 09:00", now, or +2h from now. Nothing is set aside: \
            the quantity is what the sale sells at most.
            """,
            example: "sale create black-friday --starts now --ends +2h --line WID-001=50@store-1,price=19.99,limit=2")

        @Argument(help: "The sale's name, unique within the tenant.")
        var name: String

        @Option(help: ArgumentHelp("From when on it can be bought in.", valueName: "time"))
        var starts: PlannedTimeArgument

        @Option(help: ArgumentHelp("When it ends; what is held by then can still be paid.", valueName: "time"))
        var ends: PlannedTimeArgument

        @Option(
            help: ArgumentHelp(
                "A product, with what one unit costs and how many one customer may buy, if either is said; may be repeated.",
                valueName: "sku=quantity@location,price=amount,limit=quantity"))
        var line: [SaleLineArgument]

        @Option(help: ArgumentHelp("Where lines without @LOCATION are sold from.", valueName: "name"))
        var location: String?

        @Option(help: ArgumentHelp("Of the prices.", valueName: "code"))
        var currency = "USD"

        func validate() throws { _ = try params() }

        private func params() throws -> SaleCreate.Params {
            .init(
                name: name, startsAt: starts.time, endsAt: ends.time,
                lines: try line.map {
                    Wire.LineToSell(
                        sku: $0.line.sku, location: try $0.line.location(orElse: location), quantity: $0.line.quantity.value,
                        price: try MoneyArgument.money($0.price, currency, "price"), limitPerCustomer: $0.limit?.value)
                })
        }

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(SaleCreate.self, params(), tenancy.common) { SaleView.detail($0.sale) }
        }
    }
}
