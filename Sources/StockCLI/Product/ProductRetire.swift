import ArgumentParser
import StockWire

extension ProductCommands {
    struct Retire: Command {
        static let configuration = CommandConfiguration(
            "retire",
            "Takes a product out of use; its history is kept.",
            example: "product retire WID-001")

        @Argument(help: "The product's SKU.")
        var sku: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(ProductRetire.self, .init(sku: sku), tenancy.common) {
                [.text("\($0.product.sku) \($0.product.name) is retired.")]
            }
        }
    }
}
