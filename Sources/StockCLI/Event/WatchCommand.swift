import ArgumentParser
import Glibc
import StockClient
import StockWire

/// `stockctl watch`, also `stockctl event watch`.
struct WatchCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Shows what happens, as it happens.",
        discussion: """
            Runs until it is stopped. If the connection is lost it goes on after it is back, without a gap.

            Example:
              stockctl watch --kind alert.opened --kind alert.resolved
            """)

    @Option(help: ArgumentHelp("Only events of this kind; may be repeated.", valueName: "kind"))
    var kind: [Wire.EventKind] = []

    @Option(help: ArgumentHelp("Begin after this event, as `cursor` named it; events are kept for 7 days.", valueName: "cursor"))
    var since: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var tenancy: TenantsOption

    func run(in session: Session) throws {
        var cursor = since
        var wasConnected = false
        var isLost = false
        while true {
            do {
                let params = EventWatch.Params(since: cursor, kinds: kind.isEmpty ? nil : kind)
                let begun = try session.call(EventWatch.self, params, tenancy.common)
                if cursor == nil { cursor = begun.cursor }
                if isLost { session.remark("stockctl: connected again\n") }
                isLost = false
                wasConnected = true
                while true {
                    let (event, raw) = try session.client.nextEvent()
                    cursor = event.cursor
                    if session.json {
                        session.printRaw(raw)
                    } else {
                        session.print([EventView.line(event.event, allTenants: tenancy.allTenants)])
                    }
                }
            } catch let error as ClientError where wasConnected && error.isPassing {
                if !isLost { session.remark("stockctl: \(DisplayText.escaped(error.description)); trying again\n") }
                isLost = true
                session.reconnect()
                // A second: a restart takes about as long, and waiting costs nothing.
                _ = poll(nil, 0, 1000)
            }
        }
    }
}

extension ClientError {
    /// Whether it may go away by itself while the daemon restarts.
    fileprivate var isPassing: Bool {
        switch self {
        case .closed, .noDaemon, .noReply: true
        case .refused(let error): error.code == .unavailable
        case .pathTooLong, .notPermitted, .malformed: false
        }
    }
}

package struct EventCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "event", abstract: "What happens, as it happens.", subcommands: [WatchCommand.self])

    package init() {}
}
