import ArgumentParser
import StockWire

extension ContactCommands {
    struct Create: Command {
        static let configuration = CommandConfiguration(
            "create",
            "Adds somebody to tell.",
            example: "contact create Ann --email ann@example.com --sms +15550123")

        @Argument(help: "The contact's name.")
        var name: String

        @OptionGroup(title: "Addresses")
        var addresses: AddressOptions

        @Flag(help: "Tell nothing for now.")
        var disabled = false

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            let params = ContactCreate.Params(
                name: name, enabled: disabled ? false : nil, addresses: addresses.isEmpty ? nil : addresses.inputs)
            try session.show(ContactCreate.self, params, tenancy.common) { ContactView.detail($0.contact) }
        }
    }
}
