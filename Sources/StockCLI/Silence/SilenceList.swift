import ArgumentParser
import StockWire

extension SilenceCommands {
    struct List: Command {
        static let configuration = CommandConfiguration(
            "list", "Lists silences, newest first.", example: "silence list --state active")

        @Option(help: "Only silences in this state.")
        var state: Wire.SilenceState?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                SilenceList.self, page, tenancy.common, rows: \.silences, next: \.nextCursor,
                params: { .init(state: state, limit: $0, cursor: $1) },
                {
                    SilenceView.table(
                        $0, allTenants: tenancy.allTenants,
                        ifEmpty: state.map { "No silence is \($0.rawValue)." }
                            ?? "There is no silence. Try: stockctl silence create --help")
                })
        }
    }
}
