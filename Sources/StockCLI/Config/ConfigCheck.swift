import ArgumentParser
import StockWire

extension ConfigCommands {
    struct Check: Command {
        static let configuration = CommandConfiguration(
            "check",
            "Checks the configuration file without putting it in force.",
            "Exits with 2 if it is bad.",
            example: "config check")

        @OptionGroup var global: GlobalOptions

        func run(in session: Session) throws {
            try session.check(ConfigCheck.self, .init(), passes: \.valid) { result in
                result.valid ? [.text("The configuration is good.", .good)] : ConfigView.problems(result.problems)
            }
        }
    }
}
