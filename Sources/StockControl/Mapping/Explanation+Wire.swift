import FoundationEssentials
import StockDomain
import StockNotify
import StockWire

extension Explanation {
    func wire(tenant: String) -> Wire.Explanation {
        let isShort = condition.severity > .healthy
        return Wire.Explanation(
            tenant: tenant, sku: sku, productName: productName, category: category, location: location, at: at.wire,
            onHand: level.onHand.decimal, held: level.held?.decimal,
            tracking: Wire.Tracking(rawValue: level.tracking.name) ?? .unknown, staleSince: level.staleSince?.wire,
            movement: level.movement?.wire, parLevel: parLevel?.decimal,
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
            escalations: escalations.enumerated().map { $1.wire(isFollowed: $0 == 0 && alert != nil) }, nextStep: nextStep,
            addresses: addresses.map(\.wire), deliveries: deliveries.map(\.wire))
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

    private var nextStep: Wire.ExplainedStep? {
        guard let escalation, let followed = escalations.first, followed.steps.indices.contains(escalation.step) else { return nil }
        let step = followed.steps[escalation.step]
        return Wire.ExplainedStep(
            afterS: step.after.milliseconds / 1000, contact: step.contact, dueAt: escalation.dueAt.wire)
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
    fileprivate var wire: Wire.ExplainedAddress {
        var wire = Wire.ExplainedAddress(
            contact: contact, kind: Wire.ChannelKind(rawValue: kind.rawValue) ?? .email, address: value, outcome: .told,
            summaryReason: noSummary?.wire)
        switch outcome {
        case .told(let delivery, let at):
            wire.delivery = delivery
            wire.at = at.wire
        case .underWay(let delivery, let at):
            wire.outcome = .underWay
            wire.delivery = delivery
            wire.at = at.wire
        case .gaveUp(let delivery, let why, let at):
            wire.outcome = .notTold
            wire.delivery = delivery
            wire.at = at.wire
            wire.reason = why.flatMap(Wire.Reason.init(rawValue:))
            wire.detail = wire.reason == nil ? why : nil
        case .held(let by, let at):
            wire.outcome = .held
            wire.at = at.wire
            wire.say(by)
        case .notTold(let why, let at):
            wire.outcome = .notTold
            wire.at = at.wire
            wire.say(why)
        case .nothingToTell(let decision):
            wire.outcome = .nothingToTell
            switch decision {
            case .tell: break
            case .hold(let by): wire.say(by)
            case .refuse(let why): wire.say(why)
            }
        }
        return wire
    }
}

extension Wire.ExplainedAddress {
    fileprivate mutating func say(_ by: HeldBack) {
        reason = by.wire
        until = by.until.wire
    }

    fileprivate mutating func say(_ why: NotTold) {
        reason = why.wire
        if case .belowSmallestSeverity(let severity) = why { minSeverity = severity.wire }
        if case .addressOff(let said) = why { detail = said }
    }
}

extension Explanation.Delivery {
    fileprivate var wire: Wire.ExplainedDelivery {
        Wire.ExplainedDelivery(
            id: id, occasion: occasion.rawValue, contact: contact,
            kind: Wire.ChannelKind(rawValue: channel.rawValue) ?? .email, address: address,
            state: Wire.DeliveryState(rawValue: state.rawValue) ?? .queued, reason: reason, createdAt: createdAt.wire,
            heldUntil: heldUntil?.wire, heldBecause: heldBecause.flatMap(Wire.Reason.init(rawValue:)),
            nextAttemptAt: nextAttemptAt?.wire, sentAt: sentAt?.wire, deliveredAt: deliveredAt?.wire,
            attempts: attempts.map {
                Wire.ExplainedAttempt(at: $0.at.wire, ms: $0.took.milliseconds, outcome: $0.outcome.rawValue, reason: $0.reason)
            })
    }
}
