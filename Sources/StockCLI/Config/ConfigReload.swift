import ArgumentParser
import StockWire

extension ConfigCommands {
    struct Reload: Command {
        static let configuration = CommandConfiguration(
            "reload",
            "Reads the configuration again; a bad one changes nothing.",
            "Exits with 1 if it is bad.",
            example: "config reload")

        @Option(help: ArgumentHelp("Makes a repetition of this very command harmless for 24 hours.", valueName: "key"))
        var idempotencyKey: String?

        @OptionGroup var global: GlobalOptions

        func run(in session: Session) throws {
            let common = CommonParams(idempotencyKey: idempotencyKey)
            try session.check(
                ConfigReload.self, .init(), common, passes: \.reloaded, failure: ExitCode.failure
            ) { result in
                guard result.reloaded else {
                    return [.text("The configuration is bad; the old one stays in force.", .bad)]
                        + ConfigView.problems(result.problems)
                }
                let changed = result.changed.joined(separator: ", ")
                var blocks: [Block] = [.text("Reloaded; " + (changed.isEmpty ? "nothing changed." : "changed: \(changed)."))]
                if !result.restartRequired.isEmpty {
                    let later = result.restartRequired.joined(separator: ", ")
                    blocks.append(.text("Takes effect after a restart: \(later).", .warning))
                }
                return blocks
            }
        }
    }
}
