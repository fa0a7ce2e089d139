import ArgumentParser
import StockWire

extension ThresholdCommands {
    struct Unset: Command {
        static let configuration = CommandConfiguration(
            "unset",
            "Removes a setting, so that the next less specific one decides.",
            example: "threshold unset --sku WID-001 --location store-1")

        @Option(help: ArgumentHelp("Of this product.", valueName: "sku"))
        var sku: String?

        @Option(help: ArgumentHelp("Of this category.", valueName: "name"))
        var category: String?

        @Option(help: ArgumentHelp("At this location.", valueName: "name"))
        var location: String?

        func validate() throws {
            if sku != nil, category != nil { throw ValidationError("--sku and --category exclude each other.") }
        }

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            let params = ThresholdUnset.Params(sku: sku, category: category, location: location)
            try session.show(ThresholdUnset.self, params, tenancy.common) {
                [.text("Removed:")] + ThresholdView.table([$0.threshold], allTenants: false)
            }
        }
    }
}
