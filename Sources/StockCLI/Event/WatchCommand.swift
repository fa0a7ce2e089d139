import ArgumentParser
import Glibc
import StockClient
import StockWire

/// `stockctl watch`, also `stockctl event watch`.
struct WatchCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Shows what happens, as it happens.",
        discussion: """
            Runs until it is stopped. If the connection is lost it goes on after it is back, without a gap. With --json each \
            line carries its event's `cursor`: a script that passes the last one it has seen as --since goes on there.

            Example:
              stockctl watch --kind alert --kind '*.failed' --location 'store-*' --since 1h
            """)

    @Option(
        help: ArgumentHelp(
            "Only events of this kind, or of those that begin so (alert) or match (*.failed); may be repeated.",
            valueName: "kind"))
    var kind: [KindArgument] = []

    @Option(help: ArgumentHelp("Only events about this product; * and ? match any. May be repeated.", valueName: "sku"))
    var sku: [Pattern] = []

    @Option(help: ArgumentHelp("Only events about this location; * and ? match any. May be repeated.", valueName: "name"))
    var location: [Pattern] = []

    @Option(help: "Only alerts and stock of exactly this severity; may be repeated.")
    var severity: [Wire.Severity] = []

    @Option(
        help: ArgumentHelp(
            "Begin after the event with this cursor, or at this time: 2026-05-01, \"2026-05-01 10:00\" or 5m. Events are kept "
                + "for 7 days.", valueName: "cursor|time"))
    var since: SinceArgument?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var tenancy: TenantsOption

    func run(in session: Session) throws {
        let filter = EventFilter(skus: sku, locations: location, severities: severity)
        let kinds = Set(kind.flatMap(\.kinds)).sorted { $0.rawValue < $1.rawValue }
        var cursor = since?.since
        var wasConnected = false
        var isLost = false
        var backoff = Backoff()
        while true {
            do {
                let params = EventWatch.Params(since: cursor, kinds: kinds.isEmpty ? nil : kinds)
                // From here on it is the place that counts: a time would bring again what has been shown.
                cursor = try session.call(EventWatch.self, params, tenancy.common).cursor
                if isLost { session.remark("stockctl: connected again, nothing was missed\n") }
                isLost = false
                wasConnected = true
                backoff.reset()
                while true {
                    let (event, raw) = try session.client.nextEvent()
                    if filter.shows(event.event) {
                        if session.json {
                            session.printRaw(raw)
                        } else {
                            session.print([EventView.line(event.event, allTenants: tenancy.allTenants)])
                        }
                    }
                    cursor = event.cursor
                }
            } catch let error as ClientError where wasConnected && error.isPassing {
                if !isLost { session.remark("stockctl: \(DisplayText.escaped(error.description)); trying again\n") }
                isLost = true
                session.reconnect()
                _ = poll(nil, 0, Int32(backoff.wait() / .milliseconds(1)))
            }
        }
    }
}

extension ClientError {
    /// Whether it may go away by itself while the daemon restarts.
    var isPassing: Bool {
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
