import ArgumentParser
import StockWire

extension StockCommands {
    struct Get: Command {
        static let configuration = CommandConfiguration(
            "get",
            "Shows one product's stock, everywhere or at one location.",
            example: "stock get WID-001")

        @Argument(help: "The product's SKU.")
        var sku: String

        @Option(help: ArgumentHelp("Only this location.", valueName: "name"))
        var location: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantOption

        func run(in session: Session) throws {
            try session.show(StockGet.self, .init(sku: sku, location: location), tenancy.common) { result in
                if let level = result.level { return StockView.detail(level) }
                return StockView.table(result.levels, allTenants: false, ifEmpty: "\(sku) has no stock at any location yet.")
            }
        }
    }
}
