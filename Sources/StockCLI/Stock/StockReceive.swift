import ArgumentParser
import StockWire

extension StockCommands {
    struct Receive: Command {
        static let configuration = CommandConfiguration(
            "receive",
            "Records goods that came in.",
            example: "stock receive WID-001 24 --location store-1")

        @Argument(help: "The product's SKU.")
        var sku: String

        @Argument(help: "How many units.")
        var quantity: QuantityArgument

        @OptionGroup var movement: MovementOptions
        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(
                StockReceive.self,
                .init(sku: sku, location: movement.location, quantity: quantity.value, reason: movement.reason),
                tenancy.common, StockView.change)
        }
    }
}
