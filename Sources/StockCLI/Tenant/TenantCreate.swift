import ArgumentParser
import StockWire

extension TenantCommands {
    struct Create: Command {
        static let configuration = CommandConfiguration(
            "create",
            "Adds a company whose stock nobody of another one sees.",
            example: "tenant create acme --time-zone Europe/London")

        @Argument(help: "The tenant's name: letters, digits, '-', '_' and '.'. It never changes.")
        var name: String

        @Option(help: ArgumentHelp("Its time zone, such as Europe/London; UTC if left out.", valueName: "zone"))
        var timeZone: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var change: SystemChangeOptions

        func run(in session: Session) throws {
            try session.show(TenantCreate.self, .init(name: name, timeZone: timeZone), change.common) {
                TenantView.detail($0.tenant)
            }
        }
    }
}
