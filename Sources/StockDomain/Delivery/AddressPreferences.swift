import FoundationEssentials

/// Why an address is not told of something that goes out.
package enum NotTold: Hashable, Sendable {
    case contactOff
    case addressOff(reason: String?)
    case belowSmallestSeverity(Severity)
    case otherLocations
    case otherCategories
    case noReminders
    case noResolves
    case noSummaries
    /// It was never told that this began.
    case neverToldOfIt
    /// It knows as much already.
    case toldLately(at: Timestamp)
    /// When what was held back for it could go out, it was over.
    case overBeforeTold
    /// By then, somebody had taken it on: no reminder is wanted.
    case acknowledged

    package var name: String {
        switch self {
        case .contactOff: "contact_off"
        case .addressOff: "address_off"
        case .belowSmallestSeverity: "below_min_severity"
        case .otherLocations: "other_locations"
        case .otherCategories: "other_categories"
        case .noReminders: "no_reminders"
        case .noResolves: "no_resolves"
        case .noSummaries: "no_summaries"
        case .neverToldOfIt: "never_told"
        case .toldLately: "told_lately"
        case .overBeforeTold: "over_before_told"
        case .acknowledged: "acknowledged"
        }
    }
}

/// Why an address is told later.
package enum HeldBack: Hashable, Sendable {
    case paused(until: Timestamp)
    case quietHours(until: Timestamp)
    /// The same or worse of the same product was told it less than a window ago.
    case toldLately(until: Timestamp)

    package var until: Timestamp {
        switch self {
        case .paused(let until), .quietHours(let until), .toldLately(let until): until
        }
    }

    package var name: String {
        switch self {
        case .paused: "paused"
        case .quietHours: "quiet_hours"
        case .toldLately: "told_lately"
        }
    }
}

/// What becomes of a telling at one address.
package enum AddressDecision: Hashable, Sendable {
    case tell
    case hold(HeldBack)
    case refuse(NotTold)
}

/// What an address of a contact wants to be told.
package struct AddressPreferences: Hashable, Sendable {
    package var contactEnabled = true
    package var enabled = true
    package var disabledReason: String?
    package var minSeverity: Severity
    /// Names; empty = all.
    package var locations: [String] = []
    package var categories: [String] = []
    package var reminders = true
    package var resolves = true
    package var summaries = true
    package var quietHours: QuietHours?
    /// Of the contact, or of its tenant.
    package var zone = TimeZone.gmt
    /// Nothing before that.
    package var pausedUntil: Timestamp?

    package init(minSeverity: Severity) { self.minSeverity = minSeverity }

    /// SMS and WhatsApp interrupt people; they begin at `critical`, everything else at `low`.
    package static func defaultSeverity(of kind: ChannelKind) -> Severity {
        switch kind {
        case .sms, .whatsapp: .critical
        case .email, .slack, .webhook, .inbox: .low
        }
    }

    /// What becomes of word of an alert.
    ///
    /// - Parameters:
    ///   - told: it was told that this alert began.
    ///   - lately: the worst that it was told of the same product at the same location within the last window, where that
    ///     can be at odds with the alert's own window: it was told late, or by an escalation.
    package func decide(
        _ occasion: Message.Occasion, severity: Severity, location: String, category: String?, told: Bool,
        lately: Telling? = nil, now: Timestamp, suppress: Duration
    ) -> AddressDecision {
        if let refusal = refusal(of: occasion, severity: severity, location: location, category: category, told: told) {
            return .refuse(refusal)
        }
        if occasion != .resolved, let lately, lately.severity >= severity, now < lately.at + suppress {
            // A reminder comes again by itself, and an escalation is for those who don't know.
            guard occasion == .opened || occasion == .worsened else { return .refuse(.toldLately(at: lately.at)) }
            return .hold(.toldLately(until: lately.at + suppress))
        }
        return rest(letsOut: severity == .out && occasion != .resolved && occasion != .reminder, now: now).map { .hold($0) } ?? .tell
    }

    /// What becomes of the daily summary.
    package func decideSummary(now: Timestamp) -> AddressDecision {
        if let refusalOfSummaries { return .refuse(refusalOfSummaries) }
        return rest(letsOut: false, now: now).map { .hold($0) } ?? .tell
    }

    /// What becomes of a drill. It is a stockout, but of nothing that stands at a place or in a category.
    package func decideDrill(now: Timestamp) -> AddressDecision {
        if let refusal = switchedOff { return .refuse(refusal) }
        return rest(letsOut: true, now: now).map { .hold($0) } ?? .tell
    }

    /// Why it is told nothing at all.
    package var switchedOff: NotTold? {
        if !contactEnabled { return .contactOff }
        return enabled ? nil : .addressOff(reason: disabledReason)
    }

    /// Why nothing goes out to it now; nil: it may.
    ///
    /// - Parameter letsOut: what is to be told is what quiet hours may let through.
    package func rest(letsOut: Bool, now: Timestamp) -> HeldBack? {
        if let pausedUntil, now < pausedUntil { return .paused(until: pausedUntil) }
        guard let quietHours, !(letsOut && quietHours.letsOut) else { return nil }
        return quietHours.end(at: now, in: zone).map { .quietHours(until: $0) }
    }

    /// Why the daily summary does not go there at all; nil: it does, now or later.
    package var refusalOfSummaries: NotTold? { switchedOff ?? (summaries ? nil : .noSummaries) }

    /// Why it is not told at all; nil: it is, now or later.
    package func refusal(
        of occasion: Message.Occasion, severity: Severity, location: String, category: String?, told: Bool
    ) -> NotTold? {
        if let switchedOff { return switchedOff }
        if occasion == .resolved {
            if !told { return .neverToldOfIt }
            return resolves ? nil : .noResolves
        }
        // Whoever set up the escalation meant this contact, whatever else it wants.
        if occasion == .escalated { return nil }
        if severity < minSeverity { return .belowSmallestSeverity(minSeverity) }
        if !locations.isEmpty, !locations.contains(location) { return .otherLocations }
        if !categories.isEmpty, category.map(categories.contains) != true { return .otherCategories }
        if occasion == .reminder, !reminders { return .noReminders }
        return nil
    }
}

/// That something was told, and how bad it was.
package struct Telling: Hashable, Sendable {
    package var severity: Severity
    package var at: Timestamp

    package init(severity: Severity, at: Timestamp) {
        self.severity = severity
        self.at = at
    }
}
