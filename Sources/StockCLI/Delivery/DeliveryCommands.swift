import ArgumentParser

package struct DeliveryCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "delivery", abstract: "The queue of messages.",
        subcommands: [List.self, Retry.self, Drop.self, Test.self])

    package init() {}
}
