import ArgumentParser
import StockWire

extension StockCommands {
    struct Set: Command {
        static let configuration = CommandConfiguration(
            "set",
            "Records an absolute count, which replaces the level.",
            example: "stock set WID-001 4 --location store-1")

        @Argument(help: "The product's SKU.")
        var sku: String

        @Argument(help: "What was counted.")
        var quantity: QuantityArgument

        @OptionGroup var movement: MovementOptions
        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(
                StockSet.self,
                .init(sku: sku, location: movement.location, quantity: quantity.value, reason: movement.reason),
                tenancy.common, StockView.change)
        }
    }
}
