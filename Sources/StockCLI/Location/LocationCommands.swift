import ArgumentParser

package struct LocationCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "location", abstract: "Stores and warehouses.",
        subcommands: [Create.self, List.self, Get.self])

    package init() {}
}
