import ArgumentParser

package struct HoldCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "What is promised to orders until they are paid.",
        subcommands: [Place.self, Confirm.self, Cancel.self, Extend.self, Get.self, Refunds.self, List.self])

    package init() {}
}
