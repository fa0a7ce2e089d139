import ArgumentParser

package struct TenantCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Companies that share this daemon.",
        subcommands: [Create.self, List.self, Update.self])

    package init() {}
}
