import ArgumentParser
import StockWire

extension LocationCommands {
    struct Get: Command {
        static let configuration = CommandConfiguration("get", "Shows one location.", example: "location get store-1")

        @Argument(help: "The location's name.")
        var name: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantOption

        func run(in session: Session) throws {
            try session.show(LocationGet.self, .init(name: name), tenancy.common) { LocationView.detail($0.location) }
        }
    }
}
