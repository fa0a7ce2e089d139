import ArgumentParser
import StockWire

extension ContactCommands {
    struct Delete: Command {
        static let configuration = CommandConfiguration("delete", "Removes a contact.", example: "contact delete Ann")

        @Argument(help: "The contact's name.")
        var name: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(ContactDelete.self, .init(name: name), tenancy.common) {
                [.text("\($0.contact.name) is removed.")]
            }
        }
    }
}
