import StockDomain

private struct HeldDelivery {
    var id: Int64
    var tenantID: Int64
    var addressID: Int64
    var noticeID: Int64?
    var kind: Message.Kind
}

/// Word of an alert, as it was when it was held back.
private struct HeldItem {
    var alertID: Int64
    var occasion: Message.Occasion
    var place: LevelKey
    var category: String?
    var location: String
    var severity: Severity
    /// Scaled, as the database has it.
    var stock: Int64
}

/// The alert of a place as it stands now.
private struct StandingNow {
    var id: Int64
    var severity: Severity
    var stock: Int64
    var isAcknowledged: Bool
}

extension StoreTransaction {
    /// Lets go what was held back on `channel` until now. What was held back in the future, before the wall clock jumped
    /// back, is looked at, too.
    func releaseHeld(_ channel: ChannelKind, beyond horizon: Timestamp, limit: Int, now: Timestamp) throws {
        let ids = try sql.all(
            ReleaseStatements.due, .text(channel.rawValue), .int(now.milliseconds), .int(limit)) { $0.int(0) }
        let early = try sql.all(
            ReleaseStatements.fromTheFuture, .text(channel.rawValue), .int(horizon.milliseconds), .int(now.milliseconds),
            .int(limit)) { $0.int(0) }
        for id in ids + early { try release(id, now: now) }
    }

    /// Lets a delivery go that was held back, as far as its address wants it now: what is over by now is left out, what has
    /// changed is told as it is, and so is what the address has heard by another way. What is left waits on, or is sent;
    /// with nothing left, it is dropped.
    func release(_ id: Int64, now: Timestamp) throws {
        let delivery = SQLValue.int(id)
        guard
            let held = try sql.first(
                ReleaseStatements.held, delivery,
                map: {
                    HeldDelivery(
                        id: id, tenantID: $0.int(1), addressID: $0.int(0), noticeID: $0.optionalInt(2),
                        kind: Message.Kind(rawValue: $0.text(3)) ?? .alert)
                })
        else { return }
        guard let address = try storedAddress(held.addressID) else {
            return try drop(held, because: NotTold.addressOff(reason: nil), now: now)
        }
        if let off = address.preferences.switchedOff { return try drop(held, because: off, now: now) }
        if held.kind == .summary, let refusal = address.preferences.refusalOfSummaries {
            return try drop(held, because: refusal, now: now)
        }
        let letsOut = try held.kind == .alert && sql.int(ReleaseStatements.worst, delivery) == Severity.out.rawValue
        if let still = address.preferences.rest(letsOut: letsOut, now: now) { return try holdOn(held, still) }
        var later: [(item: HeldItem, until: Timestamp)] = []
        var leftOut: NotTold?
        let isWorthTelling: Bool
        if let noticeID = held.noticeID {
            isWorthTelling = try held.kind == .resolved || sql.int(ReleaseStatements.noticeStands, .int(noticeID)) > 0
        } else if held.kind == .summary {
            // Of its own day, which stays as it was.
            isWorthTelling = true
        } else {
            isWorthTelling = try refresh(held, for: address, &later, &leftOut, now: now)
            if !isWorthTelling, let first = later.map(\.until).min() { return try holdOn(held, .toldLately(until: first)) }
        }
        guard isWorthTelling else { return try drop(held, because: leftOut ?? .overBeforeTold, now: now) }
        try sql.run(ReleaseStatements.letGo, .int(now.milliseconds), delivery)
        addresses = [:]
        for (item, until) in later { try move(item, of: held, for: address, to: until, now: now) }
    }

