import ArgumentParser
import StockWire

extension ContactCommands {
    struct Pause: Command {
        static let configuration = CommandConfiguration(
            "pause",
            "Sends nothing to a contact until a time.",
            "What is held back meanwhile, and still stands then, is told together when the pause ends.",
            example: "contact pause Ann --for 14d")

        @Argument(help: "The contact's name.")
        var name: String

        @Option(help: ArgumentHelp("Only this address of it.", valueName: "value"))
        var address: String?

        @OptionGroup var ending: EndOptions
        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func validate() throws { _ = try ending.neededEnd() }

        func run(in session: Session) throws {
            let until = try ending.neededEnd()
            try session.show(ContactPause.self, .init(name: name, address: address, until: until), tenancy.common) {
                [.text("\(address ?? $0.contact.name) is told nothing until \(Format.moment(until)).")]
            }
        }
    }
}
