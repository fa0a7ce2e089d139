import StockClient
import StockWire

/// What `stockctl top` asks the daemon: nothing waits for a reply, so that keys are always answered, and whatever is costly
/// for the daemon is asked the less often.
final class TopFeed {
    enum News {
        case status(SystemStatus.Result)
        case summary(StockSummary.Result)
        case alerts([Wire.Alert], isPartial: Bool)
        case sent([Wire.Delivery])
        case locations([String])
        case tenants([String])
        case event(Wire.Event)
        case acknowledged(Wire.Alert)
        case refused(ErrorObject)
    }

    /// More than fit on any screen; of the rest there is the count.
    static let alertLimit = 250
    static let sentLimit = 100
    /// What matters to whoever watches alerts; changes of stock and holds would push it off the screen.
    static let kinds: [Wire.EventKind] = Wire.EventKind.allCases.filter { kind in
        switch kind {
        case .stockChanged, .holdPlaced, .holdConfirmed, .holdCancelled, .holdExpired, .holdExtended: false
        default: true
        }
    }

    private let session: Session
    private var client: Client?
    private var status = TopSlot<SystemStatus>(every: .seconds(2))
    private var summary = TopSlot<StockSummary>(every: .seconds(10))
    private var alerts = TopSlot<AlertList>(every: .seconds(5))
    private var sent = TopSlot<DeliveryList>(every: .seconds(10))
    private var locations = TopSlot<LocationList>(every: .seconds(60))
    private var tenants = TopSlot<TenantList>(every: .seconds(60))
    private var watch: Client.Pending<EventWatch>?
    private var acknowledgements: [Client.Pending<AlertAcknowledge>] = []
    /// The event seen last; before there is one, when events are to begin.
    private var cursor: String?
    /// What happened before cannot be had.
    private var isFromNow = false

    init(_ session: Session) { self.session = session }

    /// For `poll`; nil while there is no connection.
    var descriptor: Int32? { client?.descriptor }

    /// Connects, and follows events from `since` or, if it did before, from where it was.
    func connect(_ state: TopState, since: String) throws {
        let client = try session.client
        if !isFromNow { cursor = cursor ?? since }
        watch = try client.start(EventWatch.self, .init(since: cursor, kinds: TopFeed.kinds), common: state.common)
        self.client = client
    }

    func disconnect() {
        client = nil
        session.reconnect()
        (watch, acknowledgements) = (nil, [])
        status.forget()
        summary.forget()
        alerts.forget()
        sent.forget()
        locations.forget()
        tenants.forget()
    }

    /// Events of others are wanted from now on.
    func startOver() {
        disconnect()
        cursor = nil
    }

    /// Other alerts are wanted; replies that are on their way are of no use any more.
    func reload() {
        status.wantAnew()
        summary.wantAnew()
        alerts.wantAnew()
        sent.wantAnew()
    }

    func acknowledge(_ id: Int64, tenant: String, note: String?) throws {
        guard let client else { return }
        acknowledgements.append(
            try client.start(AlertAcknowledge.self, .init(id: id, note: note), common: CommonParams(tenant: tenant)))
    }

    /// Nobody knows what has become of it.
    var hasUnansweredAcknowledgement: Bool { !acknowledgements.isEmpty }

    /// Sends the requests that are due.
    func ask(_ state: TopState, _ now: ContinuousClock.Instant) throws {
        guard let client else { return }
        let common = state.common
        try status.ask(client, .init(), .init(), now)
        try alerts.ask(client, .init(location: state.location, limit: TopFeed.alertLimit), common, now)
        try sent.ask(client, .init(state: .sent, limit: TopFeed.sentLimit), common, now)
        try summary.ask(client, .init(location: state.location), common, now)
        try locations.ask(client, .init(limit: Wire.largestLimit), common, now)
        try tenants.ask(client, .init(limit: Wire.largestLimit), .init(), now)
    }

    /// When `ask` has something to send next.
    var nextDue: ContinuousClock.Instant? {
        [status.dueAt, alerts.dueAt, sent.dueAt, summary.dueAt, locations.dueAt, tenants.dueAt].compactMap(\.self).min()
    }

    /// Since when a reply is outstanding that should have come long ago.
    func waitsSince(_ now: ContinuousClock.Instant) -> Bool {
        [status.sentAt, alerts.sentAt].compactMap(\.self).contains { now - $0 > .seconds(3) }
    }

