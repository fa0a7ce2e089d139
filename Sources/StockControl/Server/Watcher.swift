import StockDomain
import StockStore
import StockWire

/// A subscription to events on a connection. Belongs to the connection's event loop.
final class Watcher {
    /// Events fetched at once: enough to be quick, few enough to bound what a slow reader makes us hold.
    static let pageSize = 128

    let subscription: Int64
    /// What was asked for, in case that other rules are in force one day.
    let request: Request
    let kinds: Set<String>?
    /// nil: all tenants.
    let tenantID: Int64?
    /// Everything up to here was handed over.
    var cursor: Int64
    /// A page is being fetched.
    var fetching = false
    /// There may be more than when the last page was fetched.
    var behind = true

    init(subscription: Int64, request: Request, kinds: Set<String>?, tenantID: Int64?, cursor: Int64) {
        self.subscription = subscription
        self.request = request
        self.kinds = kinds
        self.tenantID = tenantID
        self.cursor = cursor
    }

    /// What a request to watch comes to: where it starts, and for which tenant.
    struct Start: Sendable {
        var cursor: Int64
        var tenantID: Int64?
    }

    /// Checks `since`, an earlier event's cursor or a time, against what is kept.
    static func start(_ params: EventWatch.Params, _ call: Call, _ reader: StoreReader) throws -> Start {
        let range = try reader.eventRange()
        let tenantID = try call.tenantFilter(reader)
        guard let since = params.since else { return Start(cursor: range.last, tenantID: tenantID) }
        if let time = Wire.Time(since) {
            return Start(cursor: try reader.cursor(before: time.timestamp), tenantID: tenantID)
        }
        guard let cursor = Int64(since), cursor >= 0 else {
            throw ErrorObject.invalidParams(
                "since", "since must be the cursor of an earlier event or watch, or a time such as 2026-05-01T08:00:00Z")
        }
        guard cursor >= range.floor else {
            throw ErrorObject.invalidParams(
                "since", "events from before cursor \(range.floor) are no longer kept: watch without since, and read the state anew",
                reason: "cursor_expired")
        }
        guard cursor <= range.last else {
            throw ErrorObject.invalidParams(
                "since", "cursor \(cursor) lies ahead of the last event \(range.last): it is of another database",
                reason: "cursor_unknown")
        }
        return Start(cursor: cursor, tenantID: tenantID)
    }

    struct Page: Sendable {
        /// Complete messages, without line ends.
        var lines: [[UInt8]]
        var cursor: Int64
    }

    static func page(
        _ reader: StoreReader, subscription: Int64, kinds: Set<String>?, tenantID: Int64?, after cursor: Int64
    ) throws -> Page {
        guard try cursor >= reader.eventRange().floor else { throw Fallen() }
        let (events, next) = try reader.events(after: cursor, kinds: kinds, tenantID: tenantID, limit: pageSize)
        let lines = try events.map { event in
            try Reply.event(
                EventNotification(
                    subscription: subscription, cursor: String(event.id), event: described(event, reader)))
        }
        return Page(lines: lines, cursor: next)
    }

    /// An object that is gone by now must not keep what happened to it from being told.
    private static func described(_ event: EventRecord, _ reader: StoreReader) throws -> Wire.Event {
        do {
            return try reader.wireEvent(event)
        } catch let error as StoreError where error.code == .notFound {
            return Wire.Event(kind: event.kind, at: event.at.wire, tenant: event.tenant)
        }
    }

    /// The client was so slow that events it has not seen are no longer kept.
    struct Fallen: Error {}
}
