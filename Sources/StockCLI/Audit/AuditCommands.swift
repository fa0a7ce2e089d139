import ArgumentParser

package struct AuditCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Who changed what, and who was refused.",
        subcommands: [List.self, Get.self, Verify.self])

    package init() {}
}
