import ArgumentParser
import StockWire

extension AlertCommands {
    struct Resolve: Command {
        static let configuration = CommandConfiguration(
            "resolve",
            "Resolves an alert by hand.",
            "If stock is still short at the next evaluation, the alert opens again.",
            example: #"alert resolve 42 --note "counted again""#)

        @Argument(help: "The alert's id.")
        var id: Int64

        @Option(help: ArgumentHelp("A remark, kept in the timeline.", valueName: "text"))
        var note: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(AlertResolve.self, .init(id: id, note: note), tenancy.common) {
                [.text(AlertView.sentence($0.alert))]
            }
        }
    }
}
