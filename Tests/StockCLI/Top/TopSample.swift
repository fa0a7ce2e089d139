import FoundationEssentials
import StockCLI
import StockWire

/// What the dashboard may have to show, worst-case names included.
enum TopSample {
    static let now = Wire.Time("2026-05-04T12:00:00Z")!

    static func ago(_ minutes: Int64) -> Wire.Time { Wire.Time(milliseconds: now.milliseconds - minutes * 60_000) }

    static func alert(
        _ id: Int64, _ severity: Wire.Severity, _ sku: String, _ name: String, at location: String = "store-1", stock: Decimal,
        days: String? = nil, opened minutes: Int64 = 95, by owner: String? = nil
    ) -> Wire.Alert {
        Wire.Alert(
            id: id, tenant: "default", sku: sku, productName: name, category: "Things", location: location, severity: severity,
            state: owner == nil ? .open : .acknowledged, currentStock: stock, threshold: 5, thresholdOrigin: "product",
            daysUntilStockout: days.flatMap { Decimal(string: $0) }, openedAt: ago(minutes), acknowledgedBy: owner,
            timeline: [Wire.AlertEvent(at: ago(minutes), kind: "opened", severity: severity, onHand: stock)])
    }

    static let alerts = [
        alert(1, .low, "WID-001", "Widget A", stock: 4, days: "3.4", opened: 3),
        alert(2, .out, "WID-002", "Widget B", stock: 0, opened: 61),
        alert(3, .critical, "GAD-001", "Gadget X", stock: 1, days: "0.8", by: "ann"),
        alert(4, .low, "DOO-001", "Doohickey", at: "store-2", stock: 9, days: "8.1", opened: 26 * 60),
        alert(5, .low, "DAI-001", "Whole milk 1 gal", stock: 3, days: "0.03"),
        alert(6, .out, "BAK-001", "Sourdough loaf", at: "store-2", stock: -2, opened: 0),
        alert(7, .critical, "HAR-002", "Wood screws 4 x 40, 200", at: "store-2", stock: Decimal(string: "1.25")!),
        alert(8, .low, "ELE-002", "LED bulb 100 W, 2", at: "store-2", stock: 5, days: "40", opened: 5 * 1440),
    ]

    static let hostileAlerts = [
        alert(1, .out, "EVIL\u{1B}[2J", "\u{1B}]0;owned\u{7}\u{202E}txt\r\nroot# ", at: "sh\u{2028}op", stock: 0),
        alert(2, .critical, "抹茶-0001-長い番号", "抹茶ラテの素 特選 五百グラム入り 業務用", at: "東京駅前店", stock: 1, days: "1.5", by: "佐藤"),
        alert(3, .critical, "TEA-🍵", "Tea 🍵 👨‍👩‍👧 family ❤️ pack 🇬🇧", at: "Łódź", stock: 2, days: "2"),
        alert(4, .low, "ZALGO", "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306} combining", stock: 3, days: "7"),
        alert(5, .low, String(repeating: "SKU", count: 40), String(repeating: "Long ", count: 60), at: String(repeating: "W", count: 255),
            stock: Decimal(string: "12345678901.12345")!, days: "99999"),
        alert(6, .low, "عربى-1", "مرحبا بالعالم", stock: 4, days: "14"),
    ]

    static func source(
        _ name: String, _ state: Wire.SyncState, last: Int64?, error: String? = nil
    ) -> Wire.Source {
        Wire.Source(
            name: name, kind: "square", tenant: "default", state: state, lastSuccessAt: last.map(ago), nextRunAt: ago(-12), pages: 3,
            countsApplied: 2, salesApplied: 1, skipped: [], skippedCount: 0, error: error)
    }

    static func status(_ sources: [Wire.Source], queued: Int = 2, dead: Int = 0) -> SystemStatus.Result {
        SystemStatus.Result(
            version: "0.1.0", protocolVersion: 1, uptimeS: 10, ready: true, database: .init(engine: "sqlite", bytes: 1),
            counts: .init(
                tenants: 1, locations: 2, products: 209, levels: 418, alertsOpen: 8, deliveriesQueued: queued, deliveriesDead: dead),
            sources: sources, channels: [], time: now)
    }

    static func event(_ minutes: Int64, _ kind: Wire.EventKind, _ alert: Wire.Alert? = nil, note: String? = nil) -> Wire.Event {
        Wire.Event(
            kind: kind.rawValue, at: ago(minutes), tenant: "default",
            alert: alert.map { alert in
                Wire.AlertNews(
                    id: alert.id, sku: alert.sku, productName: alert.productName, location: alert.location, severity: alert.severity,
                    state: kind == .alertResolved ? .resolved : alert.state, currentStock: alert.currentStock, openedAt: alert.openedAt)
            }, note: note)
    }

    static func state(_ alerts: [Wire.Alert] = alerts, names: [String] = ["square-main", "nightly"]) -> TopState {
        var state = TopState(scope: .tenant(nil), now: now)
        state.connection = .live
        state.status = status([source(names[0], .idle, last: 3), source(names[1], .waiting, last: 600, error: "Square refused the token (401)")])
        state.summary = StockSummary.Result(
            healthy: 409, low: 4, critical: 2, out: 2, untracked: 1, stale: 0,
            locations: [
                .init(tenant: "default", location: "store-1", healthy: 205, low: 2, critical: 1, out: 1, untracked: 0, stale: 0)
            ])
        state.locations = ["store-1", "store-2"]
        state.sent = [4, 30, 70].map { minutes in
            Wire.Delivery(
                id: 9, tenant: "default", alertIds: [1], alertCount: 1, message: .alert, contact: "ops", kind: .slack,
                address: "ops-slack", state: .sent, attempts: 1, createdAt: ago(minutes), sentAt: ago(minutes))
        }
        state.show(alerts, isPartial: false)
        state.add(event(95, .alertOpened, alerts[2]))
        state.add(event(61, .alertOpened, alerts[1]))
        state.add(event(8, .alertResolved, alerts[0]))
        state.add(event(3, .alertOpened, alerts[0]))
        state.add(event(1, .noticeOpened, note: "Source nightly fails"))
        state.add(event(0, .alertChanged, alerts[3]))
        return state
    }

    /// As it would be shown in UTC, wherever the test runs.
    static func text(_ state: TopState, _ columns: Int, _ rows: Int) -> String {
        var text = TopView.render(state, ScreenSize(columns: columns, rows: rows)).map(\.plainText).joined(separator: "\n") + "\n"
        for time in [now] + state.events.map(\.at) {
            let (local, utc) = (Format.moment(time).suffix(8), time.description.dropFirst(11).prefix(8))
            text = text.replacing(local + "  ", with: "\u{1}" + utc + "  ").replacing(" " + local.prefix(5) + "\n", with: " " + utc.prefix(5) + "\n")
        }
        return text.replacing("\u{1}", with: "")
    }
}
