import FoundationEssentials
import StockDomain
import StockNotify
import StockWire

extension Explanation {
    /// - Parameter stopped: channels that send nothing now, and why; none of the past.
    func wire(tenant: String, stopped: [ChannelKind: String]) -> Wire.Explanation {
        let isShort = condition.severity > .healthy
        return Wire.Explanation(
            tenant: tenant, sku: sku, productName: productName, category: category, location: location, at: at.wire,
            onHand: level.onHand.decimal, held: level.held?.decimal,
            tracking: Wire.Tracking(rawValue: level.tracking.name) ?? .unknown, retired: level.retired,
            staleSince: level.staleSince?.wire, movement: level.movement?.wire, parLevel: parLevel?.decimal,
            velocityPerDay: Wire.rounded(rate?.unitsPerDay.approximate), lowThreshold: thresholds.low.decimal,
            criticalThreshold: thresholds.critical.decimal, lowOrigin: thresholds.lowOrigin.name,
            criticalOrigin: thresholds.criticalOrigin.name, settings: settings.map(\.wire),
            severity: condition.severity.wire, reason: isShort ? lastReason : conditionReason,
            requireSalesDays: thresholds.requireSalesDays, alert: alert.map { Wire.Alert($0, tenant: tenant) },
            window: window.map {
                Wire.ExplainedWindow(
                    severity: $0.severity.wire, notifiedAt: $0.notifiedAt.wire, nextNotifyAt: $0.until.wire)
            },
            silences: silences.map {
                Wire.ExplainedSilence(
                    id: $0.id, startsAt: $0.startsAt.wire, endsAt: $0.endsAt.wire, author: $0.author, comment: $0.comment)
            },
            escalations: escalations.enumerated().map { $1.wire(isFollowed: $0 == 0 && alert != nil) }, nextStep: nextStep?.wire,
            addresses: addresses.map { $0.wire(stopped: stopped[$0.kind]) },
            deliveries: deliveries.map { $0.wire(stopped: stopped[$0.channel]) })
    }

    private var conditionReason: Wire.Reason? {
        if case .well(_, let because) = condition { because?.wire } else { nil }
    }

    /// Why nobody was told the last time that somebody might have been; nil: somebody was. A count that is too old opens
    /// nothing.
    private var lastReason: Wire.Reason? {
        guard let alert, alert.state != .resolved else { return level.staleSince == nil ? nil : .stale }
        let last = alert.timeline.last { ["notified", "reminded", "escalated", "suppressed"].contains($0.kind) }
        return last?.kind == "suppressed" ? last?.note.flatMap(Wire.Reason.init(rawValue:)) : nil
    }
}

extension Explanation.NextStep {
    /// Told, where one of the contact's addresses is.
    fileprivate var wire: Wire.ExplainedStep {
        var wire = Wire.ExplainedStep(
            afterS: step.after.milliseconds / 1000, contact: step.contact, dueAt: dueAt.wire, outcome: .notTold,
            reason: .nobodyToTell)
        let held = decisions.compactMap { if case .hold(let by) = $0 { by } else { nil } }.min { $0.until < $1.until }
        if decisions.contains(.tell) {
            (wire.outcome, wire.reason) = (.told, nil)
        } else if let held {
            (wire.outcome, wire.reason, wire.until) = (.held, held.wire, held.until.wire)
        } else if case .refuse(let why)? = decisions.first {
            wire.reason = why.wire
        }
        return wire
    }
}

extension Explanation.Setting {
    fileprivate var wire: Wire.ExplainedSetting {
        Wire.ExplainedSetting(
            scope: setting.scope.name, low: setting.low?.description, critical: setting.critical?.description,
            enabled: setting.enabled, requireSalesDays: setting.requireSalesDays, lowOutcome: low.wire,
            criticalOutcome: critical.wire)
    }
}

extension Explanation.Setting.Outcome {
    fileprivate var wire: Wire.SettingOutcome {
        switch self {
        case .decides: .decides
        case .silent: .silent
        case .overridden: .overridden
        case .noParLevel: .noParLevel
        case .noRate: .noRate
        }
    }
}

