import ArgumentParser
import StockWire

extension LocationCommands {
    struct Create: Command {
        static let configuration = CommandConfiguration(
            "create",
            "Adds a store or warehouse.",
            example: "location create store-1 --time-zone Europe/London")

        @Argument(help: "The location's name.")
        var name: String

        @Option(help: ArgumentHelp("Its time zone, such as Europe/London; UTC if left out.", valueName: "zone"))
        var timeZone: String?

        @Option(help: ArgumentHelp("Its id in an outside system.", valueName: "source=id"))
        var externalId: [ExternalIDArgument] = []

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            let params = LocationCreate.Params(
                name: name, timeZone: timeZone, externalIds: ExternalIDArgument.ids(externalId))
            try session.show(LocationCreate.self, params, tenancy.common) { LocationView.detail($0.location) }
        }
    }
}
