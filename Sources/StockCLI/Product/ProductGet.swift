import ArgumentParser
import StockWire

extension ProductCommands {
    struct Get: Command {
        static let configuration = CommandConfiguration("get", "Shows one product.", example: "product get WID-001")

        @Argument(help: "The product's SKU.")
        var sku: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantOption

        func run(in session: Session) throws {
            try session.show(ProductGet.self, .init(sku: sku), tenancy.common) { ProductView.detail($0.product) }
        }
    }
}
