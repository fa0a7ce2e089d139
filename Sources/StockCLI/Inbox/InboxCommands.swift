import ArgumentParser

package struct InboxCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "Messages to read here.", subcommands: [List.self, Read.self])

    package init() {}
}
