import ArgumentParser
import StockWire

extension StockCommands {
    struct Adjust: Command {
        static let configuration = CommandConfiguration(
            "adjust",
            "Adds to a level, or takes from it with a negative quantity.",
            example: #"stock adjust WID-001 -2 --location store-1 --reason "broken""#)

        @Argument(help: "The product's SKU.")
        var sku: String

        @Argument(help: "What is added; negative takes away.")
        var delta: QuantityArgument

        @OptionGroup var movement: MovementOptions
        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(
                StockAdjust.self, .init(sku: sku, location: movement.location, delta: delta.value, reason: movement.reason), tenancy.common,
                StockView.change)
        }
    }
}
