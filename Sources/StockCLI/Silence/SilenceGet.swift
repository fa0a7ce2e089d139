import ArgumentParser
import StockWire

extension SilenceCommands {
    struct Get: Command {
        static let configuration = CommandConfiguration("get", "Shows one silence.", example: "silence get 42")

        @Argument(help: "The silence's id.")
        var id: Int64

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantOption

        func run(in session: Session) throws {
            try session.show(SilenceGet.self, .init(id: id), tenancy.common) { SilenceView.detail($0.silence) }
        }
    }
}
