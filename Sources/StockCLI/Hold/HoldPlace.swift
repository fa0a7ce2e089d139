import ArgumentParser
import StockWire

extension HoldCommands {
    struct Place: Command {
        static let configuration = CommandConfiguration(
            "place",
            "Promises stock to an order until it is paid: all of it, or nothing.",
            "Of several products: --line WID-001=2@store-1 --line GAD-001=1@store-2 instead of a SKU and a quantity.",
            example: "hold place WID-001 2 --location store-1 --order ORD-1001")

        @Argument(help: "The product's SKU.")
        var sku: String?

        @Argument(help: "How many units.")
        var quantity: QuantityArgument?

        @Option(
            help: ArgumentHelp(
                "One of several products; may be repeated, and without @LOCATION it is at --location.",
                valueName: "sku=quantity@location"))
        var line: [LineArgument] = []

        @Option(help: ArgumentHelp("Where it comes from.", valueName: "name"))
        var location: String?

        @Option(help: ArgumentHelp("The order's name in the shop.", valueName: "ref"))
        var order: String

        @Option(help: ArgumentHelp("The buyer's name in the shop; wanted where a sale limits what one may buy.", valueName: "ref"))
        var customer: String?

        @Option(help: ArgumentHelp("How long it lasts unpaid, from 1s to 7d. [default: 10m]", valueName: "duration"))
        var ttl: DurationArgument?

        @Option(help: ArgumentHelp("The flash sale it is bought in.", valueName: "name"))
        var sale: String?

        func validate() throws { _ = try params() }

        private func params() throws -> HoldPlace.Params {
            guard line.isEmpty else {
                guard sku == nil, quantity == nil else {
                    throw ValidationError("--line and a SKU with its quantity exclude each other; give all products as --line.")
                }
                let lines = try line.map {
                    Wire.LineToHold(sku: $0.sku, location: try $0.location(orElse: location), quantity: $0.quantity.value)
                }
                return .init(lines: lines, sale: sale, ttlS: ttl?.seconds, orderRef: order, customer: customer)
            }
            guard let sku, let quantity else { throw ValidationError("Say what to hold: SKU QUANTITY, or --line for each product.") }
            guard let location else { throw ValidationError("Say where it comes from: --location.") }
            return .init(
                sku: sku, location: location, quantity: quantity.value, sale: sale, ttlS: ttl?.seconds, orderRef: order,
                customer: customer)
        }

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(HoldPlace.self, params(), tenancy.common) { HoldView.placed($0.hold) }
        }
    }
}
