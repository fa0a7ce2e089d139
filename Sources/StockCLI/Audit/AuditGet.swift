import ArgumentParser
import StockWire

extension AuditCommands {
    struct Get: Command {
        static let configuration = CommandConfiguration(
            "get",
            "Shows one entry whole.",
            "One of no tenant is shown with --all-tenants only.",
            example: "audit get 42")

        @Argument(help: "The entry's id.")
        var id: Int64

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.show(AuditGet.self, .init(id: id), tenancy.common) { AuditView.detail($0.entry) }
        }
    }
}
