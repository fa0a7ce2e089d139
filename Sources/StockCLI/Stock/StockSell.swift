import ArgumentParser
import StockWire

extension StockCommands {
    struct Sell: Command {
        static let configuration = CommandConfiguration(
            "sell",
            "Records a sale.",
            example: "stock sell WID-001 1 --location store-1")

        @Argument(help: "The product's SKU.")
        var sku: String

        @Argument(help: "How many units.")
        var quantity: QuantityArgument

        @OptionGroup var movement: MovementOptions
        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(
                StockSell.self,
                .init(sku: sku, location: movement.location, quantity: quantity.value, reason: movement.reason),
                tenancy.common, StockView.change)
        }
    }
}
