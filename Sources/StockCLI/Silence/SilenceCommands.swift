import ArgumentParser

package struct SilenceCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "silence", abstract: "Times in which nobody is told of certain alerts.",
        subcommands: [Create.self, List.self, Get.self, Expire.self])

    package init() {}
}
