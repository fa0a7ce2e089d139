import ArgumentParser
import StockWire

extension HoldCommands {
    struct List: Command {
        static let configuration = CommandConfiguration("list", "Lists holds, newest first.", example: "hold list --state held --at-risk")

        @Option(help: "Only holds in this state.")
        var state: Wire.HoldState?

        @Option(help: ArgumentHelp("Only this customer's.", valueName: "ref"))
        var customer: String?

        @Option(help: ArgumentHelp("Only this order's.", valueName: "ref"))
        var order: String?

        @Option(help: ArgumentHelp("Only those in this flash sale.", valueName: "name"))
        var sale: String?

        @Flag(help: "Only those of which less is there than is held.")
        var atRisk = false

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                HoldList.self, page, tenancy.common, rows: \.holds, next: \.nextCursor,
                params: {
                    .init(
                        state: state, customer: customer, orderRef: order, sale: sale, atRisk: atRisk ? true : nil, limit: $0,
                        cursor: $1)
                },
                { HoldView.table($0, allTenants: tenancy.allTenants, ifEmpty: ifEmpty) })
        }

        private var ifEmpty: String {
            let isFiltered = state != nil || (customer ?? order ?? sale) != nil
            if atRisk { return isFiltered ? "No holds at risk match." : "No hold is at risk: all that is held is there." }
            return isFiltered ? "No holds match." : "Nothing is held, nor was it. Try: stockctl hold place --help"
        }
    }
}
