import ArgumentParser
import StockWire

extension SilenceCommands {
    struct Expire: Command {
        static let configuration = CommandConfiguration(
            "expire",
            "Ends a silence before its time: what it held back, and nothing else does, is told now.",
            example: "silence expire 42")

        @Argument(help: "The silence's id.")
        var id: Int64

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(SilenceExpire.self, .init(id: id), tenancy.common) {
                [.text("Silence \($0.silence.id) is over: \(SilenceView.scope($0.silence)).")]
            }
        }
    }
}
