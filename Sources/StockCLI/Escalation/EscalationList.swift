import ArgumentParser
import StockWire

extension EscalationCommands {
    struct List: Command {
        static let configuration = CommandConfiguration("list", "Lists escalations.", example: "escalation list")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                EscalationList.self, page, tenancy.common, rows: \.escalations, next: \.nextCursor,
                params: { .init(limit: $0, cursor: $1) }, { EscalationView.table($0, allTenants: tenancy.allTenants) })
        }
    }
}
