/// A product that is short at a location: one at a time per pair, from the first evaluation below a threshold
/// until it is resolved. This is the read model that people are shown; rules work on smaller values.
package struct Alert: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable { case open, acknowledged, resolved }

    package enum Cause: String, CaseIterable, Sendable {
        case restocked, settingChanged = "setting_changed", untracked, productRetired = "product_retired", manual
    }

    /// An entry of the timeline. `kind`: `opened changed acknowledged notified suppressed reminded
    /// escalated resolved`.
    package struct Event: Hashable, Sendable {
        package var at: Timestamp
        package var kind: String
        package var severity: Severity
        package var onHand: Quantity
        package var by: String?
        package var note: String?

        package init(at: Timestamp, kind: String, severity: Severity, onHand: Quantity, by: String?, note: String?) {
            self.at = at
            self.kind = kind
            self.severity = severity
            self.onHand = onHand
            self.by = by
            self.note = note
        }
    }

    /// Where it stands in its escalation. No time: no step comes any more.
    package struct Escalating: Hashable, Sendable {
        package var name: String
        package var nextStepAt: Timestamp?
        package var nextContact: String?

        package init(name: String, nextStepAt: Timestamp?, nextContact: String?) {
            self.name = name
            self.nextStepAt = nextStepAt
            self.nextContact = nextContact
        }
    }

    package var id: Int64
    package var sku: String
    package var productName: String
    package var category: String?
    package var location: String
    package var severity: Severity
    package var state: State
    package var currentStock: Quantity
    /// The quantity at or below which `severity` begins; nil for `out`.
    package var threshold: Quantity?
    /// Which setting decided, e.g. `product WID-001: 20%`.
    package var thresholdOrigin: String
    package var velocityPerDay: Double?
    package var daysUntilStockout: Double?
    package var openedAt: Timestamp
    package var lastNotifiedAt: Timestamp?
    package var nextNotifyAt: Timestamp?
    package var acknowledgedBy: String?
    package var resolvedAt: Timestamp?
    package var resolvedCause: Cause?
    /// Because of which nobody is told of it now, where that was looked up.
    package var silence: Silence?
    package var escalation: Escalating?
    package var timeline: [Event]

    package init(
        id: Int64, sku: String, productName: String, category: String?, location: String, severity: Severity,
        state: State, currentStock: Quantity, threshold: Quantity?, thresholdOrigin: String, velocityPerDay: Double? = nil,
        daysUntilStockout: Double? = nil, openedAt: Timestamp, lastNotifiedAt: Timestamp? = nil,
        nextNotifyAt: Timestamp? = nil, acknowledgedBy: String? = nil, resolvedAt: Timestamp? = nil,
        resolvedCause: Cause? = nil, escalation: Escalating? = nil, timeline: [Event] = []
    ) {
        self.id = id
        self.sku = sku
        self.productName = productName
        self.category = category
        self.location = location
        self.severity = severity
        self.state = state
        self.currentStock = currentStock
        self.threshold = threshold
        self.thresholdOrigin = thresholdOrigin
        self.velocityPerDay = velocityPerDay
        self.daysUntilStockout = daysUntilStockout
        self.openedAt = openedAt
        self.lastNotifiedAt = lastNotifiedAt
        self.nextNotifyAt = nextNotifyAt
        self.acknowledgedBy = acknowledgedBy
        self.resolvedAt = resolvedAt
        self.resolvedCause = resolvedCause
        self.escalation = escalation
        self.timeline = timeline
    }
}

extension Alert {
    /// As it was at `at`, when it had opened, by what its timeline says. What that does not tell is left out.
    package func asOf(_ at: Timestamp, onHand: Quantity) -> Alert {
        var alert = self
        alert.timeline.removeAll { $0.at > at }
        if let resolvedAt, resolvedAt <= at { return alert }
        (alert.resolvedAt, alert.resolvedCause) = (nil, nil)
        var acknowledgedBy: String?
        for event in alert.timeline {
            switch event.kind {
            case "acknowledged":
                acknowledgedBy = event.by
            case "changed":
                // Whoever has taken it on knows of what is milder.
                if event.severity > alert.severity { acknowledgedBy = nil }
                alert.severity = event.severity
            case "opened":
                alert.severity = event.severity
            default:
                break
            }
        }
        alert.state = acknowledgedBy == nil ? .open : .acknowledged
        alert.lastNotifiedAt = alert.timeline.last { ["notified", "reminded", "escalated"].contains($0.kind) }?.at
        (alert.nextNotifyAt, alert.silence, alert.escalation) = (nil, nil, nil)
        alert.acknowledgedBy = acknowledgedBy
        alert.currentStock = onHand
        return alert
    }
}
