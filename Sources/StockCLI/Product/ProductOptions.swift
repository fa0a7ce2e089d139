import ArgumentParser
import StockWire

/// What a product has that can also be left out.
struct ProductOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Its category.", valueName: "name"))
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

    func priceMoney() throws -> Wire.Money? { try MoneyArgument.money(price, currency, "--price") }

    func costMoney() throws -> Wire.Money? { try MoneyArgument.money(cost, currency, "--cost") }
}
