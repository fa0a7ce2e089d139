import ArgumentParser
import StockWire

extension StockCommands {
    struct History: Command {
        static let configuration = CommandConfiguration(
            "history",
            "Shows the ledger of a product at a location, newest first.",
            example: "stock history WID-001 --location store-1")

        @Argument(help: "The product's SKU.")
        var sku: String

        @Option(help: ArgumentHelp("The location.", valueName: "name"))
        var location: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantOption

        func run(in session: Session) throws {
            try session.list(
                StockHistory.self, page, tenancy.common, rows: \.movements, next: \.nextCursor,
                params: { .init(sku: sku, location: location, limit: $0, cursor: $1) },
                { StockView.history($0, ifEmpty: "Nothing has moved \(sku) at \(location) yet.") })
        }
    }
}
