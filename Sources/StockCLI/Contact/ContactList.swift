import ArgumentParser
import StockWire

extension ContactCommands {
    struct List: Command {
        static let configuration = CommandConfiguration("list", "Lists contacts.", example: "contact list")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                ContactList.self, page, tenancy.common, rows: \.contacts, next: \.nextCursor,
                params: { .init(limit: $0, cursor: $1) }, { ContactView.table($0, allTenants: tenancy.allTenants) })
        }
    }
}
