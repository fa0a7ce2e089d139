import FoundationEssentials
import StockWire

/// The chain of decisions, as sentences.
enum ExplainView {
    static func blocks(_ e: Wire.Explanation, isPast: Bool) -> [Block] {
        let when = isPast ? " on \(Format.moment(e.at))" : ""
        return [.heading("\(e.sku) \(e.productName) at \(e.location)\(when)")]
            + section("Level", level(e)) + section("Threshold", thresholds(e)) + section("Alert", alert(e))
            + section("Holding back", holdingBack(e, isPast: isPast)) + section("People", people(e, isPast: isPast)) + section("Messages", messages(e))
    }

    private static func section(_ title: String, _ sentences: [Cell]) -> [Block] {
        sentences.isEmpty ? [] : [.heading(title)] + sentences.map { .sentence($0) }
    }

    // MARK: Level and threshold

    static func level(_ e: Wire.Explanation) -> [Cell] {
        var cells: [Cell] = []
        switch e.tracking {
        case _ where e.retired: cells.append(Cell("It is retired, so it raises no alerts."))
        case .untracked: cells.append(Cell("Its stock is not tracked, so it raises no alerts."))
        case .unknown: cells.append(Cell("Nobody has ever counted it, so it raises no alerts."))
        case .tracked: break
        }
        if e.movement != nil || e.tracking == .tracked {
            let held = e.held.flatMap { $0 > 0 ? ", of which \($0) are held" : nil } ?? ""
            cells.append(Cell("\(e.onHand) on hand\(held)."))
        }
        if let m = e.movement {
            let change = m.kind == .count ? "counted \(m.balance)" : "\(m.kind.rawValue.replacing("_", with: " ")) \(Format.signed(m.delta))"
            let by = m.by.map { " by \($0)" } ?? m.source.map { " from \($0)" } ?? ""
            let why = m.reason.map { " (\($0))" } ?? ""
            cells.append(Cell("That is from \(Format.moment(m.at)): \(change)\(by)\(why)."))
        }
        if let since = e.staleSince {
            cells.append(Cell("Its source has been silent since \(Format.moment(since)): no alert opens from counts so old.", .warning))
        }
        if let rate = e.velocityPerDay { cells.append(Cell("It sells \(rate) a day.")) }
        return cells
    }

    static func thresholds(_ e: Wire.Explanation) -> [Cell] {
        var cells = [
            Cell("Low at \(e.lowThreshold), set by \(origin(e.lowOrigin)). Critical at \(e.criticalThreshold), set by \(origin(e.criticalOrigin)).")
        ]
        for setting in e.settings {
            cells.append(Cell("  \(origin(setting.scope)): \(said(setting))", decides(setting) ? .plain : .faint))
        }
        if e.parLevel == nil, e.lowOrigin == "configuration" {
            cells.append(Cell("  No par level is set, so what the configuration says for that case counts.", .faint))
        }
        return cells
    }

    private static func decides(_ s: Wire.ExplainedSetting) -> Bool { s.lowOutcome == .decides || s.criticalOutcome == .decides }

    private static func said(_ s: Wire.ExplainedSetting) -> String {
        var parts: [String] = []
        if let low = s.low { parts.append("low \(low) \(phrase(s.lowOutcome))") }
        if let critical = s.critical { parts.append("critical \(critical) \(phrase(s.criticalOutcome))") }
        if let enabled = s.enabled { parts.append(enabled ? "alerts on" : "alerts off") }
        if let days = s.requireSalesDays { parts.append("only what sold within \(Format.count(days, "day"))") }
        return parts.joined(separator: ", ")
    }

    static func phrase(_ outcome: Wire.SettingOutcome) -> String {
        switch outcome {
        case .decides: "decides"
        case .silent: "says nothing"
        case .overridden: "is overridden"
        case .noParLevel: "can't be told, as no par level is set"
        case .noRate: "can't be told, as its rate of sale is not known"
        }
    }

    private static func origin(_ scope: String) -> String {
        switch scope {
        case "product_location": "the setting of this product here"
        case "product": "the setting of this product"
        case "source": "the point of sale"
        case "category_location": "the setting of its category here"
        case "category": "the setting of its category"
        case "location": "the setting of this location"
        case "tenant": "the setting for all products"
        default: "the configuration"
        }
    }

    // MARK: The alert, and what holds it back

