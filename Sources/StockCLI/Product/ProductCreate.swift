import ArgumentParser
import StockWire

extension ProductCommands {
    struct Create: Command {
        static let configuration = CommandConfiguration(
            "create",
            "Adds a product, and with --location and --quantity its first stock there.",
            example: #"product create --sku WID-001 --name "Widget A" --price 49.99 --location store-1 --quantity 100"#)

        @Option(help: ArgumentHelp("The SKU, unique within the tenant.", valueName: "sku"))
        var sku: String

        @Option(help: ArgumentHelp("The product's name.", valueName: "text"))
        var name: String

        @OptionGroup var product: ProductOptions

        @Option(help: ArgumentHelp("Its id in an outside system.", valueName: "source=id"))
        var externalId: [ExternalIDArgument] = []

        @Option(help: ArgumentHelp("Where --quantity is on hand.", valueName: "name"))
        var location: String?

        @Option(help: ArgumentHelp("What is on hand there now.", valueName: "quantity"))
        var quantity: QuantityArgument?

        func validate() throws {
            if quantity != nil, location == nil { throw ValidationError("--quantity needs --location.") }
        }

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            let params = ProductCreate.Params(
                sku: sku, name: name, category: product.category, price: try product.priceMoney(),
                cost: try product.costMoney(), unit: product.unit, packSize: product.packSize?.value,
                parLevel: product.parLevel?.value, externalIds: ExternalIDArgument.ids(externalId), location: location,
                initialQuantity: quantity?.value)
            try session.show(ProductCreate.self, params, tenancy.common) { ProductView.detail($0.product) }
        }
    }
}
