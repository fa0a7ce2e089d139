import ArgumentParser

package struct EscalationCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "escalation", abstract: "Who is told next while nobody acknowledges an alert.",
        subcommands: [Set.self, List.self, Unset.self])

    package init() {}
}
