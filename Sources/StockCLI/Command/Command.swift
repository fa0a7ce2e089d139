import ArgumentParser
import StockClient
import StockWire

/// A command that talks to the daemon.
package protocol Command: ParsableCommand {
    var global: GlobalOptions { get }

    func run(in session: Session) throws
}

extension Command {
    package func run() throws { try run(in: Session(global)) }
}

package struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The daemon's control socket. [default: $STOCKD_SOCKET or \(GlobalOptions.defaultSocket)]",
            valueName: "path"))
    package var socket: String?

    @Flag(help: "Print the reply's result as received, as JSON.")
    package var json = false

    package init() {}

    static let defaultSocket = "/run/stockd/control.sock"

    var socketPath: String { socket ?? Terminal.variable("STOCKD_SOCKET") ?? GlobalOptions.defaultSocket }
}

/// Of commands that concern one tenant's data.
struct TenantOption: ParsableArguments {
    @Option(help: ArgumentHelp("The tenant.", valueName: "name"))
    var tenant: String?

    var common: CommonParams { CommonParams(tenant: tenant) }
}

/// Of commands that list what tenants have.
struct TenantsOption: ParsableArguments {
    @Option(help: ArgumentHelp("The tenant.", valueName: "name"))
    var tenant: String?

    @Flag(help: "Over all tenants; for admins.")
    var allTenants = false

    func validate() throws {
        if allTenants, tenant != nil { throw ValidationError("--tenant and --all-tenants exclude each other.") }
    }

    var common: CommonParams { CommonParams(tenant: tenant, allTenants: allTenants) }
}

/// Of commands that change something.
struct ChangeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The tenant.", valueName: "name"))
    var tenant: String?

    @Option(help: ArgumentHelp("Makes a repetition of this very command harmless for 24 hours.", valueName: "key"))
    var idempotencyKey: String?

    var common: CommonParams { CommonParams(tenant: tenant, idempotencyKey: idempotencyKey) }
    /// For what is read on the way.
    var read: CommonParams { CommonParams(tenant: tenant) }
}

/// Of commands that change something that is of no tenant.
struct SystemChangeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Makes a repetition of this very command harmless for 24 hours.", valueName: "key"))
    var idempotencyKey: String?

    var common: CommonParams { CommonParams(idempotencyKey: idempotencyKey) }
}

struct PageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Show at most so many rows. [default: 100]", valueName: "rows"))
    var limit: Int?

    @Flag(help: "Show all rows.")
    var all = false

    @Option(help: ArgumentHelp("With --json: go on where `next_cursor` says.", valueName: "cursor"))
    var cursor: String?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
        if all, limit != nil { throw ValidationError("--all and --limit exclude each other.") }
    }
}

extension CommandConfiguration {
    /// Of a command, with one example. Every command is named here: the parser looks at the names of all of them, and where
    /// one is missing makes it of the type's, for which Swift searches the whole program.
    init(_ name: String, _ abstract: String, _ details: String = "", example: String, aliases: [String] = []) {
        let discussion = (details.isEmpty ? "" : details + "\n\n") + "Example:\n  stockctl \(example)"
        self.init(commandName: name, abstract: abstract, discussion: discussion, aliases: aliases)
    }
}

/// The command was a check, and what it checks is failing.
package struct CheckFailed: Error {}
