import ArgumentParser
import StockWire

extension HoldCommands {
    struct Confirm: Command {
        static let configuration = CommandConfiguration(
            "confirm",
            "Says that an order is paid: what is held is sold.",
            "The same payment may be reported again. One that cannot be given goods is refused, and is to be refunded.",
            example: "hold confirm 42 --payment PAY-2002")

        @Argument(help: "The hold's id.")
        var id: Int64

        @Option(help: ArgumentHelp("The payment's name at the gateway.", valueName: "ref"))
        var payment: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(HoldConfirm.self, .init(id: id, paymentRef: payment), tenancy.common) {
                [HoldView.sentence($0.hold)]
            }
        }
    }
}
