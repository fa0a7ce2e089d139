import ArgumentParser
import StockWire

extension SyncCommands {
    struct Status: Command {
        static let configuration = CommandConfiguration(
            "status",
            "Shows how the sources are doing, and what was skipped.",
            example: "sync status square-main")

        @Argument(help: "The source; all if left out.")
        var source: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.show(SyncStatus.self, .init(source: source), tenancy.common) {
                SyncView.status($0.sources, allTenants: tenancy.allTenants)
            }
        }
    }
}
