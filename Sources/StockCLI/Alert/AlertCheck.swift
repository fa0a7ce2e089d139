import ArgumentParser
import StockWire

extension AlertCommands {
    struct Check: Command {
        static let configuration = CommandConfiguration(
            "check",
            "Evaluates every stock level now.",
            example: "alert check --location store-1")

        @Option(help: ArgumentHelp("Only this location.", valueName: "name"))
        var location: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(AlertCheck.self, .init(location: location), tenancy.common) { result in
                [
                    .text("Evaluated \(Format.count(result.evaluated, "level"))."),
                    .facts(
                        Facts([
                            ("Opened", Cell("\(result.opened)")), ("Changed", Cell("\(result.changed)")),
                            ("Resolved", Cell("\(result.resolved)")), ("Notified", Cell("\(result.notified)")),
                            ("Suppressed", Cell("\(result.suppressed)")),
                        ])),
                ]
            }
        }
    }
}
