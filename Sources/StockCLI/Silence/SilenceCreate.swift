import ArgumentParser
import StockWire

extension SilenceCommands {
    struct Create: Command {
        static let configuration = CommandConfiguration(
            "create",
            "Tells nobody of certain alerts for a time.",
            """
            They open and resolve as ever; what still stands when the silence ends is told then. In patterns, * stands for any \
            characters and ? for one: quote them. All that are given must match.
            """,
            example: #"silence create --sku 'WID-*' --for 4h --comment "stocktaking""#)

        @Option(help: ArgumentHelp("Only products whose SKU matches; '*' for all.", valueName: "pattern"))
        var sku: String?

        @Option(help: ArgumentHelp("Only products whose category matches.", valueName: "pattern"))
        var category: String?

        @Option(help: ArgumentHelp("Only locations whose name matches.", valueName: "pattern"))
        var location: String?

        @Option(help: "Only this severity or milder: what is worse is told all the same.")
        var severity: Wire.Severity?

        @Option(
            name: .customLong("from"),
            help: ArgumentHelp("From when on: \"2026-12-01 08:00\", 2026-12-01, or +2h from now. [default: now]", valueName: "time"))
        var begin: PlannedTimeArgument?

        @OptionGroup var ending: EndOptions

        @Option(help: ArgumentHelp("Why, for those who wonder.", valueName: "text"))
        var comment: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func validate() throws {
            if sku == nil, category == nil, location == nil, severity == nil {
                throw ValidationError("Say what to silence: --sku, --category, --location or --severity; --sku '*' is everything.")
            }
            _ = try ending.neededEnd()
        }

        func run(in session: Session) throws {
            let params = SilenceCreate.Params(
                sku: sku, category: category, location: location, severity: severity, startsAt: begin?.time,
                endsAt: try ending.neededEnd(from: begin?.time), comment: comment)
            try session.show(SilenceCreate.self, params, tenancy.common) { SilenceView.made($0.silence) }
        }
    }
}
