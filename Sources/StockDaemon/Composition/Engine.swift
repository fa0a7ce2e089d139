import Foundation
import Logging
import ServiceLifecycle
import StockDomain
import StockEngine
import StockNotify
import StockStore
import StockTransport
import Synchronization

/// The loops, wired to each other and to the configuration in force.
struct Engine: Sendable {
    let syncs: SyncLoops
    let alerts: AlertLoop
    let deliveries: DeliveryLoop
    let follows: FollowLoop
    let schedule: ScheduleLoop
    let summaries: SummaryLoop
    let holds: HoldLoop
    let eventLog: EventLog
    private let store: StoreLoop

    /// No loop waits longer than half a minute for anything but the store.
    private static let patience = Duration.seconds(90)
    /// A page may take a source that asks to be left alone for a while that long.
    private static let syncPatience = Duration.minutes(15)

    /// `context` makes the context of a loop by its name and the longest silence that is still well.
    init(
        context: (String, Duration) -> LoopContext, current: CurrentConfiguration, sources: SourceFactory,
        channels: ChannelFactory
    ) {
        let table = ChannelTable(channels.channels(current.value))
        let alerts = AlertLoop(context("alerts", Engine.patience)) {
            let alerts = current.value.alerts
            return AlertLoop.Settings(
                checkInterval: alerts.checkInterval,
                reminder: DailySchedule(minutes: alerts.remindAt.minutes, zone: .gmt))
        }
        let deliveries = DeliveryLoop(context("deliveries", Engine.patience)) { table.channels }
        follows = FollowLoop(context("follows", Engine.patience)) { table.channels }
        let syncContext = context("syncs", Engine.syncPatience)
        let syncs = SyncLoops(syncContext, sources: sources.sources(current.value)) { alerts.wake() }
        self.alerts = alerts
        self.deliveries = deliveries
        self.syncs = syncs
        summaries = SummaryLoop(context("summaries", Engine.patience)) { current.value.alerts.summaryAt.minutes }
        holds = HoldLoop(context("holds", Engine.patience))
        eventLog = EventLog(context("event_log", Engine.patience))
        schedule = ScheduleLoop(context("schedule", Engine.patience)) {
            Dictionary(current.value.sources.map { ($0.name, $0.interval) }) { first, _ in first }
        }
        self.store = StoreLoop(context("store", Engine.patience))
        let store = syncContext.store
        current.follow { configuration in
            store.policy = configuration.storePolicy
            table.channels = channels.channels(configuration)
            syncs.replace(with: sources.sources(configuration))
            alerts.wake()
            // What a misconfigured channel has kept gets its next chance at once.
            store.write({ try $0.endPauses() }, completion: { _ in deliveries.forgive() })
        }
    }

    var services: [any Service] { [store, eventLog, holds, deliveries, follows, alerts, summaries, schedule, syncs] }

    private final class ChannelTable: Sendable {
        private let table: Mutex<[ChannelKind: any Channel]>

        init(_ channels: [ChannelKind: any Channel]) { table = Mutex(channels) }

        var channels: [ChannelKind: any Channel] {
            get { table.withLock { $0 } }
            set { table.withLock { $0 = newValue } }
        }
    }
}
