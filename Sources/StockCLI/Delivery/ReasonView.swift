import StockWire

/// Why somebody is not told, or told later, in words: the one place that has them.
enum ReasonView {
    /// Completes "because …".
    static func phrase(_ reason: Wire.Reason, minSeverity: Wire.Severity? = nil) -> String {
        switch reason {
        case .window: "the same or worse was told less than a window ago"
        case .silenced: "a silence covers it"
        case .acknowledged: "somebody has taken it on"
        case .milder: "it got better, but not well: who knows of the worse knows enough"
        case .stale: "its counts are too old"
        case .alertsOff: "a setting switches alerts off"
        case .noRecentSales: "a setting wants recent sales, and there were none"
        case .notTracked: "its stock is not tracked"
        case .nobodyToTell: "no address wants it"
        case .paused: "it is paused"
        case .quietHours: "it has quiet hours"
        case .toldLately: "it was told as much within the last window"
        case .contactOff: "the contact is off"
        case .addressOff: "the address is off"
        case .addressRemoved: "the address was removed"
        case .belowMinSeverity: "it wants only what is \(minSeverity.map { $0 == .out ? "out" : "\($0.rawValue) or worse" } ?? "worse")"
        case .otherLocations: "it wants other locations only"
        case .otherCategories: "it wants other categories only"
        case .noReminders: "it wants no reminders"
        case .noResolves: "it does not want to hear that it is over"
        case .noSummaries: "it wants no summaries"
        case .neverTold: "it was never told that this began"
        case .overBeforeTold: "when it could be told, nothing was left to tell"
        }
    }

    /// Of a reason as timelines, deliveries and statistics keep it; what is none says it in its own words.
    static func phrase(named name: String) -> String { Wire.Reason(rawValue: name).map { phrase($0) } ?? name }

    /// Why word did not get to an address, or has not yet: by decision, for what went wrong, or both.
    static func why(_ reason: Wire.Reason?, until: Wire.Time?, error: String?) -> String? {
        let decided = reason.map { phrase($0) + (Format.time(until).map { " until \($0)" } ?? "") }
        return decided.map { phrase in error.map { "\(phrase): \($0)" } ?? phrase } ?? error
    }
}
