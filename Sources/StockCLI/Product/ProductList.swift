import ArgumentParser
import StockWire

extension ProductCommands {
    struct List: Command {
        static let configuration = CommandConfiguration("list", "Lists products.", example: "product list --category Tea")

        @Option(help: ArgumentHelp("Only this category.", valueName: "name"))
        var category: String?

        @Option(help: ArgumentHelp("Only those whose SKU or name contains this.", valueName: "text"))
        var query: String?

        @Flag(help: "The retired ones instead.")
        var retired = false

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                ProductList.self, page, tenancy.common, rows: \.products, next: \.nextCursor,
                params: {
                    .init(category: category, query: query, retired: retired ? true : nil, limit: $0, cursor: $1)
                },
                {
                    ProductView.table(
                        $0, allTenants: tenancy.allTenants,
                        ifEmpty: category ?? query == nil && !retired
                            ? "No products yet. Try: stockctl product create --help" : "No products match.")
                })
        }
    }
}
