import ArgumentParser

package struct StockCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "stock", abstract: "What is on hand, and every change of it.",
        subcommands: [List.self, Get.self, Set.self, Adjust.self, Sell.self, Receive.self, History.self, Summary.self])

    package init() {}
}
