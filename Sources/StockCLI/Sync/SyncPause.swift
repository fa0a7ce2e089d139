import ArgumentParser
import StockWire

extension SyncCommands {
    struct Pause: Command {
        static let configuration = CommandConfiguration(
            "pause",
            "Leaves a source alone while it is worked on.",
            "It is not synced, and no alarm is raised that its counts are stale. Without --for or --until: until it is resumed.",
            example: #"sync pause square-main --for 2h --comment "new till""#)

        @Argument(help: "The source.")
        var source: String

        @OptionGroup var ending: EndOptions

        @Option(help: ArgumentHelp("Why, for those who wonder.", valueName: "text"))
        var comment: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(SyncPause.self, .init(source: source, until: ending.end(), comment: comment), tenancy.common) {
                [SyncView.paused($0.source) ?? .text("\($0.source.name) is not paused any more.")]
                    + ($0.source.state == .running ? [.hint("The sync that is under way goes on to its end.")] : [])
            }
        }
    }
}
