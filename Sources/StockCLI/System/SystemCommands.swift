import ArgumentParser

/// The long names of `status` and `health`.
package struct SystemCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "system", abstract: "The daemon itself.", subcommands: [StatusCommand.self, HealthCommand.self])

    package init() {}
}