extension Escalation {
    fileprivate func wire(isFollowed: Bool) -> Wire.ExplainedEscalation {
        Wire.ExplainedEscalation(
            name: name, followed: isFollowed,
            steps: steps.map { Wire.ExplainedStep(afterS: $0.after.milliseconds / 1000, contact: $0.contact) },
            repeatS: repeatAfter.map { $0.milliseconds / 1000 })
    }
}

extension Explanation.Address {
    /// - Parameter stopped: why its channel sends nothing; nil: it does.
    fileprivate func wire(stopped: String?) -> Wire.ExplainedAddress {
        let decided = outcome.wire(stopped: stopped)
        return Wire.ExplainedAddress(
            contact: contact, kind: Wire.ChannelKind(rawValue: kind.rawValue) ?? .email, address: value,
            outcome: decided.outcome, reason: decided.reason, detail: decided.detail, at: decided.at, until: decided.until,
            delivery: decided.delivery, minSeverity: decided.minSeverity, end: end?.wire(stopped: stopped), summaryReason: noSummary?.wire)
    }
}

extension Explanation.Address.Outcome {
    fileprivate func wire(stopped: String?) -> Wire.ExplainedDecision {
        switch self {
        case .told(let delivery, let at, let notAgain):
            return Wire.ExplainedDecision(outcome: .told, reason: notAgain?.wire, at: at.wire, delivery: delivery)
        case .underWay(let delivery, let at, let notAgain):
            return Wire.ExplainedDecision(
                outcome: .underWay, reason: notAgain?.wire, detail: stopped, at: at.wire, delivery: delivery)
        case .gaveUp(let delivery, let why, let at):
            let reason = why.flatMap(Wire.Reason.init(rawValue:))
            return Wire.ExplainedDecision(
                outcome: .notTold, reason: reason, detail: reason == nil ? why : nil, at: at.wire, delivery: delivery)
        case .held(let by, let at):
            return Wire.ExplainedDecision(outcome: .held, reason: by.wire, at: at.wire, until: by.until.wire)
        case .notTold(let why, let at): return Wire.ExplainedDecision(.notTold, why, at: at.wire)
        case .nothingToTell(.tell): return Wire.ExplainedDecision(outcome: .nothingToTell)
        case .nothingToTell(.hold(let by)):
            return Wire.ExplainedDecision(outcome: .nothingToTell, reason: by.wire, until: by.until.wire)
        case .nothingToTell(.refuse(let why)): return Wire.ExplainedDecision(.nothingToTell, why, at: nil)
        }
    }
}

extension Wire.ExplainedDecision {
    fileprivate init(_ outcome: Wire.AddressOutcome, _ why: NotTold, at: Wire.Time?) {
        self.init(outcome: outcome, reason: why.wire, at: at)
        if case .belowSmallestSeverity(let severity) = why { minSeverity = severity.wire }
        if case .addressOff(let said) = why { detail = said }
    }
}

extension Explanation.Delivery {
    fileprivate func wire(stopped: String?) -> Wire.ExplainedDelivery {
        Wire.ExplainedDelivery(
            id: id, occasion: occasion.rawValue, contact: contact,
            kind: Wire.ChannelKind(rawValue: channel.rawValue) ?? .email, address: address,
            state: Wire.DeliveryState(rawValue: state.rawValue) ?? .queued, reason: reason, createdAt: createdAt.wire,
            heldUntil: heldUntil?.wire, heldBecause: heldBecause.flatMap(Wire.Reason.init(rawValue:)),
            nextAttemptAt: nextAttemptAt?.wire, channelError: state == .queued && heldUntil == nil ? stopped : nil,
            sentAt: sentAt?.wire, deliveredAt: deliveredAt?.wire,
            attempts: attempts.map {
                Wire.ExplainedAttempt(at: $0.at.wire, ms: $0.took?.milliseconds, outcome: $0.outcome.rawValue, reason: $0.reason)
            })
    }
}
