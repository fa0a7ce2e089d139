import ArgumentParser
import StockWire

extension ContactCommands {
    struct Resume: Command {
        static let configuration = CommandConfiguration(
            "resume", "Ends the pause of a contact: what was held back, and still stands, is told.",
            example: "contact resume Ann")

        @Argument(help: "The contact's name.")
        var name: String

        @Option(help: ArgumentHelp("Only this address of it.", valueName: "value"))
        var address: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(ContactResume.self, .init(name: name, address: address), tenancy.common) {
                [.text("\(address ?? $0.contact.name) is told again.")]
            }
        }
    }
}
