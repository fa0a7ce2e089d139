import StockDomain
import StockEngine
import StockStore
import StockWire

/// What the control side needs of the daemon's configuration.
package protocol ConfigurationControl: Sendable {
    /// Redacted, with defaults filled in.
    func show() -> ConfigShow.Result
    /// Reads the file again and puts it in force; bad ones are refused whole.
    func reload() async -> ConfigReload.Result
    func check() -> ConfigCheck.Result
    /// What is wrong with an address, if anything: its form, or the name of a webhook that is not configured.
    func problem(with address: String, of kind: ChannelKind) -> String?
    /// The kinds of channel that are configured.
    var channels: [ChannelKind] { get }
}

/// What runs behind the methods.
package struct ControlContext: Sendable {
    package var store: Store
    package var version: String
    /// Since when the process runs, by a clock that never jumps.
    package var started: ContinuousClock.Instant
    package var alerts: AlertLoop
    package var deliveries: DeliveryLoop
    package var sources: @Sendable () -> [SyncLoop]
    package var configuration: any ConfigurationControl

    package init(
        store: Store, version: String, started: ContinuousClock.Instant, alerts: AlertLoop, deliveries: DeliveryLoop,
        sources: @escaping @Sendable () -> [SyncLoop], configuration: any ConfigurationControl
    ) {
        self.store = store
        self.version = version
        self.started = started
        self.alerts = alerts
        self.deliveries = deliveries
        self.sources = sources
        self.configuration = configuration
    }
}

extension MethodTable {
    /// Every method of the protocol but those that belong to a connection (`event.watch`) or to the protocol itself
    /// (`rpc.discover`).
    package init(_ context: ControlContext) {
        self.init()
        addSystemMethods(context)
        addTenantMethods()
        addLocationMethods()
        addProductMethods()
        addStockMethods()
        addHoldMethods()
        addSaleMethods()
        addThresholdMethods(context.alerts, context.store)
        addAlertMethods(context.alerts, context.store)
        addSilenceMethods()
        addEscalationMethods()
        addSummaryMethods()
        addDrillMethod(context.deliveries, context.store)
        let configuration = context.configuration
        addContactMethods(configured: { configuration.channels }) { configuration.problem(with: $1, of: $0) }
        addDeliveryMethods(context.deliveries, context.store)
        addInboxMethods()
        addSyncMethods(context.sources, context.store)
        addAuditMethods(context.store)
        addDataMethods(context.store)
        addConfigMethods(context.configuration)
    }

    private mutating func addSystemMethods(_ context: ControlContext) {
        @Sendable func channels(_ reader: StoreReader, _ call: Call) throws -> [Wire.Channel] {
            try call.channels(reader, configured: context.configuration.channels, failing: context.deliveries.failing)
        }
        add(SystemStatus.self, .lookup { reader, _, call in
            let tenants = try call.tenants(reader)
            let counts = try reader.counts(of: tenants.map { Set($0.map(\.id)) })
            let loops = context.sources()
            return SystemStatus.Result(
                version: context.version, protocolVersion: Wire.protocolVersion,
                uptimeS: Int((ContinuousClock.now - context.started).components.seconds), ready: true,
                database: Wire.Database(engine: context.store.engineName, bytes: try reader.databaseBytes()),
                counts: Wire.Counts(
                    tenants: counts.tenants, locations: counts.locations, products: counts.products, levels: counts.levels,
                    alertsOpen: counts.alertsOpen, deliveriesQueued: counts.deliveriesQueued,
                    deliveriesDead: counts.deliveriesDead, inboxUnread: counts.inboxUnread),
                holds: Wire.HoldCounts(
                    held: counts.holdsHeld, levelsAtRisk: counts.levelsAtRisk, refundsDue: counts.refundsDue),
                sources: try reader.sources().filter(call.maySee).compactMap { record in
                    loops.first { $0.name == record.name }.map { record.wire(nextRunAt: $0.nextRunAt, at: call.now) }
                },
                channels: try channels(reader, call), time: call.now.wire)
        })
        add(SystemHealth.self, .read { reader, _, call in
            let failure = context.store.writeFailure
            var checks = [
                Wire.HealthCheck(
                    name: "database", healthy: failure == nil, detail: try failure ?? "open, \(reader.databaseBytes()) bytes")
            ]
            let loops = context.sources()
            for source in try reader.sources() where call.maySee(source) {
                guard let loop = loops.first(where: { $0.name == source.name }) else { continue }
                let last = source.lastSuccessAt.map { "last success \($0.spoken)" } ?? "no success yet"
                let pause = source.pause(at: call.now)
                checks.append(
                    Wire.HealthCheck(
                        name: "source \(source.name)",
                        healthy: pause != nil || !source.isStale(interval: loop.interval, now: call.now) && !source.misconfigured,
                        detail: pause?.detail ?? source.error.map { "\($0) (\(last))" } ?? last))
            }
            for channel in try channels(reader, call) {
                checks.append(
                    Wire.HealthCheck(
                        name: "channel \(channel.kind.rawValue)", healthy: channel.state == .ready,
                        detail: channel.error ?? channel.state.rawValue))
            }
            checks.append(holds(try reader.counts(of: call.tenants(reader).map { Set($0.map(\.id)) })))
            return SystemHealth.Result(healthy: checks.allSatisfy(\.healthy), checks: checks)
        })
    }

