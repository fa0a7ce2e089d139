import StockDomain

/// Who is told of an alert now, who later, and who is not, and why.
struct Audience {
    var told: [StoredAddress] = []
    var held: [(address: StoredAddress, by: HeldBack)] = []
    var untold: [(addressID: Int64, reason: NotTold)] = []

    /// Nobody is told, now or later.
    var isEmpty: Bool { told.isEmpty && held.isEmpty }

    /// Who is told, now or later.
    var all: [(address: StoredAddress, by: HeldBack?)] { told.map { ($0, nil) } + held.map { ($0.address, $0.by) } }

    mutating func add(_ address: StoredAddress, _ decision: AddressDecision) {
        switch decision {
        case .tell: told.append(address)
        case .hold(let by): held.append((address, by))
        case .refuse(let reason): untold.append((address.id, reason))
        }
    }

    /// For the timeline: `opened, 3 addresses, 1 later`.
    func note(_ occasion: Message.Occasion) -> String {
        let now = "\(occasion.rawValue), \(told.count) \(told.count == 1 ? "address" : "addresses")"
        return held.isEmpty ? now : "\(now), \(held.count) later"
    }

    /// As kept with an entry of the timeline: `3:below_min_severity:critical 5:quiet_hours:1764020000000`. nil where all
    /// are told.
    var untoldNote: String? {
        let parts = untold.map { "\($0.addressID):\($0.reason.kept)" } + held.map { "\($0.address.id):\($0.by.kept)" }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
}

/// What was decided for an address, as an entry of the timeline keeps it.
package enum KeptReason: Hashable, Sendable {
    case notTold(NotTold)
    case held(HeldBack)

    /// `untold` as `Audience` writes it; what can't be read is left out.
    static func read(_ untold: String) -> [Int64: KeptReason] {
        var found: [Int64: KeptReason] = [:]
        for part in untold.split(separator: " ") {
            let fields = part.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 2, let id = Int64(fields[0]) else { continue }
            let detail = fields.count > 2 ? fields[2] : nil
            if let reason = NotTold(kept: fields[1], detail) {
                found[id] = .notTold(reason)
            } else if let held = HeldBack(kept: fields[1], detail) {
                found[id] = .held(held)
            }
        }
        return found
    }
}

extension NotTold {
    var kept: String {
        switch self {
        case .belowSmallestSeverity(let severity): "\(name):\(severity.name)"
        case .toldLately(let at): "\(name):at\(at.milliseconds)"
        case .contactOff, .addressOff, .otherLocations, .otherCategories, .noReminders, .noResolves, .noSummaries,
            .neverToldOfIt, .overBeforeTold, .acknowledged: name
        }
    }

    fileprivate init?(kept name: String, _ detail: String?) {
        switch name {
        case "contact_off": self = .contactOff
        case "address_off": self = .addressOff(reason: nil)
        case "below_min_severity": self = .belowSmallestSeverity(detail.flatMap(Severity.init(name:)) ?? .low)
        case "other_locations": self = .otherLocations
        case "other_categories": self = .otherCategories
        case "no_reminders": self = .noReminders
        case "no_resolves": self = .noResolves
        case "no_summaries": self = .noSummaries
        case "never_told": self = .neverToldOfIt
        case "over_before_told": self = .overBeforeTold
        case "acknowledged": self = .acknowledged
        case "told_lately":
            guard let detail, detail.hasPrefix("at"), let at = Int64(detail.dropFirst(2)) else { return nil }
            self = .toldLately(at: Timestamp(milliseconds: at))
        default: return nil
        }
    }
}

extension HeldBack {
    var kept: String { "\(name):\(until.milliseconds)" }

    init?(kept name: String, _ detail: String?) {
        guard let until = detail.flatMap(Int64.init).map(Timestamp.init(milliseconds:)) else { return nil }
        switch name {
        case "paused": self = .paused(until: until)
        case "quiet_hours": self = .quietHours(until: until)
        case "told_lately": self = .toldLately(until: until)
        default: return nil
        }
    }
}

extension StoreTransaction {
    /// Asks each of the tenant's addresses.
    ///
    /// - Parameters:
    ///   - alertID: nil: it opens now, and nobody can have been told of it.
    ///   - severity: how bad it is; of what is over, how bad it was.
    func audience(
        _ occasion: Message.Occasion, alertID: Int64? = nil, severity: Severity, row: LevelRow, now: Timestamp
    ) throws -> Audience {
        let addresses = try listeningAddresses(tenantID: row.tenantID, now: now)
        return try audience(occasion, of: addresses, alertID: alertID, severity: severity, row: row, now: now)
    }

    func audience(
        _ occasion: Message.Occasion, of addresses: [StoredAddress], alertID: Int64?, severity: Severity, row: LevelRow,
        now: Timestamp
    ) throws -> Audience {
        let told: Set<Int64> =
            if occasion == .resolved, let alertID {
                Set(try sql.all(AudienceStatements.told, .int(alertID)) { $0.int(0) })
            } else { [] }
        var audience = Audience()
        for address in addresses {
            audience.add(
                address,
                try decide(
                    occasion, for: address, alertID: alertID, severity: severity, row: row, told: told.contains(address.id),
                    now: now))
        }
        return audience
    }

