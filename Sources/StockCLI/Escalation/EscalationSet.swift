import ArgumentParser
import StockWire

extension EscalationCommands {
    struct Set: Command {
        static let configuration = CommandConfiguration(
            "set",
            "Sets an escalation; replaces the one of that name whole.",
            """
            An alert follows the one that is most specific about it, until somebody acknowledges it or it is over. In patterns, \
            * stands for any characters and ? for one: quote them.
            """,
            example: "escalation set default --step 30m=manager --step 2h=owner --repeat 24h --severity critical")

        @Argument(help: "The escalation's name.")
        var name: String

        @Option(help: ArgumentHelp("So long after the alert opened, that contact is told; may be repeated.", valueName: "duration=contact"))
        var step: [StepArgument]

        @Option(
            name: .customLong("repeat"),
            help: ArgumentHelp("So long after the last step, the first one comes again; if left out, it ends there.", valueName: "duration"))
        var again: Wire.DurationText?

        @Option(help: "Only alerts of this severity or worse.")
        var severity: Wire.Severity?

        @Option(help: ArgumentHelp("Only products whose category matches.", valueName: "pattern"))
        var category: String?

        @Option(help: ArgumentHelp("Only locations whose name matches.", valueName: "pattern"))
        var location: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            let params = EscalationSet.Params(
                name: name, severity: severity, category: category, location: location,
                steps: step.map { Wire.EscalationStep(after: $0.after, contact: $0.contact) }, repeat: again)
            try session.show(EscalationSet.self, params, tenancy.common) { EscalationView.detail($0) }
        }
    }
}

/// `30m=manager`
struct StepArgument: ExpressibleByArgument {
    var after: Wire.DurationText
    var contact: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), let after = Wire.DurationText(String(argument[..<equals])) else { return nil }
        self.after = after
        contact = String(argument[argument.index(after: equals)...])
        if contact.isEmpty { return nil }
    }
}
