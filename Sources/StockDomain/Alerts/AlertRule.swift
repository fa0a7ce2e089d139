/// Why nobody is told, though something is short.
package enum Suppressed: Hashable, Sendable {
    /// The same or worse was told less than a window ago.
    case window(until: Timestamp)
    /// A silence covers it.
    case silenced(by: Int64, until: Timestamp)
    /// Somebody has taken it on, and it has not worsened.
    case acknowledged(by: String?)
    /// It got better, but not well: who was told of the worse knows enough.
    case milder
    /// The count is older than its source promises, and no alert opens from old counts.
    case stale
    /// A setting switched alerts off.
    case alertsOff
    /// A setting demands sales within so many days, and there were none.
    case noRecentSales(days: Int)
    /// Not tracked, or never counted.
    case notTracked
    /// No address of any contact wants it.
    case nobodyToTell

    /// The name in counters, timelines and logs.
    package var name: String {
        switch self {
        case .window: "window"
        case .silenced: "silenced"
        case .acknowledged: "acknowledged"
        case .milder: "milder"
        case .stale: "stale"
        case .alertsOff: "alerts_off"
        case .noRecentSales: "no_recent_sales"
        case .notTracked: "not_tracked"
        case .nobodyToTell: "nobody_to_tell"
        }
    }
}

/// The alert that stands for a product at a location, as the rule sees it.
package struct StandingAlert: Hashable, Sendable {
    package var severity: Severity
    package var acknowledged: Bool
    package var acknowledgedBy: String?
    /// Somebody was told of this alert.
    package var told: Bool
    /// All who want it were, and not just somebody by an escalation or late.
    package var announced: Bool
    /// Its opening or worsening was held back by a window or a silence, and is to be told when that ends.
    package var pending: Bool

    package init(
        severity: Severity, acknowledged: Bool = false, acknowledgedBy: String? = nil, told: Bool,
        announced: Bool? = nil, pending: Bool = false
    ) {
        self.severity = severity
        self.acknowledged = acknowledged
        self.acknowledgedBy = acknowledgedBy
        self.told = told
        self.announced = announced ?? told
        self.pending = pending
    }
}

/// What is true of a product at a location now.
package enum Condition: Hashable, Sendable {
    /// Short, and it may alert.
    case short(Severity)
    /// Not short, or not to alert: an alert that stands is resolved for this cause.
    case well(Alert.Cause, because: Suppressed?)

    package var severity: Severity {
        if case .short(let severity) = self { severity } else { .healthy }
    }
}

package struct AlertDecision: Hashable, Sendable {
    package enum Transition: Hashable, Sendable {
        case none
        case open
        case change
        case resolve(Alert.Cause)
    }

    package enum Telling: Hashable, Sendable {
        case nothing
        case tell(Message.Occasion)
        case held(Suppressed)
    }

    package var transition: Transition
    package var telling: Telling
    /// The window in force afterwards.
    package var window: SuppressionWindow?
    /// When what is held back is to be looked at again; nil: nothing is.
    package var dueAt: Timestamp?
    package var pending: Bool { dueAt != nil }
    /// Whether an acknowledgement ends by this.
    package var reopens: Bool = false
}

/// The life of an alert. Pure: the store asks within the transaction of the change and carries the answer out.
package enum AlertRule {
    /// A reminder that its window holds back for no longer than this is told when that ends: yesterday's reminders took
    /// a moment to go out, and their windows end that moment too late for today's.
    package static let reminderGrace = Duration.minutes(10)

    package enum Trigger: Hashable, Sendable {
        /// A count, a movement: the stock is what somebody just said.
        case change
        /// Only time or a setting changed.
        case sweep
        /// What held it back may have ended.
        case due
        /// The daily time of reminding.
        case reminder
    }

    /// - Parameter silence: the one in force over the alert as `condition` has it.
    package static func decide(
        _ condition: Condition, standing: StandingAlert?, window stored: SuppressionWindow?, silence: Silence? = nil,
        stale: Bool, trigger: Trigger, now: Timestamp, suppress: Duration
    ) -> AlertDecision {
        let window = stored?.anchored(at: now)
        guard case .short(let severity) = condition else {
            guard case .well(let cause, let because) = condition, let standing else {
                return AlertDecision(transition: .none, telling: .nothing, window: window)
            }
            let telling: AlertDecision.Telling = standing.told ? .tell(.resolved) : because.map { .held($0) } ?? .nothing
            return AlertDecision(transition: .resolve(cause), telling: telling, window: window)
        }

        /// Why it can't be told now, and when to look again.
        let held: (reason: Suppressed, until: Timestamp)? =
            if let silence {
                (.silenced(by: silence.id, until: silence.endsAt), silence.endsAt)
            } else if let window, window.holdsBack(severity, at: now) {
                (.window(until: window.until), window.until)
            } else { nil }

        /// Tells now, or when what holds it back has ended.
        func tell(_ occasion: Message.Occasion, _ transition: AlertDecision.Transition, reopens: Bool = false) -> AlertDecision {
            if let held {
                return AlertDecision(
                    transition: transition, telling: .held(held.reason), window: window, dueAt: held.until, reopens: reopens)
            }
            return AlertDecision(
                transition: transition, telling: .tell(occasion),
                window: SuppressionWindow(telling: severity, at: now, for: suppress), reopens: reopens)
        }

        guard let standing else {
            guard !stale || trigger == .change else {
                return AlertDecision(transition: .none, telling: .held(.stale), window: window)
            }
            return tell(.opened, .open)
        }
        if severity > standing.severity {
            return tell(standing.announced ? .worsened : .opened, .change, reopens: standing.acknowledged)
        }
        if severity < standing.severity {
            return AlertDecision(
                transition: .change, telling: .held(.milder), window: window, dueAt: standing.pending ? held?.until ?? now : nil)
        }
        if standing.acknowledged {
            let asked = standing.pending || trigger == .reminder
            return AlertDecision(
                transition: .none, telling: asked ? .held(.acknowledged(by: standing.acknowledgedBy)) : .nothing, window: window)
        }
        if standing.pending {
            guard standing.announced else { return tell(.opened, .none) }
            // A worsening that a silence held back is one still.
            return tell(stored.map { $0.severity >= severity } ?? false ? .reminder : .worsened, .none)
        }
        guard trigger == .reminder else { return AlertDecision(transition: .none, telling: .nothing, window: window) }
        if stale { return AlertDecision(transition: .none, telling: .held(.stale), window: window) }
        if let held {
            // Yesterday's reminder took a moment; nothing else that holds a reminder back makes it come later that day.
            let soon = if case .window(let until) = held.reason { until - now <= reminderGrace } else { false }
            return AlertDecision(
                transition: .none, telling: .held(held.reason), window: window, dueAt: soon ? held.until : nil)
        }
        return tell(.reminder, .none)
    }
}
