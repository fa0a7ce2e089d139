import ArgumentParser
import StockWire

extension ContactCommands {
    struct Create: Command {
        static let configuration = CommandConfiguration(
            "create",
            "Adds somebody to tell.",
            example: "contact create Ann --email ann@example.com --sms +15550123 --quiet 22:00-07:00 --quiet-lets-out")

        @Argument(help: "The contact's name.")
        var name: String

        @OptionGroup(title: "Addresses")
        var addresses: AddressOptions

        @Option(help: ArgumentHelp("Of quiet hours, such as Europe/London; the tenant's if left out.", valueName: "zone"))
        var timeZone: String?

        @Flag(help: "Tell nothing for now.")
        var disabled = false

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func validate() throws {
            if addresses.isEmpty, addresses.hasPreferences {
                throw ValidationError("What an address is told of needs an address, such as --email.")
            }
        }

        func run(in session: Session) throws {
            let params = ContactCreate.Params(
                name: name, enabled: disabled ? false : nil, timeZone: timeZone,
                addresses: addresses.isEmpty ? nil : addresses.inputs)
            try session.show(ContactCreate.self, params, tenancy.common) { ContactView.detail($0) }
        }
    }
}
