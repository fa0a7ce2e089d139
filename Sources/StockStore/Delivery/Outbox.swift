import StockDomain

/// Alerts that go to one address together.
struct DeliveryGroup: Hashable {
    var addressID: Int64
    var kind: Message.Kind
}

extension StoreTransaction {
    /// The addresses that want word of an alert; of one that is over, those that were told it began.
    func listeners(
        _ occasion: Message.Occasion, alertID: Int64? = nil, severity: Severity, tenantID: Int64, location: String,
        category: String?, now: Timestamp
    ) throws -> [StoredAddress] {
        let told: Set<Int64> =
            if occasion == .resolved, let alertID {
                Set(try sql.all(OutboxStatements.told, .int(alertID)) { $0.int(0) })
            } else { [] }
        return try listeningAddresses(tenantID: tenantID, now: now).filter {
            $0.preferences.refusal(
                of: occasion, severity: severity, location: location, category: category, told: told.contains($0.id)) == nil
        }
    }

    /// Queues word of an alert for these addresses.
    func enqueue(
        _ occasion: Message.Occasion, alertID: Int64, severity: Severity, stock: Quantity, tenantID: Int64,
        to addresses: [StoredAddress], now: Timestamp
    ) throws {
        let kind: Message.Kind =
            switch occasion {
            case .opened, .worsened: .alert
            case .reminder: .reminder
            case .resolved: .resolved
            }
        for address in addresses {
            let delivery = try delivery(
                DeliveryGroup(addressID: address.id, kind: kind), channel: address.kind, tenantID: tenantID, now: now)
            try sql.run(
                OutboxStatements.insertItem, .int(delivery), .int(alertID), .text(occasion.rawValue),
                .int(severity.rawValue), .int(stock.scaled))
        }
    }

    /// A tenant's addresses, looked up once. One whose filter cannot be read is told nothing, and an operational alert
    /// says so: it must not be told everything.
    private func listeningAddresses(tenantID: Int64, now: Timestamp) throws -> [StoredAddress] {
        if let known = addresses[tenantID] { return known }
        let found = try storedAddresses(tenantID: tenantID)
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

    /// The group that still waits for more, or a new one.
    private func delivery(_ group: DeliveryGroup, channel: ChannelKind, tenantID: Int64, now: Timestamp) throws -> Int64 {
        if let known = groups[group] { return known }
        let waiting = try sql.first(
            OutboxStatements.waiting, .int(group.addressID), .text(group.kind.rawValue), .int(now.milliseconds),
            map: { $0.int(0) })
        let id = try waiting ?? insertDelivery(
            addressID: group.addressID, channel: channel, kind: group.kind, noticeID: nil, tenantID: tenantID,
            ready: now + policy.groupWait, now: now)
        groups[group] = id
        return id
    }

    func insertDelivery(
        addressID: Int64, channel: ChannelKind, kind: Message.Kind, noticeID: Int64?, tenantID: Int64, ready: Timestamp,
        now: Timestamp
    ) throws -> Int64 {
        let id = try sql.insert(
            OutboxStatements.insert, .int(tenantID), .int(addressID), .text(channel.rawValue), .text(kind.rawValue),
            .int(noticeID), .int(now.milliseconds), .int(ready.milliseconds))
        try count("deliveries_queued", by: 1, tenantID: tenantID)
        commit.queuedDeliveries = true
        return id
    }

    /// Queues a test message for every address of a contact (of one kind); what comes of it, its deliveries say.
    package func enqueueTest(contact: String, kind: ChannelKind?, tenantID: Int64, now: Timestamp) throws -> [Int64] {
        let found = try contactID(contact, tenantID: tenantID)
        let notice = try sql.insert(
            OutboxStatements.insertClosedNotice, .int(tenantID), .text("test.\(sql.nextID())"),
            .text("Test message from stockd"),
            .text("This is a test: \(contact) can be reached at this address. Nothing is wrong."),
            .int(now.milliseconds))
        let addresses = try addresses(ofContact: found).filter { kind == nil || $0.record.kind == kind }
        guard !addresses.isEmpty else {
            throw StoreError.invalid("kind", "\(contact) has no \(kind?.rawValue ?? "") address to test")
        }
        return try addresses.map { id, address in
            try insertDelivery(
                addressID: id, channel: address.kind, kind: .operational, noticeID: notice, tenantID: tenantID,
                ready: now, now: now)
        }
    }
}

enum OutboxStatements {
    static let told = SQL(
        """
        SELECT DISTINCT address_id FROM delivery_alert JOIN delivery ON delivery.id = delivery_id
        WHERE alert_id = ? AND occasion <> 'resolved' AND state <> 'dropped'
        """)
    static let waiting = SQL(
        """
        SELECT id FROM delivery WHERE address_id = ? AND kind = ? AND state = 'queued' AND attempts = 0
            AND notice_id IS NULL AND ready_at > ?
        """)
    static let insert = SQL(
        """
        INSERT INTO delivery (tenant_id, address_id, channel, kind, notice_id, state, created_at, ready_at, next_attempt_at)
        VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, ?7, ?7)
        """)
    static let insertItem = SQL(
        """
        INSERT INTO delivery_alert (delivery_id, alert_id, occasion, severity, stock) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (delivery_id, alert_id) DO UPDATE SET severity = excluded.severity, stock = excluded.stock
        """)
    static let insertClosedNotice = SQL(
        """
        INSERT INTO notice (tenant_id, key, subject, detail, opened_at, resolved_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
        """)
}
