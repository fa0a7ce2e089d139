import ArgumentParser
import StockWire

extension DeliveryCommands {
    struct Drop: Command {
        static let configuration = CommandConfiguration(
            "drop",
            "Removes messages, so that they are never sent.",
            example: "delivery drop --state dead")

        @Argument(help: "The delivery's id.")
        var id: Int64?

        @Option(help: "Only deliveries in this state: queued or dead.")
        var state: Wire.DeliveryState?

        @Option(help: ArgumentHelp("Only to this contact.", valueName: "name"))
        var contact: String?

        @Option(help: ArgumentHelp("Only about this alert.", valueName: "id"))
        var alert: Int64?

        func validate() throws {
            if id == nil, state == nil, contact == nil, alert == nil {
                throw ValidationError("Say which: an id, --state, --contact or --alert.")
            }
        }

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            let params = DeliveryDrop.Params(id: id, state: state, contact: contact, alert: alert)
            try session.show(DeliveryDrop.self, params, tenancy.common) { DeliveryView.change($0, "dropped") }
        }
    }
}