    private mutating func addConfigMethods(_ configuration: any ConfigurationControl) {
        add(ConfigShow.self, .task { _, _ in configuration.show() })
        add(ConfigReload.self, .task { _, _ in await configuration.reload() })
        add(ConfigCheck.self, .task { _, _ in configuration.check() })
    }
}

extension Call {
    fileprivate func maySee(_ source: SourceRecord) -> Bool { caller.grant?.covers(source.tenant) ?? false }

    /// What went wrong with a channel may name addresses of any tenant: who may see only some is told that something did.
    private var maySeeWhyChannelsFail: Bool { caller.grant.map { $0.tenants == nil } ?? false }

    /// Channels that send nothing until somebody mends their configuration, and why as far as the caller may know.
    func stoppedChannels(_ reader: StoreReader) throws -> [ChannelKind: String] {
        Dictionary(
            uniqueKeysWithValues: try reader.pausedChannels().map {
                ($0.kind, maySeeWhyChannelsFail ? $0.reason : "administrators are told why")
            })
    }

    /// Each channel that is configured, or paused.
    func channels(
        _ reader: StoreReader, configured: [ChannelKind], failing: [ChannelKind: String]
    ) throws -> [Wire.Channel] {
        let paused = Dictionary(uniqueKeysWithValues: try reader.pausedChannels().map { ($0.kind, $0.reason) })
        let maySeeWhy = maySeeWhyChannelsFail
        return Set(configured).union(paused.keys).sorted { $0.rawValue < $1.rawValue }.map { kind in
            let state: Wire.ChannelState = paused[kind] != nil ? .misconfigured : failing[kind] != nil ? .failing : .ready
            return Wire.Channel(kind: kind.wire, state: state, error: maySeeWhy ? paused[kind] ?? failing[kind] : nil)
        }
    }
}

extension SourcePause {
    fileprivate var detail: String {
        "paused by \(by) until " + (until?.spoken ?? "resumed") + (comment.map { ": \($0)" } ?? "")
    }
}

/// Whatever is the matter with holds is for the shop to settle: stockd works.
private func holds(_ counts: StoreCounts) -> Wire.HealthCheck {
    let detail = [
        "held: \(counts.holdsHeld)", counts.levelsAtRisk == 0 ? nil : "stock levels at risk: \(counts.levelsAtRisk)",
        counts.refundsDue == 0 ? nil : "refunds due: \(counts.refundsDue)",
    ].compactMap(\.self).joined(separator: ", ")
    return Wire.HealthCheck(name: "holds", healthy: true, detail: detail)
}
