import ArgumentParser
import StockWire

extension SaleCommands {
    struct List: Command {
        static let configuration = CommandConfiguration("list", "Lists flash sales, newest first.", example: "sale list --state running")

        @Option(help: "Only sales in this state.")
        var state: Wire.SaleState?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                SaleList.self, page, tenancy.common, rows: \.sales, next: \.nextCursor,
                params: { .init(state: state, limit: $0, cursor: $1) },
                {
                    SaleView.table(
                        $0, allTenants: tenancy.allTenants,
                        ifEmpty: state == nil ? "No flash sales yet. Try: stockctl sale create --help" : "No sales match.")
                })
        }
    }
}
