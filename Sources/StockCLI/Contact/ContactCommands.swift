import ArgumentParser

package struct ContactCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "contact", abstract: "Whom to tell, where, and of what.",
        subcommands: [Create.self, List.self, Get.self, Update.self, Pause.self, Resume.self, Delete.self])

    package init() {}
}
