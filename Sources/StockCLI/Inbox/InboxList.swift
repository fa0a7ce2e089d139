import ArgumentParser
import StockWire

extension InboxCommands {
    struct List: Command {
        static let configuration = CommandConfiguration(
            "list",
            "Shows messages, newest first.",
            example: "inbox list --unread")

        @Flag(help: "Only messages that nobody has read.")
        var unread = false

        @Option(help: ArgumentHelp("Only to this contact.", valueName: "name"))
        var contact: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                InboxList.self, page, tenancy.common, rows: \.messages, next: \.nextCursor,
                params: { .init(unread: unread ? true : nil, contact: contact, limit: $0, cursor: $1) },
                { InboxView.blocks($0, allTenants: tenancy.allTenants, ifEmpty: unread ? "Nothing is unread." : "No messages.") })
        }
    }
}