    /// A tenant's addresses, looked up once. One whose filter cannot be read is told nothing, and an operational alert
    /// says so: it must not be told everything.
    func listeningAddresses(tenantID: Int64, now: Timestamp) throws -> [StoredAddress] {
        if let known = addresses[tenantID] { return known }
        var found = try storedAddresses(tenantID: tenantID)
        for index in found.indices {
            found[index].isToldApart = try sql.first(
                AudienceStatements.isToldApart, .int(found[index].id), .int((now - policy.suppress).milliseconds),
                map: { _ in true }) ?? false
        }
        addresses[tenantID] = found
        for address in found {
            guard let damage = address.damage else { continue }
            try raiseNotice(
                "address.\(address.id)", subject: "stockd cannot tell \(address.contact) by \(address.kind.rawValue)",
                detail: "\(damage): nothing is sent there. Set it again: stockctl contact update",
                tenantID: tenantID, now: now)
        }
        return found
    }
}

extension StoreReader {
    /// What becomes of word of an alert at an address.
    func decide(
        _ occasion: Message.Occasion, for address: StoredAddress, alertID: Int64?, severity: Severity, row: LevelRow,
        told: Bool = false, now: Timestamp
    ) throws -> AddressDecision {
        let lately = try lately(address, occasion, alertID: alertID, severity: severity, row: row, now: now)
        return address.preferences.decide(
            occasion, severity: severity, location: row.locationName, category: row.category, told: told, lately: lately,
            now: now, suppress: policy.suppress)
    }

    /// What it was told of the same product within the last window, as bad as now or worse. What goes to everybody has a
    /// window of its own, so only what it was told apart is looked at; for an escalation, everything.
    private func lately(
        _ address: StoredAddress, _ occasion: Message.Occasion, alertID: Int64?, severity: Severity, row: LevelRow,
        now: Timestamp
    ) throws -> Telling? {
        guard occasion != .resolved else { return nil }
        var times: [Timestamp?] = []
        if address.isToldApart {
            let place = LevelKey(productID: row.productID, locationID: row.locationID)
            times.append(try lastApart(of: place, at: address.id, severity, now: now))
        }
        if occasion == .escalated, let alertID {
            times.append(try lastTelling(of: alertID, at: address.id, severity, except: 0, now: now))
        }
        return times.compactMap(\.self).max().map { Telling(severity: severity, at: $0) }
    }

    /// When the address was last told of the product there, at that severity or worse, apart from everybody else, within
    /// the last window. What it was told in the future, before the clock jumped back, it was told now at the latest; where
    /// that is more than a window ahead, nobody can say when it was.
    func lastApart(of place: LevelKey, at addressID: Int64, _ severity: Severity, now: Timestamp) throws -> Timestamp? {
        try last(AudienceStatements.lastApart, of: place, at: addressID, severity, now: now)
    }

    /// As `lastApart`, together with everybody else or not: of any alert of the product there.
    func lastTelling(of place: LevelKey, at addressID: Int64, _ severity: Severity, now: Timestamp) throws -> Timestamp? {
        try last(AudienceStatements.lastOfPlace, of: place, at: addressID, severity, now: now)
    }

    private func last(
        _ statement: SQL, of place: LevelKey, at addressID: Int64, _ severity: Severity, now: Timestamp
    ) throws -> Timestamp? {
        let at = try sql.first(
            statement, .int(addressID), .int((now - policy.suppress).milliseconds), .int((now + policy.suppress).milliseconds),
            .int(place.productID), .int(place.locationID), .int(severity.rawValue)) { $0.instant(0) } ?? nil
        return at.map { min($0, now) }
    }

    /// As `lastApart`: when the address was last told of the alert.
    func lastTelling(
        of alertID: Int64, at addressID: Int64, _ severity: Severity, except delivery: Int64, now: Timestamp
    ) throws -> Timestamp? {
        let at = try sql.first(
            AudienceStatements.lastTelling, .int(alertID), .int(addressID), .int(severity.rawValue), .int(delivery),
            .int((now - policy.suppress).milliseconds), .int((now + policy.suppress).milliseconds)) { $0.instant(0) } ?? nil
        return at.map { min($0, now) }
    }
}

enum AudienceStatements {
    /// Of a `delivery`: it told its address, or will as soon as it can. What is still held back has told nobody, and neither
    /// has what was dropped or has died.
    static let tells = "delivery.state NOT IN ('dropped', 'dead') AND held_until IS NULL"
    static let told = SQL(
        """
        SELECT DISTINCT address_id FROM delivery_alert JOIN delivery ON delivery.id = delivery_id
        WHERE alert_id = ? AND occasion <> 'resolved' AND \(tells)
        """)
    static let isToldApart = SQL(
        "SELECT 1 FROM delivery WHERE address_id = ? AND apart_at > ? AND held_until IS NULL LIMIT 1")
    /// The order of the join is prescribed: from the place, whose alerts are few, and not from the address, whose digests
    /// may hold thousands.
    private static func last(_ time: String) -> SQL {
        SQL(
            """
            SELECT MAX(\(time)) FROM alert CROSS JOIN delivery_alert CROSS JOIN delivery
            WHERE alert.product_id = ?4 AND alert.location_id = ?5 AND (alert.resolved_at IS NULL OR alert.resolved_at > ?2)
                AND delivery_alert.alert_id = alert.id AND delivery_alert.severity >= ?6 AND occasion <> 'resolved'
                AND delivery.id = delivery_id AND address_id = ?1 AND \(time) > ?2 AND \(time) < ?3
                AND \(tells)
            """)
    }
    static let lastApart = last("apart_at")
    static let lastOfPlace = last("COALESCE(apart_at, created_at)")
    static let lastTelling = SQL(
        """
        SELECT MAX(COALESCE(apart_at, created_at)) FROM delivery_alert JOIN delivery ON delivery.id = delivery_id
        WHERE alert_id = ?1 AND address_id = ?2 AND delivery_alert.severity >= ?3 AND delivery.id <> ?4
            AND occasion <> 'resolved' AND \(tells)
            AND COALESCE(apart_at, created_at) > ?5 AND COALESCE(apart_at, created_at) < ?6
        """)
}
