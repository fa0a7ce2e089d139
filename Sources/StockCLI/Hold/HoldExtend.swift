import ArgumentParser
import StockWire

extension HoldCommands {
    struct Extend: Command {
        static let configuration = CommandConfiguration(
            "extend",
            "Sets anew how long a hold lasts, from now on.",
            example: "hold extend 42 --ttl 10m")

        @Argument(help: "The hold's id.")
        var id: Int64

        @Option(help: ArgumentHelp("How long it lasts from now on, from 1s to 7d.", valueName: "duration"))
        var ttl: DurationArgument

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(HoldExtend.self, .init(id: id, ttlS: ttl.seconds), tenancy.common) {
                [HoldView.sentence($0.hold)]
            }
        }
    }
}
