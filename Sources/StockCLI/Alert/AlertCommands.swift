import ArgumentParser

package struct AlertCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "alert", abstract: "What runs low, and who takes care of it.",
        subcommands: [List.self, Get.self, Acknowledge.self, Resolve.self, Check.self, DrillCommand.self, Stats.self])

    package init() {}
}
