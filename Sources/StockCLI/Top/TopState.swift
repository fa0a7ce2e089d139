import FoundationEssentials
import StockWire

/// What `stockctl top` shows, and what keys do to it. A value: what it looks like is `TopView`'s, what it asks for is carried
/// out by `TopLoop`.
package struct TopState: Sendable {
    /// Whose alerts are shown.
    package enum Scope: Hashable, Sendable {
        /// nil: the default one.
        case tenant(String?)
        case all
    }

    package enum Mode: Hashable, Sendable {
        case browse
        case help
        /// Of the selected alert.
        case detail
        case filtering(before: String)
        case noting(alert: Int64, text: String)
    }

    package enum Connection: Hashable, Sendable {
        case connecting
        case live
        /// It takes longer than one likes.
        case waiting
        case lost(String)
    }

    /// What is to be done for a key.
    package enum Request: Hashable, Sendable {
        case quit
        case suspend
        /// Everything is drawn anew.
        case redraw
        case acknowledge(alert: Int64, tenant: String, note: String?)
        /// Other alerts are wanted.
        case reload
        /// Events of others are, too.
        case watchAnew
    }

    // What is known.
    package var status: SystemStatus.Result?
    package var summary: StockSummary.Result?
    package private(set) var alerts: [Wire.Alert] = []
    /// They have been told, even if there are none.
    package private(set) var knowsAlerts = false
    /// There are more than were asked for.
    package private(set) var isPartial = false
    /// Newest first; nil where they are not known.
    package var sent: [Wire.Delivery]?
    package var locations: [String] = []
    package var tenants: [String] = []
    /// Oldest first.
    package private(set) var events: [Wire.Event] = []
    /// Those that came during a pause.
    private var unseen: [Wire.Event] = []
    package var connection = Connection.connecting
    package var now: Wire.Time

    // What is looked at.
    package private(set) var scope: Scope
    package private(set) var location: String?
    package private(set) var filter = ""
    package private(set) var selected: Int64?
    /// Where it stood, for when it is gone.
    private var selectedIndex = 0
    package private(set) var mode = Mode.browse
    package private(set) var isPaused = false
    /// What was done, or why not.
    package var remark: Cell?

    package init(scope: Scope, location: String? = nil, now: Wire.Time) {
        self.scope = scope
        self.location = location
        self.now = now
    }

    /// Enough to fill any screen.
    static let keptEvents = 200

    package var common: CommonParams {
        switch scope {
        case .tenant(let name): CommonParams(tenant: name)
        case .all: CommonParams(allTenants: true)
        }
    }

    // MARK: What comes from the daemon

    package mutating func show(_ alerts: [Wire.Alert], isPartial: Bool) {
        self.alerts = alerts.sorted(by: TopState.isMoreUrgent)
        self.isPartial = isPartial
        knowsAlerts = true
        keepSelection()
    }

    package mutating func add(_ event: Wire.Event) {
        func append(_ event: Wire.Event, to events: inout [Wire.Event]) {
            events.append(event)
            if events.count > TopState.keptEvents { events.removeFirst(events.count - TopState.keptEvents) }
        }
        if isPaused { append(event, to: &unseen) } else { append(event, to: &events) }
    }

    /// Worst first; what is gone first before what lasts, and that before what nobody knows of; what nobody has taken on
    /// before what somebody has; oldest first.
    private static func isMoreUrgent(_ a: Wire.Alert, _ b: Wire.Alert) -> Bool {
        func key(_ alert: Wire.Alert) -> (Int, Decimal, Int, Int64, Int64) {
            let severity =
                switch alert.severity {
                case .out: 0
                case .critical: 1
                case .low: 2
                case .healthy: 3
                }
            return (
                severity, alert.daysUntilStockout ?? (alert.severity == .out ? 0 : 1_000_000), alert.state == .acknowledged ? 1 : 0,
                alert.openedAt.milliseconds, alert.id
            )
        }
        return key(a) < key(b)
    }

    // MARK: What is looked at

    /// The alerts that the filter lets through, most urgent first.
    package var shownAlerts: [Wire.Alert] {
        filter.isEmpty
            ? alerts
            : alerts.filter { alert in
                isFound([alert.sku, alert.productName, alert.category ?? "", alert.location, alert.severity.rawValue,
                    alert.acknowledgedBy ?? ""].joined(separator: "\n"))
            }
    }

    package var shownEvents: [Wire.Event] {
        let ofLocation = location.map { location in
            events.filter { event in ([event.alert?.location, event.level?.location].compactMap(\.self)).first ?? location == location }
        } ?? events
        return filter.isEmpty
            ? ofLocation : ofLocation.filter { isFound($0.kind + "\n" + EventView.what($0, allTenants: scope == .all).text) }
    }

    package var selectedAlert: Wire.Alert? { alerts.first { $0.id == selected } }

    private func isFound(_ text: String) -> Bool { text.lowercased().contains(filter.lowercased()) }

    /// The selection stays with its alert, and where that is gone, with its place.
    private mutating func keepSelection() {
        let shown = shownAlerts
        if let index = shown.firstIndex(where: { $0.id == selected }) {
            selectedIndex = index
        } else {
            selectedIndex = max(0, min(selectedIndex, shown.count - 1))
            selected = shown.isEmpty ? nil : shown[selectedIndex].id
            if mode == .detail { mode = .browse }
        }
    }

    private mutating func select(_ index: Int) {
        let shown = shownAlerts
        guard !shown.isEmpty else { return }
        selectedIndex = max(0, min(index, shown.count - 1))
        selected = shown[selectedIndex].id
    }

    // MARK: Keys

    /// What is typed or pressed.
    package mutating func press(_ key: Key) -> Request? {
        switch key {
        case .control("c"): return .quit
        case .control("z"): return .suspend
        case .control("l"): return .redraw
        default: break
        }
        switch mode {
        case .browse, .detail: return browse(key)
        case .help:
            mode = .browse
            return nil
        case .filtering(let before):
            switch TopState.type(key, into: &filter) {
            case .going: break
            case .done: mode = .browse
            case .givenUp:
                filter = before
                mode = .browse
            }
            keepSelection()
            return nil
        case .noting(let id, var text):
            switch TopState.type(key, into: &text) {
            case .going:
                mode = .noting(alert: id, text: text)
                return nil
            case .givenUp:
                mode = .browse
                return nil
            case .done:
                mode = .browse
                guard let alert = alerts.first(where: { $0.id == id }) else {
                    remark = Cell("Alert \(id) is over.")
                    return nil
                }
                return .acknowledge(alert: id, tenant: alert.tenant, note: text.isEmpty ? nil : text)
            }
        }
    }

    private enum Typing { case going, done, givenUp }

    /// One key of a line that is typed.
    private static func type(_ key: Key, into text: inout String) -> Typing {
        switch key {
        case .character(let character): text += String(character)
        case .backspace: if !text.isEmpty { text.removeLast() }
        case .control("u"): text = ""
        case .enter: return .done
        case .escape: return .givenUp
        default: break
        }
        return .going
    }

    private mutating func browse(_ key: Key) -> Request? {
        remark = nil
        switch key {
        case .character("q"): return .quit
        case .up, .character("k"): select(selectedIndex - 1)
        case .down, .character("j"): select(selectedIndex + 1)
        case .pageUp: select(selectedIndex - 10)
        case .pageDown: select(selectedIndex + 10)
        case .home, .character("g"): select(0)
        case .end, .character("G"): select(.max)
        case .enter: mode = mode == .detail || selectedAlert == nil ? .browse : .detail
        case .escape:
            if mode == .detail { mode = .browse } else { filter = "" }
            keepSelection()
        case .character("?"), .character("h"): mode = .help
        case .character("f"), .character("/"): mode = .filtering(before: filter)
        case .character("p"): return pause()
        case .character("a"): acknowledge()
        case .character("l"): return switchLocation(by: 1)
        case .character("L"): return switchLocation(by: -1)
        case .character("t"): return switchTenant()
        default: break
        }
        return nil
    }

    private mutating func pause() -> Request? {
        isPaused.toggle()
        guard !isPaused else { return nil }
        let arrived = unseen
        unseen = []
        for event in arrived { add(event) }
        return .reload
    }

    private mutating func acknowledge() {
        guard let alert = selectedAlert else { return }
        if alert.state == .acknowledged {
            remark = Cell("\(alert.acknowledgedBy ?? "Somebody") takes care of \(alert.sku) already.")
        } else if case .lost = connection {
            remark = Cell("Not while the connection is lost.", .warning)
        } else {
            mode = .noting(alert: alert.id, text: "")
        }
    }

    /// All, then one after the other.
    private mutating func switchLocation(by step: Int) -> Request? {
        guard !locations.isEmpty else { return nil }
        let choices: [String?] = [nil] + locations
        let index = choices.firstIndex(of: location) ?? 0
        location = choices[(index + step + choices.count) % choices.count]
        return .reload
    }

    /// All tenants, if there are several and the caller may see them.
    private mutating func switchTenant() -> Request? {
        guard tenants.count > 1 else { return nil }
        let choices: [Scope] = [.all] + tenants.map { .tenant($0) }
        let current: Scope = scope == .tenant(nil) ? .tenant(Wire.defaultTenant) : scope
        scope = choices[((choices.firstIndex(of: current) ?? 0) + 1) % choices.count]
        location = nil
        (alerts, sent, events, unseen, locations, summary, selected) = ([], nil, [], [], [], nil, nil)
        knowsAlerts = false
        mode = .browse
        return .watchAnew
    }
}
