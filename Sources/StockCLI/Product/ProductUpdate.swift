import ArgumentParser
import StockWire

extension ProductCommands {
    struct Update: Command {
        static let configuration = CommandConfiguration(
            "update",
            "Changes what is given and leaves the rest.",
            example: "product update WID-001 --par-level 40 --location store-1")

        @Argument(help: "The product's SKU.")
        var sku: String

        @Option(help: ArgumentHelp("The new name.", valueName: "text"))
        var name: String?

        @OptionGroup var product: ProductOptions

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
                sku: sku, name: name, category: change(product.category, .category),
                price: change(try product.priceMoney(), .price), cost: change(try product.costMoney(), .cost),
                unit: change(product.unit, .unit), packSize: change(product.packSize?.value, .packSize),
                parLevel: change(product.parLevel?.value, .parLevel), location: location,
                externalIds: ExternalIDArgument.ids(externalId))
            try session.show(ProductUpdate.self, params, tenancy.common) { ProductView.detail($0.product) }
        }
    }
}
