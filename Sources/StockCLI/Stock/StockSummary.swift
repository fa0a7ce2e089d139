import ArgumentParser
import StockWire

extension StockCommands {
    struct Summary: Command {
        static let configuration = CommandConfiguration(
            "summary",
            "Counts healthy, low, critical and out, by location.",
            example: "stock summary")

        @Option(help: ArgumentHelp("Only this location.", valueName: "name"))
        var location: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.show(StockSummary.self, .init(location: location), tenancy.common) {
                StockView.summary($0, allTenants: tenancy.allTenants)
            }
        }
    }
}
