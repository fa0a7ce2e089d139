import ArgumentParser

package struct ProductCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "product", abstract: "What is kept in stock.",
        subcommands: [Create.self, List.self, Get.self, Update.self, Retire.self])

    package init() {}
}
