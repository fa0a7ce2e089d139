import ArgumentParser

package struct ThresholdCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "threshold", abstract: "When something counts as low or critical.",
        subcommands: [Set.self, List.self, Unset.self])

    package init() {}
}
