import ArgumentParser
import StockWire

extension InboxCommands {
    struct Read: Command {
        static let configuration = CommandConfiguration(
            "read",
            "Marks messages as read.",
            example: "inbox read 12 13")

        @Argument(help: "The messages' ids.")
        var ids: [Int64] = []

        @Flag(help: "All that came until now.")
        var all = false

        @Option(help: ArgumentHelp("With --all: only to this contact.", valueName: "name"))
        var contact: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func validate() throws {
            if ids.isEmpty != all { throw ValidationError("Say which: ids, or --all.") }
            if contact != nil, !all { throw ValidationError("--contact goes with --all.") }
        }

        func run(in session: Session) throws {
            let params = InboxRead.Params(ids: all ? nil : ids, all: all ? true : nil, contact: contact)
            try session.show(InboxRead.self, params, tenancy.common) { result in
                [.text("\(Format.count(result.count, "message")) marked as read, \(result.unread) unread.")]
            }
        }
    }
}