    static func alert(_ e: Wire.Explanation) -> [Cell] {
        var cells: [Cell] = []
        if e.alert == nil || e.alert?.state == .resolved {
            let why = e.reason.map { sentence($0, e) }
            cells.append(
                e.severity == .healthy
                    ? Cell("No alert stands: " + (why ?? "it is not short."), .good)
                    : Cell("It is \(e.severity.rawValue), and no alert stands" + (why.map { ": " + $0 } ?? "."), .warning))
        }
        guard let alert = e.alert else { return cells }
        if let over = alert.resolvedAt {
            let cause = alert.resolvedCause.map { ", " + $0.rawValue.replacing("_", with: " ") } ?? ""
            cells.append(Cell("The last one, alert \(alert.id), ended on \(Format.moment(over))\(cause)."))
        } else {
            cells.append(Cell("Alert \(alert.id): \(alert.severity.rawValue), open since \(Format.moment(alert.openedAt))."))
        }
        if let by = alert.acknowledgedBy, alert.state != .resolved {
            cells.append(Cell("\(by) has taken it on: no reminders and no escalation until it worsens."))
        }
        let decisions = ["notified", "reminded", "escalated", "suppressed"]
        for event in alert.timeline.suffix(12) {
            let what = decisions.contains(event.kind) ? decision(event, e) : "\(event.kind) at \(event.severity.rawValue), \(event.onHand) on hand"
            let by = event.by.map { " by \($0)" } ?? ""
            cells.append(Cell("  \(Format.moment(event.at))  \(what)\(by)", event.kind == "suppressed" ? .faint : .plain))
        }
        return cells
    }

    private static func decision(_ event: Wire.AlertEvent, _ e: Wire.Explanation) -> String {
        let note = event.note ?? ""
        switch event.kind {
        case "suppressed": return "nobody told: " + (Wire.Reason(rawValue: note).map { sentence($0, e) } ?? note)
        case "reminded": return "reminded (\(note))"
        case "escalated": return "escalated to \(AlertView.note(event) ?? "")"
        default: return "told (\(note))"
        }
    }

    static func holdingBack(_ e: Wire.Explanation, isPast: Bool) -> [Cell] {
        var cells: [Cell] = []
        if let window = e.window {
            let told = "Last told as \(window.severity.rawValue) on \(Format.moment(window.notifiedAt))."
            cells.append(
                window.nextNotifyAt > e.at
                    ? Cell("\(told) Until \(Format.moment(window.nextNotifyAt)) only what is worse is told.")
                    : Cell("\(told) The window after that is over: the next one is allowed.", .faint))
        }
        for silence in e.silences {
            cells.append(
                Cell("Silence \(silence.id) of \(silence.author) (\(silence.comment)) holds it back until \(Format.moment(silence.endsAt)).", .warning))
        }
        for escalation in e.escalations {
            let steps = escalation.steps.map { "\($0.contact) \(Format.after(seconds: Int($0.afterS)))" }.joined(separator: ", then ")
            let again = escalation.repeatS.map { ", and from the first again \(Format.duration(seconds: Int($0))) later" } ?? ""
            cells.append(
                Cell("Escalation \(escalation.name): \(steps)\(again)\(escalation.followed || e.alert == nil ? "" : " (a more specific one is followed)").",
                    escalation.followed ? .plain : .faint))
        }
        if let step = e.nextStep, let due = step.dueAt { cells.append(next(step, due: due, isPast: isPast)) }
        return cells
    }

    private static func next(_ step: Wire.ExplainedStep, due: Wire.Time, isPast: Bool) -> Cell {
        let unless = isPast ? "Unless somebody acknowledged it," : "Unless somebody acknowledges it,"
        let turn = "\(unless) it \(isPast ? "was to be" : "is") the turn of \(step.contact) on \(Format.moment(due))"
        let why = step.reason.map { ReasonView.phrase($0) } ?? ""
        switch step.outcome {
        case .held:
            let until = step.until.map { " until \(Format.moment($0))" } ?? ""
            return Cell("\(turn), who \(isPast ? "was to be" : "is") told later, because \(why)\(until).", .warning)
        case .notTold:
            return Cell("\(turn), who \(isPast ? "was not to" : "will not") be told, because \(why).", .warning)
        case .told, .underWay, .nothingToTell, nil:
            return Cell("\(unless) \(step.contact) \(isPast ? "was to be" : "is") told on \(Format.moment(due)).")
        }
    }

    // MARK: People and messages

    static func people(_ e: Wire.Explanation, isPast: Bool) -> [Cell] {
        guard !e.addresses.isEmpty else {
            return [Cell(isPast ? "There was nobody to tell." : "There is nobody to tell: stockctl contact create", .warning)]
        }
        return e.addresses.map { address in
            let who = "\(address.contact) by \(address.kind.rawValue) (\(address.address))"
            let outcome = said(address.decision, e, isPast: isPast)
            // What was held back of the beginning is let go with nothing to tell; word of the end is told then.
            let isMoot = address.outcome == .held && e.alert?.state == .resolved
            var sentences = ["\(who): \(outcome.text)\(isMoot ? "; it is over, and will not be told" : "")."]
            if let end = address.end { sentences.append("Of the end: \(said(end, e, isPast: isPast).text).") }
            if address.summaryReason == .noSummaries {
                sentences.append("The daily summary does not go there: \(ReasonView.phrase(.noSummaries)).")
            }
            return Cell(sentences.joined(separator: " "), outcome.style)
        }
    }

