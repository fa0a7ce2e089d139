import Foundation
import StockDomain

/// What an address wanted to be told, also by its contact and its tenant.
struct FormerAddress: Former {
    static let subject = "address"
    var contactEnabled: Bool
    var enabled: Bool
    var disabledReason: String?
    var minSeverity: Int
    var locations: [String]
    var categories: [String]
    var reminders: Bool
    var resolves: Bool
    var summaries: Bool
    var quietFrom: Int?
    var quietTo: Int?
    var quietLetsOut: Bool
    var zone: String
    var pausedUntil: Int64?
    var setAt: Int64

    init(_ address: StoredAddress) {
        let p = address.preferences
        contactEnabled = p.contactEnabled
        enabled = p.enabled
        disabledReason = p.disabledReason
        minSeverity = p.minSeverity.rawValue
        (locations, categories) = (p.locations, p.categories)
        (reminders, resolves, summaries) = (p.reminders, p.resolves, p.summaries)
        (quietFrom, quietTo, quietLetsOut) = (p.quietHours?.from, p.quietHours?.to, p.quietHours?.letsOut ?? false)
        zone = p.zone.identifier
        pausedUntil = p.pausedUntil?.milliseconds
        setAt = address.setAt.milliseconds
    }

    fileprivate var preferences: AddressPreferences {
        var p = AddressPreferences(minSeverity: Severity(rawValue: minSeverity) ?? .low)
        p.contactEnabled = contactEnabled
        p.enabled = enabled
        p.disabledReason = disabledReason
        (p.locations, p.categories) = (locations, categories)
        (p.reminders, p.resolves, p.summaries) = (reminders, resolves, summaries)
        if let quietFrom, let quietTo { p.quietHours = QuietHours(from: quietFrom, to: quietTo, letsOut: quietLetsOut) }
        p.zone = TimeZone(identifier: zone) ?? .gmt
        p.pausedUntil = pausedUntil.map(Timestamp.init(milliseconds:))
        return p
    }
}

extension StoreReader {
    /// What an address wanted to be told at `at`; nil: it did not exist yet. Of one that was removed since, what it wanted
    /// last.
    func preferences(ofAddress id: Int64, tenantID: Int64, at: Timestamp) throws -> AddressPreferences? {
        if let former = try former(FormerAddress.self, of: id, tenantID: tenantID, at: at) {
            return former.setAt <= at.milliseconds ? former.preferences : nil
        }
        return try addressEverStored(id).flatMap { $0.setAt <= at ? $0.preferences : nil }
    }
}
