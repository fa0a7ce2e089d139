import ArgumentParser
import StockWire

extension ContactCommands {
    struct Update: Command {
        static let configuration = CommandConfiguration(
            "update",
            "Changes what is given and leaves the rest.",
            """
            Addresses that are named are added, or changed if they are there. What they are told of, said without naming an \
            address, is changed at all of them.
            """,
            example: "contact update Ann --sms +15550123 --quiet 22:00-07:00 --quiet-lets-out")

        @Argument(help: "The contact's name.")
        var name: String

        @Option(help: ArgumentHelp("What it is to be called from now on.", valueName: "name"))
        var newName: String?

        @Flag(inversion: .prefixedEnableDisable, help: "Whether to tell it anything.")
        var notifications: Bool?

        @Option(help: ArgumentHelp("Of quiet hours, such as Europe/London; '' for the tenant's.", valueName: "zone"))
        var timeZone: String?

        @OptionGroup(title: "Addresses")
        var addresses: AddressOptions

        @Option(help: ArgumentHelp("Removes an address; may be repeated.", valueName: "value"))
        var remove: [String] = []

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            var inputs: [Wire.AddressInput]?
            if !addresses.isEmpty || addresses.hasPreferences || !remove.isEmpty {
                let contact = try session.call(ContactGet.self, .init(name: name), tenancy.read).contact
                for value in remove where !contact.addresses.contains(where: { $0.value == value }) {
                    throw ValidationError("\(name) has no address \(value).")
                }
                let kept = contact.addresses.filter { !remove.contains($0.value) }.map(ContactView.input)
                if addresses.isEmpty, addresses.hasPreferences, kept.isEmpty {
                    throw ValidationError("\(name) has no address yet: give one, such as --email.")
                }
                inputs = addresses.applied(to: kept)
            }
            let zone: Change<String> = timeZone.map { $0.isEmpty ? .clear : .set($0) } ?? .keep
            let params = ContactUpdate.Params(
                name: name, newName: newName, enabled: notifications, timeZone: zone, addresses: inputs)
            try session.show(ContactUpdate.self, params, tenancy.common) { ContactView.detail($0) }
        }
    }
}
