import ArgumentParser

package struct SaleCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "sale", abstract: "Flash sales: so much, at this price, for so long.",
        subcommands: [Create.self, Get.self, List.self, End.self])

    package init() {}
}
