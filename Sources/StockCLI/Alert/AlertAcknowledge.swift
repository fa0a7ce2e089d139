import ArgumentParser
import StockWire

extension AlertCommands {
    struct Acknowledge: Command {
        static let configuration = CommandConfiguration(
            "acknowledge",
            "Says that somebody takes care: no reminders until it worsens or resolves.",
            example: #"alert acknowledge 42 --note "ordered, due Friday""#, aliases: ["ack"])

        @Argument(help: "The alert's id.")
        var id: Int64

        @Option(help: ArgumentHelp("A remark, kept in the timeline.", valueName: "text"))
        var note: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(AlertAcknowledge.self, .init(id: id, note: note), tenancy.common) {
                [.text(AlertView.sentence($0.alert))]
            }
        }
    }
}
