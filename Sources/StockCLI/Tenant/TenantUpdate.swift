import ArgumentParser
import StockWire

extension TenantCommands {
    struct Update: Command {
        static let configuration = CommandConfiguration(
            "update",
            "Changes what is given and leaves the rest.",
            example: "tenant update acme --time-zone Europe/Berlin")

        @Argument(help: "The tenant's name.")
        var name: String

        @Option(help: ArgumentHelp("Its time zone from now on.", valueName: "zone"))
        var timeZone: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var change: SystemChangeOptions

        func run(in session: Session) throws {
            try session.show(TenantUpdate.self, .init(name: name, timeZone: timeZone), change.common) {
                TenantView.detail($0.tenant)
            }
        }
    }
}
