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
    let schedule: ScheduleLoop

    init(context: LoopContext, current: CurrentConfiguration, sources: SourceFactory, channels: ChannelFactory) {
        let table = ChannelTable(channels.channels(current.value))
        let alerts = AlertLoop(context) {
            let alerts = current.value.alerts
            return AlertLoop.Settings(
                checkInterval: alerts.checkInterval,
                reminder: DailySchedule(minutes: alerts.remindAt.minutes, zone: .gmt))
        }
        let deliveries = DeliveryLoop(context) { table.channels }
        let syncs = SyncLoops(context, sources: sources.sources(current.value)) { alerts.wake() }
        self.alerts = alerts
        self.deliveries = deliveries
        self.syncs = syncs
        schedule = ScheduleLoop(context) {
            Dictionary(current.value.sources.map { ($0.name, $0.interval) }) { first, _ in first }
        }
        current.follow { configuration in
            context.store.policy = configuration.storePolicy
            table.channels = channels.channels(configuration)
            syncs.replace(with: sources.sources(configuration))
            alerts.wake()
            // What a misconfigured channel has kept gets its next chance at once.
            context.store.write({ try $0.endPauses() }, completion: { _ in deliveries.wake() })
        }
    }

    var services: [any Service] { [deliveries, alerts, schedule, syncs] }

    private final class ChannelTable: Sendable {
        private let table: Mutex<[ChannelKind: any Channel]>

        init(_ channels: [ChannelKind: any Channel]) { table = Mutex(channels) }

        var channels: [ChannelKind: any Channel] {
            get { table.withLock { $0 } }
            set { table.withLock { $0 = newValue } }
        }
    }
}
