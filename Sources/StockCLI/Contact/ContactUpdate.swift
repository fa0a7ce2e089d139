import ArgumentParser
import StockWire

extension ContactCommands {
    struct Update: Command {
        static let configuration = CommandConfiguration(
            "update",
            "Changes what is given and leaves the rest.",
            example: "contact update Ann --slack ops-slack --min-severity critical")

        @Argument(help: "The contact's name.")
        var name: String

        @Option(help: ArgumentHelp("What it is to be called from now on.", valueName: "name"))
        var newName: String?

        @Flag(inversion: .prefixedEnableDisable, help: "Whether to tell it anything.")
        var notifications: Bool?

        @OptionGroup(title: "Addresses (added to those there are)")
        var addresses: AddressOptions

        @Option(help: ArgumentHelp("Removes an address; may be repeated.", valueName: "value"))
        var remove: [String] = []

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            var inputs: [Wire.AddressInput]?
            if !addresses.isEmpty || !remove.isEmpty {
                let contact = try session.call(ContactGet.self, .init(name: name), tenancy.read).contact
                for value in remove where !contact.addresses.contains(where: { $0.value == value }) {
                    throw ValidationError("\(name) has no address \(value).")
                }
                let added = addresses.inputs
                let kept = contact.addresses.filter { old in
                    !remove.contains(old.value) && !added.contains { $0.kind == old.kind && $0.value == old.value }
                }
                inputs = kept.map(ContactView.input) + added
            }
            let params = ContactUpdate.Params(name: name, newName: newName, enabled: notifications, addresses: inputs)
            try session.show(ContactUpdate.self, params, tenancy.common) { ContactView.detail($0.contact) }
        }
    }
}
