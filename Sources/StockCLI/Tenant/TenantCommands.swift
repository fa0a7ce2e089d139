import ArgumentParser

package struct TenantCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Companies that share this daemon.",
        subcommands: [List.self])

    package init() {}
}