    /// Leaves out what is not to be told any more, and brings the rest up to date. Returns whether anything is left to tell
    /// now.
    ///
    /// - Parameters:
    ///   - later: what the address was told of by another alert of the same product less than a window ago.
    ///   - leftOut: why the first is not told that is left out.
    private func refresh(
        _ held: HeldDelivery, for address: StoredAddress, _ later: inout [(item: HeldItem, until: Timestamp)],
        _ leftOut: inout NotTold?, now: Timestamp
    ) throws -> Bool {
        let items = try sql.all(ReleaseStatements.items, .int(held.id)) {
            HeldItem(
                alertID: $0.int(0), occasion: Message.Occasion(rawValue: $0.text(1)) ?? .opened,
                place: LevelKey(productID: $0.int(2), locationID: $0.int(3)), category: $0.optionalText(4),
                location: $0.text(5), severity: Severity(rawValue: Int($0.int(6))) ?? .low, stock: $0.int(7))
        }
        // The alerts that it tells of: what came and went while it was held back may have been several of one product.
        var telling = Set(items.map(\.alertID))
        var isWorthTelling = false
        func leaveOut(_ item: HeldItem, because reason: NotTold) throws {
            leftOut = leftOut ?? reason
            try self.leaveOut(item, of: held.id, because: reason, now: now)
        }
        for var item in items {
            let standing = try standingAlert(item.place)
            let isTakenOn = standing?.isAcknowledged == true
            if let reason = refusal(of: item, isTakenOn: isTakenOn, standing, for: address) {
                try leaveOut(item, because: reason)
                continue
            }
            guard let standing, item.occasion != .resolved else {
                isWorthTelling = true
                continue
            }
            // That nobody has taken it on would be wrong: that it opened is told to whoever wants to hear of that.
            if isTakenOn, item.occasion == .escalated { item.occasion = .opened }
            if let at = try lastTelling(of: standing.id, at: address.id, standing.severity, except: held.id, now: now) {
                try leaveOut(item, because: .toldLately(at: at))
                continue
            }
            if let at = try lastTelling(of: item.place, at: address.id, standing.severity, now: now) {
                later.append((item, at + policy.suppress))
                continue
            }
            if standing.id != item.alertID, !telling.insert(standing.id).inserted {
                try leaveOut(item, because: .overBeforeTold)
                continue
            }
            isWorthTelling = true
            try sql.run(
                ReleaseStatements.updateItem, .int(standing.id), .int(standing.severity.rawValue), .int(standing.stock),
                .text(item.occasion.rawValue), .int(held.id), .int(item.alertID))
            // It came back under another number while its telling was held back: this is how somebody hears of it.
            if standing.id != item.alertID { try sql.run(ReleaseStatements.told, .int(standing.id)) }
        }
        return isWorthTelling
    }

    /// Why the address is not told of it any more; nil: it is.
    private func refusal(
        of item: HeldItem, isTakenOn: Bool, _ standing: StandingNow?, for address: StoredAddress
    ) -> NotTold? {
        // That it is over would be wrong where it has come back, and so would be that it stands where it is over.
        guard (standing == nil) == (item.occasion == .resolved) else { return .overBeforeTold }
        if item.occasion == .reminder, isTakenOn { return .acknowledged }
        func refusal(of occasion: Message.Occasion) -> NotTold? {
            address.preferences.refusal(
                of: occasion, severity: standing?.severity ?? item.severity, location: item.location,
                category: item.category, told: true)
        }
        // An escalation is over then, and with it the reason to tell who does not want to hear of such alerts otherwise.
        if item.occasion == .escalated, isTakenOn { return refusal(of: .opened).map { _ in .acknowledged } }
        return refusal(of: item.occasion)
    }

    private func standingAlert(_ place: LevelKey) throws -> StandingNow? {
        try sql.first(ReleaseStatements.standing, .int(place.productID), .int(place.locationID)) {
            StandingNow(
                id: $0.int(0), severity: Severity(rawValue: Int($0.int(1))) ?? .low, stock: $0.int(2),
                isAcknowledged: $0.text(3) == "acknowledged")
        }
    }

    private func holdOn(_ held: HeldDelivery, _ by: HeldBack) throws {
        try sql.run(ReleaseStatements.holdOn, .int(by.until.milliseconds), .text(by.name), .int(held.id))
    }

