import FoundationEssentials
import StockDomain
import StockWire

extension Wire.Alert {
    /// The one place where an alert takes the shape that `alert.list` answers and webhooks carry.
    package init(_ alert: Alert, tenant: String) {
        self.init(
            id: alert.id, tenant: tenant, sku: alert.sku, productName: alert.productName, category: alert.category,
            location: alert.location, severity: Wire.Severity(rawValue: alert.severity.name) ?? .low,
            state: Wire.AlertState(rawValue: alert.state.rawValue) ?? .open, currentStock: alert.currentStock.decimal,
            threshold: alert.threshold?.decimal, thresholdOrigin: alert.thresholdOrigin,
            daysUntilStockout: Wire.rounded(alert.daysUntilStockout),
            openedAt: wire(alert.openedAt), lastNotifiedAt: alert.lastNotifiedAt.map(wire),
            nextNotifyAt: alert.nextNotifyAt.map(wire), acknowledgedBy: alert.acknowledgedBy,
            resolvedAt: alert.resolvedAt.map(wire),
            resolvedCause: alert.resolvedCause.flatMap { Wire.ResolvedCause(rawValue: $0.rawValue) },
            silence: alert.silence.map {
                Wire.AlertSilence(id: $0.id, endsAt: wire($0.endsAt), author: $0.author, comment: $0.comment)
            },
            escalation: alert.escalation.map {
                Wire.AlertEscalation(name: $0.name, nextStepAt: $0.nextStepAt.map(wire), nextContact: $0.nextContact)
            },
            timeline: alert.timeline.map {
                Wire.AlertEvent(
                    at: wire($0.at), kind: $0.kind,
                    severity: Wire.Severity(rawValue: $0.severity.name) ?? .low, onHand: $0.onHand.decimal, by: $0.by,
                    note: $0.note)
            })
    }
}

private func wire(_ timestamp: Timestamp) -> Wire.Time { Wire.Time(milliseconds: timestamp.milliseconds) }
