import Foundation
import Logging
import ServiceLifecycle
import StockControl
import StockCurl
import StockDomain
import StockEngine
import StockStore
import StockSystemd
import StockTransport
import StockWire
import UnixSignals

/// The whole daemon, from a checked configuration to a graceful stop.
package struct Daemon: Sendable {
    private let configuration: Configuration
    private let reader: ConfigurationReader
    private let demo: DemoOptions?
    private let logger: Logger
    private let notifier = Notifier()
    private let heartbeats = Heartbeats()
    /// Called once, when requests are answered.
    private let ready: @Sendable () -> Void

    package init(_ configuration: Configuration, reader: ConfigurationReader, logger: Logger, ready: @escaping @Sendable () -> Void) {
        self.configuration = configuration
        self.reader = reader
        self.logger = logger
        self.ready = ready
        demo = nil
    }

    package init(demo: DemoOptions, logger: Logger, ready: @escaping @Sendable () -> Void) {
        configuration = demo.configuration
        reader = ConfigurationReader()
        self.demo = demo
        self.logger = logger
        self.ready = ready
    }

    /// Returns after SIGTERM or SIGINT, when everything in flight is committed. Throws `StartFailure`, or what ended a
    /// loop that must not end.
    package func run() async throws {
        let started = ContinuousClock.now
        defer { demo?.cleanUp() }
        let store = try openStore()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await run(on: store, started: started)) } catch { outcome = .failure(error) }
        try store.close()
        try outcome.get()
    }

    private func run(on store: Store, started: ContinuousClock.Instant) async throws {
        let clock = try await clock(for: store)
        if demo != nil { try await store.write { try $0.inviteDemoContacts(now: clock.now) } }
        let current = CurrentConfiguration(configuration, reader: reader)
        let transport = CurlTransport(userAgent: "stockd/\(Release.version)")
        let engine = Engine(
            context: { loopContext($0, allowance: $1, store, clock) }, current: current,
            sources: SourceFactory(http: transport),
            channels: ChannelFactory(logger: logger, store: store, http: transport, mail: transport, outbox: try outbox()))
        let control = try await controlServer(engine, store, clock, current, started)
        // In the order of starting; they are stopped the other way round.
        let services: [any Service] =
            engine.services + [
                control, ReloadService(signals: await UnixSignalsSequence(trapping: .sighup), reload: { reload(current) }),
                WatchdogService(watchdog: Watchdog(notifier: notifier, heartbeats: heartbeats, logger: logger)),
                PresenceService(logger: logger, notifier: notifier, ready: ready),
            ]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    private func loopContext(_ name: String, allowance: Duration, _ store: Store, _ clock: any WallClock) -> LoopContext {
        let heart = heartbeats.register(name, allowance: allowance)
        return LoopContext(store: store, clock: clock, logger: logger, beat: { heart.beat() })
    }

    private func controlServer(
        _ engine: Engine, _ store: Store, _ clock: any WallClock, _ current: CurrentConfiguration,
        _ started: ContinuousClock.Instant
    ) async throws -> ControlServer {
        let table = MethodTable(
            ControlContext(
                store: store, version: Release.version, started: started, alerts: engine.alerts,
                deliveries: engine.deliveries, sources: { engine.syncs.all },
                configuration: ConfigurationPort(current: current, reloading: { reload(current) })))
        let heart = heartbeats.register("control", allowance: ControlServer.beatInterval * 3)
        let access = Access(ownUID: getuid(), rules: current.value.control.access)
        current.follow { access.replace($0.control.access) }
        let control = ControlServer(
            dispatcher: Dispatcher(table: table, store: store, logger: logger, now: { clock.now }), access: access,
            logger: logger, beat: { heart.beat() })
        do {
            let adopted = demo == nil ? try ListeningSocket.fromServiceManager() : nil
            try await control.start(adopted.map { .adopted(descriptor: $0) } ?? .path(configuration.control.socket))
        } catch let error as SocketError {
            throw StartFailure(.socket, error.description)
        } catch let error as SocketActivationError {
            throw StartFailure(.socket, error.description)
        }
        return control
    }

    @Sendable private func reload(_ current: CurrentConfiguration) -> CurrentConfiguration.Reload {
        notifier.reloading()
        let outcome = current.reload(logger: logger)
        switch outcome {
        case .reloaded: notifier.ready(status: PresenceService.serving)
        case .refused(let problems):
            notifier.ready(status: "Serving with the old configuration: the new one has \(problems.count) problem(s)")
        }
        return outcome
    }

    private func openStore() throws -> Store {
        let report = UpgradeReport(logger: logger, starting: notifier.starting)
        do {
            return try Store.open(
                path: configuration.database, policy: configuration.storePolicy, now: Timestamp(Date()),
                upgrading: { report.tell($0) })
        } catch let error as StoreError {
            throw StartFailure(.database, error.description)
        }
    }

    private func clock(for store: Store) async throws -> any WallClock {
        guard let demo else { return SystemClock() }
        let latest = try await store.read { try $0.latestSync() }
        return ScaledClock(start: demo.start(after: latest, now: SystemClock().now), speed: demo.speed)
    }

    private func outbox() throws -> (@Sendable (String) -> Void)? {
        guard let demo else { return nil }
        let outbox = try Outbox(path: demo.outbox)
        return { outbox.append($0) }
    }
}

extension Configuration {
    var storePolicy: StorePolicy {
        StorePolicy(suppress: alerts.suppress, groupWait: delivery.groupWait, defaults: alerts.thresholds)
    }
}