    /// What has come; throws where the connection is of no use any more, after the last of it.
    func take(_ now: ContinuousClock.Instant) throws -> [News] {
        guard let client else { return [] }
        var end: ClientError?
        do { try client.readArrived() } catch let error as ClientError { end = error }
        var news: [News] = []
        func add<M: Method>(_ slot: inout TopSlot<M>, _ map: (M.Result) -> News) throws {
            switch try slot.take(client, now) {
            case .success(let result): news.append(map(result))
            // What the caller's role may not see is left out: of messages, viewers have only the counts.
            case .failure(let error) where error.code == .denied && M.self != SystemStatus.self: break
            case .failure(let error): news.append(.refused(error))
            case nil: break
            }
        }
        try takeWatch(client)
        try add(&status) { .status($0) }
        try add(&summary) { .summary($0) }
        try add(&alerts) { .alerts($0.alerts, isPartial: $0.nextCursor != nil) }
        try add(&sent) { .sent($0.deliveries) }
        try add(&locations) { .locations($0.locations.map(\.name)) }
        try add(&tenants) { .tenants($0.tenants.map(\.name)) }
        try takeAcknowledgements(client, &news)
        while let (notification, _) = try client.arrivedEvent() {
            cursor = notification.cursor
            want(notification.event.kind)
            news.append(.event(notification.event))
        }
        // What came is shown first; the end is seen again at the next reading.
        if let end, news.isEmpty { throw end }
        return news
    }

    private func takeWatch(_ client: Client) throws {
        guard let pending = watch else { return }
        do {
            guard let begun = try client.arrivedResult(of: pending) else { return }
            watch = nil
            cursor = begun.cursor
            isFromNow = false
        } catch ClientError.refused(let error) where error.field == "since" {
            // The daemon was away for longer than events are kept, or has another database: from now on, then.
            cursor = nil
            isFromNow = true
            throw ClientError.closed(detail: error.message)
        }
    }

    private func takeAcknowledgements(_ client: Client, _ news: inout [News]) throws {
        var waiting: [Client.Pending<AlertAcknowledge>] = []
        for pending in acknowledgements {
            do {
                guard let reply = try client.arrivedResult(of: pending) else {
                    waiting.append(pending)
                    continue
                }
                news.append(.acknowledged(reply.alert))
                alerts.want()
            } catch ClientError.refused(let error) {
                news.append(.refused(error))
            }
        }
        acknowledgements = waiting
    }

    /// What an event makes worth asking for.
    private func want(_ kind: String) {
        status.want()
        if kind.hasPrefix("alert.") || kind.hasPrefix("sync.") {
            alerts.want()
            summary.want()
        }
        if kind.hasPrefix("delivery.") { sent.want() }
    }
}

/// One thing that is asked for again and again: at most five times a second, and never for more than a fifth of the time.
struct TopSlot<M: Method> {
    private let every: Duration
    private var pending: Client.Pending<M>?
    /// When the reply that is awaited was asked for.
    private(set) var sentAt: ContinuousClock.Instant?
    private var isWanted = true
    private var isOutdated = false
    /// The caller may not have it: asked again and again, it would fill the audit with denials.
    private var isDenied = false
    /// When it may be asked for again, and when it is anyway.
    private var rest: (earliest: ContinuousClock.Instant, latest: ContinuousClock.Instant)?

    init(every: Duration) { self.every = every }

    mutating func want() { isWanted = true }

    mutating func wantAnew() {
        isWanted = true
        isOutdated = pending != nil
        rest = nil
    }

    mutating func forget() { self = TopSlot(every: every) }

    /// nil while it is on its way, and where it was denied.
    var dueAt: ContinuousClock.Instant? {
        guard pending == nil, !isDenied else { return nil }
        guard let rest else { return .now }
        return isWanted ? rest.earliest : rest.latest
    }

    mutating func ask(_ client: Client, _ params: M.Params, _ common: CommonParams, _ now: ContinuousClock.Instant) throws {
        guard let dueAt, dueAt <= now || rest == nil else { return }
        pending = try client.start(M.self, params, common: common)
        sentAt = now
        isWanted = false
    }

    mutating func take(_ client: Client, _ now: ContinuousClock.Instant) throws -> Result<M.Result, ErrorObject>? {
        guard let pending, let sentAt else { return nil }
        let outcome: Result<M.Result, ErrorObject>
        do {
            guard let result = try client.arrivedResult(of: pending) else { return nil }
            outcome = .success(result)
        } catch ClientError.refused(let error) {
            isDenied = error.code == .denied
            outcome = .failure(error)
        }
        self.pending = nil
        self.sentAt = nil
        let wasOutdated = isOutdated
        isOutdated = false
        rest = wasOutdated ? nil : (now + max(.milliseconds(200), (now - sentAt) * 4), now + max(every, (now - sentAt) * 4))
        return wasOutdated ? nil : outcome
    }
}
