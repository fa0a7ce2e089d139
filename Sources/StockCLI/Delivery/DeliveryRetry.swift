import ArgumentParser
import StockWire

extension DeliveryCommands {
    struct Retry: Command {
        static let configuration = CommandConfiguration(
            "retry",
            "Tries what was given up again, and channels that were held.",
            example: "delivery retry --contact Ann")

        @Argument(help: "The delivery's id; all that were given up if left out.")
        var id: Int64?

        @Option(help: ArgumentHelp("Only to this contact.", valueName: "name"))
        var contact: String?

        @Option(help: ArgumentHelp("Only about this alert.", valueName: "id"))
        var alert: Int64?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(DeliveryRetry.self, .init(id: id, contact: contact, alert: alert), tenancy.common) {
                DeliveryView.retried($0)
            }
        }
    }
}
