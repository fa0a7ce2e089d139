import ArgumentParser
import StockWire

extension ConfigCommands {
    struct Reload: Command {
        static let configuration = CommandConfiguration(
            "Reads the configuration again; a bad one changes nothing.",
            "Exits with 2 if it is bad.",
            example: "config reload")

        @Option(help: ArgumentHelp("Makes a repetition of this very command harmless for 24 hours.", valueName: "key"))
        var idempotencyKey: String?
        @OptionGroup var global: GlobalOptions

        func run(in session: Session) throws {
            try session.check(ConfigReload.self, .init(), .init(idempotencyKey: idempotencyKey), passes: \.reloaded) { result in
                guard result.reloaded else {
                    return [.text("The configuration is bad; the old one stays in force.", .bad)]
                        + ConfigView.problems(result.problems)
                }
                let changed = result.changed.isEmpty ? "nothing changed" : "changed: " + result.changed.joined(separator: ", ")
                return [.text("Reloaded; \(changed).")]
                    + (result.restartRequired.isEmpty
                        ? []
                        : [.text("Takes effect after a restart: " + result.restartRequired.joined(separator: ", "), .warning)])
            }
        }
    }
}
