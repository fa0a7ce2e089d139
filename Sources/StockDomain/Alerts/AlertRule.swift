/// Why nobody is told, though something is short.
package enum Suppressed: Hashable, Sendable {
    /// The same or worse was told less than a window ago.
    case window(until: Timestamp)
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
    /// Its opening or worsening was held back by a window and is to be told when that ends.
    package var pending: Bool

    package init(severity: Severity, acknowledged: Bool = false, acknowledgedBy: String? = nil, told: Bool, pending: Bool = false) {
        self.severity = severity
        self.acknowledged = acknowledged
        self.acknowledgedBy = acknowledgedBy
        self.told = told
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
    /// Whether it is still to be told when the window ends.
    package var pending: Bool
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
        /// The window that held it back has ended.
        case due
        /// The daily time of reminding.
        case reminder
    }

    package static func decide(
        _ condition: Condition, standing: StandingAlert?, window stored: SuppressionWindow?, stale: Bool,
        trigger: Trigger, now: Timestamp, suppress: Duration
    ) -> AlertDecision {
        let window = stored?.anchored(at: now)
        guard case .short(let severity) = condition else {
            guard case .well(let cause, let because) = condition, let standing else {
                return AlertDecision(transition: .none, telling: .nothing, window: window, pending: false)
            }
            let telling: AlertDecision.Telling = standing.told ? .tell(.resolved) : because.map { .held($0) } ?? .nothing
            return AlertDecision(transition: .resolve(cause), telling: telling, window: window, pending: false)
        }

        /// Tells now, or when the window ends.
        func tell(_ occasion: Message.Occasion, _ transition: AlertDecision.Transition, reopens: Bool = false) -> AlertDecision {
            if let window, window.holdsBack(severity, at: now) {
                return AlertDecision(
                    transition: transition, telling: .held(.window(until: window.until)), window: window, pending: true,
                    reopens: reopens)
            }
            return AlertDecision(
                transition: transition, telling: .tell(occasion),
                window: SuppressionWindow(telling: severity, at: now, for: suppress), pending: false, reopens: reopens)
        }

        guard let standing else {
            guard !stale || trigger == .change else {
                return AlertDecision(transition: .none, telling: .held(.stale), window: window, pending: false)
            }
            return tell(.opened, .open)
        }
        if severity > standing.severity {
            return tell(standing.told ? .worsened : .opened, .change, reopens: standing.acknowledged)
        }
        if severity < standing.severity {
            return AlertDecision(transition: .change, telling: .held(.milder), window: window, pending: standing.pending)
        }
        func unchanged(_ telling: AlertDecision.Telling, pending: Bool) -> AlertDecision {
            AlertDecision(transition: .none, telling: telling, window: window, pending: pending)
        }
        if standing.acknowledged {
            let asked = standing.pending || trigger == .reminder
            return unchanged(asked ? .held(.acknowledged(by: standing.acknowledgedBy)) : .nothing, pending: false)
        }
        let elapsed = window.map { now >= $0.until } ?? true
        if standing.pending {
            return elapsed ? tell(standing.told ? .reminder : .opened, .none) : unchanged(.nothing, pending: true)
        }
        guard trigger == .reminder else { return unchanged(.nothing, pending: false) }
        if stale { return unchanged(.held(.stale), pending: false) }
        if let window, !elapsed {
            return unchanged(.held(.window(until: window.until)), pending: window.until - now <= reminderGrace)
        }
        return tell(.reminder, .none)
    }
}
