import ArgumentParser
import StockWire

struct TopCommand: Command {
    static let configuration = CommandConfiguration(
        "top",
        "Shows what runs low, as a dashboard that fills the terminal.",
        """
        The most urgent alerts with how long their stock lasts, messages, sources, and what happens. ? shows the keys; q quits.
        """,
        example: "top --location store-1")

    @Option(help: ArgumentHelp("Begin with this location.", valueName: "name"))
    var location: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var tenancy: TenantsOption

    func validate() throws {
        if global.json { throw ValidationError("top has no JSON: try stockctl status --json, or alert list --json.") }
    }

    func run(in session: Session) throws {
        let kind = Terminal.variable("TERM")
        guard kind != nil, kind != "dumb", let screen = FullScreen() else {
            throw ValidationError(
                """
                top draws on a whole terminal, and this is \(kind == nil || kind == "dumb" ? "one that cannot (TERM=\(kind ?? ""))" : "none"). \
                Try stockctl status, stockctl alert list, or stockctl watch.
                """)
        }
        try TopLoop(
            session, screen, scope: tenancy.allTenants ? .all : .tenant(tenancy.tenant), location: location
        ).run()
    }
}
