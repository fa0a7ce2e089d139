import ArgumentParser

package struct SyncCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Brings stock and sales in from the sources.",
        subcommands: [Run.self, Status.self, Pause.self, Resume.self],
        defaultSubcommand: Run.self)

    package init() {}
}
