import ArgumentParser
import StockWire

extension StockCommands {
    struct List: Command {
        static let configuration = CommandConfiguration(
            "list",
            "Lists stock levels.",
            example: "stock list --location store-1 --severity low")

        @Option(help: ArgumentHelp("Only this location.", valueName: "name"))
        var location: String?

        @Option(help: ArgumentHelp("Only this product.", valueName: "sku"))
        var sku: String?

        @Option(help: ArgumentHelp("Only this category.", valueName: "name"))
        var category: String?

        @Option(help: "Only levels of exactly this severity.")
        var severity: Wire.Severity?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                StockList.self, page, tenancy.common, rows: \.levels, next: \.nextCursor,
                params: {
                    .init(location: location, sku: sku, category: category, severity: severity, limit: $0, cursor: $1)
                },
                {
                    StockView.table(
                        $0, allTenants: tenancy.allTenants,
                        ifEmpty: location ?? sku ?? category ?? severity?.rawValue == nil
                            ? "No stock yet. Try: stockctl product create --help" : "No stock levels match.")
                })
        }
    }
}
