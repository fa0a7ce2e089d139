import ArgumentParser
import StockWire

extension TenantCommands {
    struct List: Command {
        static let configuration = CommandConfiguration("list", "Lists tenants.", example: "tenant list")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions

        func run(in session: Session) throws {
            try session.list(
                TenantList.self, page, .init(), rows: \.tenants, next: \.nextCursor, params: { .init(limit: $0, cursor: $1) },
                TenantView.table)
        }
    }
}
