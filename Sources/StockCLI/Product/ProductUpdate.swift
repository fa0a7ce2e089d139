import ArgumentParser
import StockWire

extension ProductCommands {
    struct Update: Command {
        static let configuration = CommandConfiguration(
            "Changes what is given and leaves the rest.",
            example: "product update WID-001 --par-level 40 --location store-1")

        @Argument(help: "The product's SKU.")
        var sku: String

        @Option(help: ArgumentHelp("The new name.", valueName: "text"))
        var name: String?

        @Option(help: ArgumentHelp("The new category.", valueName: "name"))
        var category: String?

        @Option(help: ArgumentHelp("What one unit sells for.", valueName: "amount"))
        var price: QuantityArgument?

        @Option(help: ArgumentHelp("What one unit costs to buy.", valueName: "amount"))
        var cost: QuantityArgument?

        @Option(help: ArgumentHelp("Of --price and --cost.", valueName: "code"))
        var currency = "USD"

        @Option(help: ArgumentHelp("What it is counted in, such as kg.", valueName: "text"))
        var unit: String?

        @Option(help: ArgumentHelp("How many units are bought together.", valueName: "quantity"))
        var packSize: QuantityArgument?

        @Option(help: ArgumentHelp("What should be on hand.", valueName: "quantity"))
        var parLevel: QuantityArgument?

        @Option(help: ArgumentHelp("Sets --par-level for this location only.", valueName: "name"))
        var location: String?

        @Option(help: ArgumentHelp("Its id in an outside system; replaces all of them.", valueName: "source=id"))
        var externalId: [ExternalIDArgument] = []

        @Option(help: ArgumentHelp("Clears a member; may be repeated.", valueName: "member"))
        var clear: [Clearable] = []

        enum Clearable: String, ExpressibleByArgument, CaseIterable {
            case category, price, cost, unit
            case packSize = "pack-size"
            case parLevel = "par-level"
        }

        private func change<Value>(_ value: Value?, _ member: Clearable) -> Change<Value> {
            value.map { .set($0) } ?? (clear.contains(member) ? .clear : .keep)
        }

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            let params = ProductUpdate.Params(
                sku: sku, name: name, category: change(category, .category),
                price: change(try MoneyArgument.money(price, currency, "--price"), .price),
                cost: change(try MoneyArgument.money(cost, currency, "--cost"), .cost), unit: change(unit, .unit),
                packSize: change(packSize?.value, .packSize), parLevel: change(parLevel?.value, .parLevel), location: location,
                externalIds: ExternalIDArgument.ids(externalId))
            try session.show(ProductUpdate.self, params, tenancy.common) { ProductView.detail($0.product) }
        }
    }
}
