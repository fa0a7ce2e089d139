import ArgumentParser
import StockWire

extension ThresholdCommands {
    struct List: Command {
        static let configuration = CommandConfiguration(
            "list",
            "Lists the settings, most specific first.",
            example: "threshold list --location store-1")

        @Option(help: ArgumentHelp("Of this product.", valueName: "sku"))
        var sku: String?

        @Option(help: ArgumentHelp("Of this category.", valueName: "name"))
        var category: String?

        @Option(help: ArgumentHelp("At this location.", valueName: "name"))
        var location: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                ThresholdList.self, page, tenancy.common, rows: \.thresholds, next: \.nextCursor,
                params: { .init(sku: sku, category: category, location: location, limit: $0, cursor: $1) },
                { ThresholdView.table($0, allTenants: tenancy.allTenants) })
        }
    }
}
