import StockDomain
import StockStore
import StockWire

extension Suppressed {
    var wire: Wire.Reason {
        switch self {
        case .window: .window
        case .silenced: .silenced
        case .acknowledged: .acknowledged
        case .milder: .milder
        case .stale: .stale
        case .alertsOff: .alertsOff
        case .noRecentSales: .noRecentSales
        case .notTracked: .notTracked
        case .nobodyToTell: .nobodyToTell
        }
    }
}

extension NotTold {
    var wire: Wire.Reason {
        switch self {
        case .contactOff: .contactOff
        case .addressOff: .addressOff
        case .belowSmallestSeverity: .belowMinSeverity
        case .otherLocations: .otherLocations
        case .otherCategories: .otherCategories
        case .noReminders: .noReminders
        case .noResolves: .noResolves
        case .noSummaries: .noSummaries
        case .neverToldOfIt: .neverTold
        case .toldLately: .toldLately
        case .overBeforeTold: .overBeforeTold
        case .acknowledged: .acknowledged
        }
    }
}

extension HeldBack {
    var wire: Wire.Reason {
        switch self {
        case .paused: .paused
        case .quietHours: .quietHours
        case .toldLately: .toldLately
        }
    }
}

extension KeptReason {
    var wire: Wire.Reason {
        switch self {
        case .notTold(let why): why.wire
        case .held(let by): by.wire
        }
    }

    /// nil: it is not told at all.
    var until: Wire.Time? {
        if case .held(let by) = self { by.until.wire } else { nil }
    }

    /// What the reason does not say by its name.
    var detail: String? {
        if case .notTold(.addressOff(let reason)) = self { reason } else { nil }
    }
}
