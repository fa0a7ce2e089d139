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
        }
    }
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

    package init(minSeverity: Severity) { self.minSeverity = minSeverity }

    /// SMS and WhatsApp interrupt people; they begin at `critical`, everything else at `low`.
    package static func defaultSeverity(of kind: ChannelKind) -> Severity {
        switch kind {
        case .sms, .whatsapp: .critical
        case .email, .slack, .webhook, .inbox: .low
        }
    }

    /// nil: it is told.
    package func refusal(
        of occasion: Message.Occasion, severity: Severity, location: String, category: String?, told: Bool
    ) -> NotTold? {
        if !contactEnabled { return .contactOff }
        if !enabled { return .addressOff(reason: disabledReason) }
        if occasion == .resolved {
            if !told { return .neverToldOfIt }
            return resolves ? nil : .noResolves
        }
        if severity < minSeverity { return .belowSmallestSeverity(minSeverity) }
        if !locations.isEmpty, !locations.contains(location) { return .otherLocations }
        if !categories.isEmpty, category.map(categories.contains) != true { return .otherCategories }
        if occasion == .reminder, !reminders { return .noReminders }
        return nil
    }
}
