import Logging
import ServiceLifecycle
import StockDomain
import StockStore

/// Writes what operators look for into the log: what becomes of alerts, holds at risk, money to give back. It follows the
/// event log from where it left off, also across a restart: a line may come twice, none is missing.
package final class EventLog: Service {
    private static let page = 500
    /// Named when only alerts were logged.
    private static let bookmark = "alerts_logged"
    private static let events: [String: (name: LogEvent, level: Logger.Level)] = [
        "alert.opened": (.alertOpened, .notice), "alert.changed": (.alertChanged, .notice),
        "alert.acknowledged": (.alertAcknowledged, .notice), "alert.resolved": (.alertResolved, .notice),
        "alert.escalated": (.alertEscalated, .notice), "silence.created": (.silenceCreated, .notice),
        "silence.expired": (.silenceExpired, .notice), "sync.paused": (.syncPaused, .notice),
        "sync.resumed": (.syncResumed, .notice), "hold.at_risk": (.holdAtRisk, .warning), "hold.refund_due": (.holdRefundDue, .warning),
    ]

    private let context: LoopContext
    private let bell = Bell()

    package init(_ context: LoopContext) { self.context = context }

    package func run() async throws {
        let unobserve = context.store.observe { [bell] commit in
            // Not for each of thousands of holds.
            if commit.kinds.contains(where: { EventLog.events[$0] != nil }) { bell.ring() }
        }
        defer { unobserve() }
        try await cancelWhenGracefulShutdown {
            var cursor: Int64?
            try await self.context.forever("event_log") {
                let from = try await self.context.store.read { [cursor] in
                    let kept = try cursor ?? $0.setting(EventLog.bookmark).flatMap(Int64.init) ?? 0
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
            try $0.events(after: cursor, kinds: Set(EventLog.events.keys), tenantID: nil, limit: EventLog.page)
        }
        for event in events { log(event) }
        // What is of no interest is quickly passed over again, and not worth a write.
        if !events.isEmpty { try await context.store.write { try $0.keepSetting(EventLog.bookmark, String(next)) } }
        return next
    }

    private func log(_ event: EventRecord) {
        guard let (name, level) = EventLog.events[event.kind] else { return }
        var metadata: Logger.Metadata = [:]
        if let id = event.alertID { metadata["alert.id"] = "\(id)" }
        if let sku = event.sku { metadata["sku"] = "\(sku)" }
        if let location = event.location { metadata["location"] = "\(location)" }
        if event.alertID != nil, let severity = event.severity { metadata["severity"] = "\(severity.name)" }
        if let stock = event.stock { metadata["on_hand"] = "\(stock)" }
        if let held = event.held { metadata["held"] = "\(held)" }
        if let was = event.was { metadata["was"] = "\(was.name)" }
        if event.kind == "alert.escalated", let contact = event.note { metadata["contact"] = "\(contact)" }
        if event.kind.hasPrefix("silence."), let id = event.numbers?.first {
            metadata["silence.id"] = "\(id)"
            metadata["by"] = "\(event.note ?? "")"
        }
        if let source = event.source { metadata["source"] = "\(source)" }
        if event.kind == "sync.paused", let comment = event.note { metadata["comment"] = "\(comment)" }
        if let hold = event.hold {
            metadata["hold.id"] = "\(hold.id)"
            metadata["order"] = "\(hold.orderRef)"
        }
        if let refund = event.refund {
            metadata["payment"] = "\(refund.paymentRef)"
            metadata["reason"] = "\(refund.refusal.reason.rawValue)"
        }
        if event.tenant != "default" { metadata["tenant"] = "\(event.tenant)" }
        context.logger.log(level: level, name, metadata)
    }
}