    /// Holds one of several back for longer.
    private func move(
        _ item: HeldItem, of held: HeldDelivery, for address: StoredAddress, to until: Timestamp, now: Timestamp
    ) throws {
        let group = DeliveryGroup(addressID: address.id, kind: held.kind, heldUntil: until)
        let id = try delivery(group, channel: address.kind, because: .toldLately(until: until), tenantID: held.tenantID, now: now)
        try sql.run(
            OutboxStatements.insertItem, .int(id), .int(item.alertID), .text(item.occasion.rawValue),
            .int(item.severity.rawValue), .int(item.stock))
        try sql.run(ReleaseStatements.removeItem, .int(held.id), .int(item.alertID))
    }

    private func leaveOut(_ item: HeldItem, of delivery: Int64, because reason: NotTold, now: Timestamp) throws {
        try sql.run(
            ReleaseStatements.leaveOut, .int(item.alertID), .int(delivery), .int(now.milliseconds), .text(reason.kept))
        try sql.run(ReleaseStatements.removeItem, .int(delivery), .int(item.alertID))
        if item.occasion != .resolved { try closeUntoldWindow(of: item.alertID, now: now) }
    }

    private func drop(_ held: HeldDelivery, because reason: NotTold, now: Timestamp) throws {
        try drop(held.id, because: reason.name, tenantID: held.tenantID, now: now)
    }
}

private enum ReleaseStatements {
    /// In the words of the index `delivery_wanted`.
    static let due = SQL(
        """
        SELECT id FROM delivery WHERE channel = ?1 AND state IN ('queued', 'sending')
            AND COALESCE(lease_until, next_attempt_at) <= ?2 AND held_until IS NOT NULL
        ORDER BY COALESCE(lease_until, next_attempt_at), id LIMIT ?3
        """)
    static let fromTheFuture = SQL(
        """
        SELECT id FROM delivery WHERE channel = ?1 AND state IN ('queued', 'sending')
            AND COALESCE(lease_until, next_attempt_at) > ?2 AND held_until IS NOT NULL AND created_at > ?3
        LIMIT ?4
        """)
    static let held = SQL("SELECT address_id, tenant_id, notice_id, kind FROM delivery WHERE id = ?")
    static let worst = SQL("SELECT COALESCE(MAX(severity), 0) FROM delivery_alert WHERE delivery_id = ?")
    static let noticeStands = SQL("SELECT COUNT(*) FROM notice WHERE id = ? AND resolved_at IS NULL")
    static let items = SQL(
        """
        SELECT alert_id, occasion, product_id, location_id, product.category, location.name, delivery_alert.severity,
            delivery_alert.stock
        FROM delivery_alert JOIN alert ON alert.id = alert_id JOIN product ON product.id = product_id
        JOIN location ON location.id = location_id
        WHERE delivery_id = ? ORDER BY alert_id
        """)
    static let standing = SQL(
        """
        SELECT alert.id, alert.severity, level.on_hand, state FROM alert
        JOIN level ON level.product_id = alert.product_id AND level.location_id = alert.location_id
        WHERE alert.product_id = ? AND alert.location_id = ? AND state <> 'resolved'
        """)
    static let leaveOut = SQL(
        """
        INSERT INTO left_out (alert_id, delivery_id, at, reason) VALUES (?, ?, ?, ?) ON CONFLICT (alert_id, delivery_id) DO NOTHING
        """)
    static let removeItem = SQL("DELETE FROM delivery_alert WHERE delivery_id = ? AND alert_id = ?")
    static let updateItem = SQL(
        """
        UPDATE delivery_alert SET alert_id = ?1, severity = ?2, stock = ?3, occasion = ?4
        WHERE delivery_id = ?5 AND alert_id = ?6
        """)
    static let told = SQL("UPDATE alert SET told = 1 WHERE id = ?")
    static let holdOn = SQL(
        """
        UPDATE delivery SET held_until = ?1, held_because = ?2, ready_at = ?1, next_attempt_at = ?1 WHERE id = ?3
        """)
    /// It waits for nothing more: what came later would be taken for told now.
    static let letGo = SQL("UPDATE delivery SET held_until = NULL, apart_at = ?1, ready_at = ?1 WHERE id = ?2")
}
