extension Wire {
    /// Why somebody was not told of something, or not yet.
    package enum Reason: String, WireEnum {
        // Nobody is told.
        case window, silenced, acknowledged, milder, stale
        case alertsOff = "alerts_off"
        case noRecentSales = "no_recent_sales"
        case notTracked = "not_tracked"
        case nobodyToTell = "nobody_to_tell"
        // An address is told later.
        case paused
        case quietHours = "quiet_hours"
        // An address is not told.
        case toldLately = "told_lately"
        case contactOff = "contact_off"
        case addressOff = "address_off"
        case addressRemoved = "address_removed"
        case belowMinSeverity = "below_min_severity"
        case otherLocations = "other_locations"
        case otherCategories = "other_categories"
        case noReminders = "no_reminders"
        case noResolves = "no_resolves"
        case noSummaries = "no_summaries"
        case neverTold = "never_told"
        case overBeforeTold = "over_before_told"
    }
}
