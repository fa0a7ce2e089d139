import ArgumentParser
import StockWire

extension HoldCommands {
    struct Cancel: Command {
        static let configuration = CommandConfiguration(
            "cancel",
            "Gives back what is held.",
            example: #"hold cancel 42 --reason "the cart was emptied""#)

        @Argument(help: "The hold's id.")
        var id: Int64

        @Option(help: ArgumentHelp("Why; kept with the hold.", valueName: "text"))
        var reason: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(HoldCancel.self, .init(id: id, reason: reason), tenancy.common) {
                [HoldView.sentence($0.hold)]
            }
        }
    }
}
