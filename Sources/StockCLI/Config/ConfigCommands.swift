import ArgumentParser

package struct ConfigCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "config", abstract: "The daemon's configuration.",
        subcommands: [Show.self, Reload.self, Check.self])

    package init() {}
}
