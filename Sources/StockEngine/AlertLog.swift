import Logging
import ServiceLifecycle
import StockDomain
import StockStore

/// Writes what becomes of alerts into the log, so that a journal can be asked for a SKU or an alert. It follows the event
/// log from where it left off, also across a restart: a line may come twice, none is missing.
package final class AlertLog: Service {
    private static let page = 500
    private static let bookmark = "alerts_logged"
    private static let events: [String: LogEvent] = [
        "alert.opened": .alertOpened, "alert.changed": .alertChanged, "alert.acknowledged": .alertAcknowledged,
        "alert.resolved": .alertResolved,
    ]

    private let context: LoopContext
    private let bell = Bell()

    package init(_ context: LoopContext) { self.context = context }

    package func run() async throws {
        let unobserve = context.store.observe { [bell] commit in
            if commit.lastEvent > 0 { bell.ring() }
        }
        defer { unobserve() }
        try await cancelWhenGracefulShutdown {
            var cursor: Int64?
            try await self.context.forever("alert_log") {
                let from = try await self.context.store.read { [cursor] in
                    let kept = try cursor ?? $0.setting(AlertLog.bookmark).flatMap(Int64.init) ?? 0
                    return max(kept, try $0.eventRange().floor)
                }
                let next = try await self.logPage(after: from)
                cursor = next
                if next == from { try await self.bell.wait(atMost: self.context.longestWait, on: self.context.clock) }
            }
        }
    }

    /// Returns where the page ended: `cursor` where nothing has happened since.
    private func logPage(after cursor: Int64) async throws -> Int64 {
        let (events, next) = try await context.store.read {
            try $0.events(after: cursor, kinds: Set(AlertLog.events.keys), tenantID: nil, limit: AlertLog.page)
        }
        for event in events { log(event) }
        // What is no alert's is quickly passed over again, and not worth a write.
        if !events.isEmpty { try await context.store.write { try $0.keepSetting(AlertLog.bookmark, String(next)) } }
        return next
    }

    private func log(_ event: EventRecord) {
        guard let name = AlertLog.events[event.kind] else { return }
        var metadata: Logger.Metadata = [
            "alert.id": "\(event.alertID ?? 0)", "sku": "\(event.sku ?? "")", "location": "\(event.location ?? "")",
            "severity": "\(event.severity?.name ?? "")",
        ]
        if let stock = event.stock { metadata["on_hand"] = "\(stock)" }
        if let was = event.was { metadata["was"] = "\(was.name)" }
        if event.tenant != "default" { metadata["tenant"] = "\(event.tenant)" }
        context.logger.notice(name, metadata)
    }
}