    private static func said(_ decision: Wire.ExplainedDecision, _ e: Wire.Explanation, isPast: Bool) -> Cell {
        let at = decision.at.map { " on \(Format.moment($0))" } ?? ""
        let message = "message \(decision.delivery.map(String.init) ?? "–")"
        switch decision.outcome {
        case .told: return Cell("told\(at), \(message)\(notAgain(decision))", .good)
        case .underWay:
            let since = at.isEmpty ? "" : " since" + at.dropFirst(3)
            guard let stopped = decision.detail else { return Cell("\(message) to it is under way\(since)\(notAgain(decision))") }
            return Cell("\(message) to it waits\(since) for the channel, which is misconfigured: \(stopped)\(notAgain(decision))", .warning)
        case .held: return Cell("held back\(at), because \(because(decision))", .warning)
        case .notTold: return Cell("not told\(at), because \(because(decision))", .faint)
        case .nothingToTell: return Cell("nothing was sent; \(would(decision, e, isPast: isPast))", .faint)
        }
    }

    private static func notAgain(_ decision: Wire.ExplainedDecision) -> String {
        decision.reason.map { "; not once more since, because \(ReasonView.phrase($0))" } ?? ""
    }

    /// What becomes of who was sent nothing, as things stand.
    private static func would(_ decision: Wire.ExplainedDecision, _ e: Wire.Explanation, isPast: Bool) -> String {
        guard decision.reason == nil else {
            return "it would not \(isPast ? "have been told then" : "be told now"), because \(because(decision))"
        }
        let hears = isPast ? "would have heard" : "hears"
        guard e.severity != .healthy else {
            return e.retired || e.reason != nil ? "there is nothing to tell" : "it \(hears) when it runs low"
        }
        if e.alert.map(wasTold) ?? false { return "others were told before: it \(hears) with the next reminder, or when it gets worse" }
        // What holds it back, whichever ends last.
        let silence = e.silences.map { ("the silence", $0.endsAt) }
        let window = e.window.flatMap { $0.nextNotifyAt > e.at ? ("the window", $0.nextNotifyAt) : nil }
        guard let last = (silence + [window].compactMap(\.self)).max(by: { $0.1.milliseconds < $1.1.milliseconds }) else {
            return "it \(hears) when it is told"
        }
        return "it \(hears) when \(last.0) ends, on \(Format.moment(last.1)), if it is still short"
    }

    private static func wasTold(_ alert: Wire.Alert) -> Bool {
        alert.state != .resolved && alert.timeline.contains { $0.kind == "notified" || $0.kind == "reminded" }
    }

    private static func because(_ decision: Wire.ExplainedDecision) -> String {
        guard let reason = decision.reason else {
            return decision.detail.map { "message \(decision.delivery.map(String.init) ?? "–") failed: \($0)" } ?? "nothing keeps it"
        }
        let detail = decision.detail.map { " (\($0))" } ?? ""
        let until = decision.until.map { " until \(Format.moment($0))" } ?? ""
        return ReasonView.phrase(reason, minSeverity: decision.minSeverity) + detail + until
    }

    static func messages(_ e: Wire.Explanation) -> [Cell] {
        e.deliveries.flatMap { delivery -> [Cell] in
            let head = "Message \(delivery.id) to \(delivery.contact) by \(delivery.kind.rawValue), \(delivery.occasion)"
            let first: Cell =
                switch delivery.state {
                case .sent:
                    Cell("\(head): sent \(delivery.sentAt.map(Format.moment) ?? "")" + (delivery.deliveredAt.map { ", delivered \(Format.moment($0))" } ?? "") + ".", .good)
                case .queued:
                    if let until = delivery.heldUntil {
                        Cell("\(head): held back until \(Format.moment(until))" + (delivery.heldBecause.map { ", because \(ReasonView.phrase($0))" } ?? "") + ".", .warning)
                    } else {
                        delivery.channelError.map { Cell("\(head): waits for the channel, which is misconfigured: \($0).", .warning) }
                            ?? Cell("\(head): queued" + (delivery.nextAttemptAt.map { ", tried next \(Format.moment($0))" } ?? "") + ".")
                    }
                case .sending: Cell("\(head): being sent.")
                case .dead: Cell("\(head): gave up: \(delivery.reason ?? "").", .bad)
                case .dropped: Cell("\(head): dropped: \(delivery.reason.map(ReasonView.phrase(named:)) ?? "").", .faint)
                }
            return [first]
                + delivery.attempts.map { attempt in
                    let took = attempt.ms.map { " after \($0) ms" } ?? ""
                    return Cell("  \(Format.moment(attempt.at))  \(attempt.outcome.replacing("_", with: " "))\(took)" + (attempt.reason.map { ": \($0)" } ?? ""), .faint)
                }
        }
    }

    // MARK: Reasons

    /// Of the whole alert.
    private static func sentence(_ reason: Wire.Reason, _ e: Wire.Explanation) -> String {
        switch reason {
        case .notTracked where e.retired: return "it is retired."
        case .notTracked where e.tracking == .unknown: return "nobody has ever counted it."
        case .noRecentSales:
            return e.requireSalesDays.map { "a setting wants sales within \(Format.count($0, "day")), and there were none." } ?? ReasonView.phrase(reason) + "."
        default: return ReasonView.phrase(reason) + "."
        }
    }
}
