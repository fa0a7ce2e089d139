import ArgumentParser
import StockWire

extension SyncCommands {
    struct Resume: Command {
        static let configuration = CommandConfiguration(
            "resume", "Ends a source's pause, and syncs it.", example: "sync resume square-main")

        @Argument(help: "The source.")
        var source: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(SyncResume.self, .init(source: source), tenancy.common) {
                [.text("\($0.source.name) is synced again."), .hint("`stockctl sync status` shows how far it is.")]
            }
        }
    }
}
