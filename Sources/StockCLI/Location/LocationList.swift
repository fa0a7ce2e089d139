import ArgumentParser
import StockWire

extension LocationCommands {
    struct List: Command {
        static let configuration = CommandConfiguration("list", "Lists locations.", example: "location list")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                LocationList.self, page, tenancy.common, rows: \.locations, next: \.nextCursor,
                params: { .init(limit: $0, cursor: $1) }, { LocationView.table($0, allTenants: tenancy.allTenants) })
        }
    }
}
