import StockDomain
import StockStore

extension KeptReason {
    /// Why an address was not told, or is told later, as people read it.
    var words: String {
        switch self {
        case .notTold(let reason): reason.words
        case .held(.paused(let until)): "it is paused until \(until)"
        case .held(.quietHours(let until)): "it has quiet hours until \(until)"
        case .held(.toldLately(let until)): "it was told lately, and is told again at \(until) if it still stands"
        }
    }
}

extension NotTold {
    var words: String {
        switch self {
        case .contactOff: "the contact is switched off"
        case .addressOff(let reason): "the address is switched off" + (reason.map { ": \($0)" } ?? "")
        case .belowSmallestSeverity(let severity): "it wants to hear of \(severity.name) and worse only"
        case .otherLocations: "it wants to hear of other locations only"
        case .otherCategories: "it wants to hear of other categories only"
        case .noReminders: "it wants no reminders"
        case .noResolves: "it does not want to hear that something is over"
        case .noSummaries: "it wants no summaries"
        case .neverToldOfIt: "it was never told that this began"
        case .toldLately(let at): "it was told of it at \(at)"
        case .overBeforeTold: "when it could be told, there was nothing left to tell"
        case .acknowledged: "when it could be reminded, somebody had taken it on"
        }
    }

    /// `name` of a reason as a delivery keeps it, or whatever else stands there.
    static func words(_ kept: String) -> String {
        let plain: [NotTold] = [.contactOff, .addressOff(reason: nil), .noSummaries, .overBeforeTold]
        return plain.first { $0.name == kept }?.words ?? kept
    }
}
