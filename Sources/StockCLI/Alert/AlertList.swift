import ArgumentParser
import StockWire

extension AlertCommands {
    struct List: Command {
        static let configuration = CommandConfiguration(
            "list",
            "Lists alerts, worst first.",
            example: "alert list --severity out --location store-1")

        @Option(help: "Which alerts; active means open or acknowledged.")
        var state: Wire.AlertFilter = .active

        @Option(help: "Only alerts of exactly this severity.")
        var severity: Wire.Severity?

        @Option(help: ArgumentHelp("Only this location.", valueName: "name"))
        var location: String?

        @Option(help: ArgumentHelp("Only alerts of this product.", valueName: "sku"))
        var sku: String?

        @Option(help: ArgumentHelp("Only alerts opened since: 2026-05-01, \"2026-05-01 10:00\" or 24h.", valueName: "time"))
        var since: TimeArgument?

        @Flag(help: "Exit with 2 if there is any, for monitoring.")
        var fail = false

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                AlertList.self, page, tenancy.common, rows: \.alerts, next: \.nextCursor, failsIfAny: fail,
                params: {
                    .init(
                        state: state, severity: severity, location: location, sku: sku, since: since?.time, limit: $0, cursor: $1)
                },
                { AlertView.table($0, allTenants: tenancy.allTenants, state: state) })
        }
    }
}
