import ArgumentParser
import StockWire

extension SaleCommands {
    struct Get: Command {
        static let configuration = CommandConfiguration(
            "get",
            "Shows a flash sale, and what is left of it.", example: "sale get black-friday")

        @Argument(help: "The sale's name.")
        var name: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantOption

        func run(in session: Session) throws {
            try session.show(SaleGet.self, .init(name: name), tenancy.common) { SaleView.detail($0.sale) }
        }
    }
}
