import ArgumentParser
import StockWire

extension DeliveryCommands {
    struct Test: Command {
        static let configuration = CommandConfiguration(
            "test",
            "Sends a test message to a contact.",
            "Exits with 2 if an address could not be reached.",
            example: "delivery test Ann --kind email")

        @Argument(help: "The contact's name.")
        var contact: String

        @Option(help: "Only addresses of this kind.")
        var kind: Wire.ChannelKind?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.check(
                DeliveryTest.self, .init(contact: contact, kind: kind), tenancy.common,
                passes: { $0.deliveries.allSatisfy { $0.state != .dead && $0.lastError == nil } },
                { DeliveryView.table($0.deliveries, allTenants: false, ifEmpty: "\(contact) has no such address.") })
        }
    }
}
