import ArgumentParser
import StockWire

extension ContactCommands {
    struct Get: Command {
        static let configuration = CommandConfiguration("get", "Shows one contact.", example: "contact get Ann")

        @Argument(help: "The contact's name.")
        var name: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantOption

        func run(in session: Session) throws {
            try session.show(ContactGet.self, .init(name: name), tenancy.common) { ContactView.detail($0) }
        }
    }
}
