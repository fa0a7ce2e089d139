import ArgumentParser
import StockWire

extension ConfigCommands {
    struct Show: Command {
        static let configuration = CommandConfiguration(
            "show",
            "Shows the configuration in force, without secrets.",
            example: "config show")

        @OptionGroup var global: GlobalOptions

        func run(in session: Session) throws {
            try session.show(ConfigShow.self, .init()) { result in
                [.hint(result.file.map { "# \($0)" } ?? "# no file: built-in configuration")] + ConfigView.yaml(result.config)
            }
        }
    }
}
