import ArgumentParser
import StockWire

extension AuditCommands {
    struct List: Command {
        static let configuration = CommandConfiguration(
            "list",
            "Lists who called what that changed something or was refused, newest first.",
            """
            Entries of no tenant (tenants, the configuration, people who are let in for nothing) are listed with \
            --all-tenants only.
            """,
            example: "audit list --since 7d --method stock.set --name olivia")

        @Option(help: ArgumentHelp("Only from then on: a time, or how long ago.", valueName: "time"))
        var since: TimeArgument?

        @Option(help: ArgumentHelp("Only this method, or all of a noun.", valueName: "method"))
        var method: String?

        @Option(help: ArgumentHelp("Only what this user called.", valueName: "user"))
        var name: String?

        @Option(help: ArgumentHelp("Only with this outcome: done, denied, or an error's code.", valueName: "outcome"))
        var outcome: String?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                AuditList.self, page, tenancy.common, rows: \.entries, next: \.nextCursor,
                params: {
                    .init(since: since?.time, method: method, name: name, outcome: outcome, limit: $0, cursor: $1)
                },
                { AuditView.table($0, allTenants: tenancy.allTenants) })
        }
    }
}
