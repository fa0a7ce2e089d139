import ArgumentParser
import StockWire

extension EscalationCommands {
    struct Unset: Command {
        static let configuration = CommandConfiguration(
            "unset", "Removes an escalation.", example: "escalation unset default")

        @Argument(help: "The escalation's name.")
        var name: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(EscalationUnset.self, .init(name: name), tenancy.common) {
                [.text("Escalation \($0.escalation.name) is removed.")]
            }
        }
    }
}
