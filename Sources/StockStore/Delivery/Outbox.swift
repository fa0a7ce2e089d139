import StockDomain

/// Alerts that go to one address together.
struct DeliveryGroup: Hashable {
    var addressID: Int64
    var kind: Message.Kind
    /// It is told its address, but not everybody.
    var isApart = false
    var heldUntil: Timestamp?
}

extension StoreTransaction {
    /// Queues word of an alert for those who are told, now or later.
    func enqueue(
        _ occasion: Message.Occasion, alertID: Int64, severity: Severity, stock: Quantity, tenantID: Int64,
        to audience: Audience, now: Timestamp
    ) throws {
        let kind: Message.Kind =
            switch occasion {
            case .opened, .worsened, .escalated: .alert
            case .reminder: .reminder
            case .resolved: .resolved
            case .drill: .drill
            }
        for (address, by) in audience.all {
            // What is held back tells its address apart from everybody else whatever it is of: all of it goes out together.
            let group = DeliveryGroup(
                addressID: address.id, kind: kind, isApart: by == nil && occasion == .escalated, heldUntil: by?.until)
            let delivery = try delivery(group, channel: address.kind, because: by, tenantID: tenantID, now: now)
            try sql.run(
                OutboxStatements.insertItem, .int(delivery), .int(alertID), .text(occasion.rawValue),
                .int(severity.rawValue), .int(stock.scaled))
        }
    }

    /// The group that still waits for more, or a new one. One of the future, before the clock jumped back, has its time of
    /// telling, which would not be that of what joins it.
    func delivery(
        _ group: DeliveryGroup, channel: ChannelKind, because held: HeldBack?, tenantID: Int64, now: Timestamp
    ) throws -> Int64 {
        if let known = groups[group] { return known }
        let waiting = try sql.first(
            OutboxStatements.waiting, .int(group.addressID), .text(group.kind.rawValue), .int(now.milliseconds),
            .int(group.isApart), .int(group.heldUntil?.milliseconds ?? 0), map: { $0.int(0) })
        let id = try waiting ?? insertDelivery(
            addressID: group.addressID, channel: channel, kind: group.kind, noticeID: nil, tenantID: tenantID,
            ready: now + policy.groupWait, held: held, isApart: group.isApart, now: now)
        groups[group] = id
        return id
    }

    func insertDelivery(
        addressID: Int64, channel: ChannelKind, kind: Message.Kind, noticeID: Int64?, tenantID: Int64, ready: Timestamp,
        held: HeldBack? = nil, isApart: Bool = false, summaryOf day: Day? = nil, now: Timestamp
    ) throws -> Int64 {
        let id = try sql.insert(
            OutboxStatements.insert, .int(tenantID), .int(addressID), .text(channel.rawValue), .text(kind.rawValue),
            .int(noticeID), .int(now.milliseconds), .int((held?.until ?? ready).milliseconds), .int(held?.until.milliseconds),
            .text(held?.name), .int(isApart ? now.milliseconds : nil), .int(day?.number))
        // What it was told now counts for what comes next.
        if isApart { addresses = [:] }
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
        let addresses = try sql.all(OutboxStatements.addresses, .int(found), .text(kind?.rawValue)) {
            (id: $0.int(0), kind: ChannelKind(rawValue: $0.text(1)) ?? .email)
        }
        guard !addresses.isEmpty else {
            throw StoreError.invalid("kind", "\(contact) has no \(kind?.rawValue ?? "") address to test")
        }
        return try addresses.map { address in
            try insertDelivery(
                addressID: address.id, channel: address.kind, kind: .operational, noticeID: notice, tenantID: tenantID,
                ready: now, now: now)
        }
    }
}

enum OutboxStatements {
    static let waiting = SQL(
        """
        SELECT id FROM delivery WHERE address_id = ?1 AND kind = ?2 AND state = 'queued' AND attempts = 0
            AND notice_id IS NULL AND ready_at > ?3 AND (apart_at IS NOT NULL) = ?4 AND COALESCE(held_until, 0) = ?5
            AND created_at <= ?3
        """)
    static let insert = SQL(
        """
        INSERT INTO delivery (tenant_id, address_id, channel, kind, notice_id, state, created_at, ready_at, next_attempt_at,
            held_until, held_because, apart_at, summary_day)
        VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, ?7, ?7, ?8, ?9, ?10, ?11)
        """)
    /// What an escalation tells besides, it tells whatever its address wants to be told otherwise.
    static let insertItem = SQL(
        """
        INSERT INTO delivery_alert (delivery_id, alert_id, occasion, severity, stock) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (delivery_id, alert_id) DO UPDATE SET severity = excluded.severity, stock = excluded.stock,
            occasion = CASE WHEN excluded.occasion = 'escalated' THEN excluded.occasion ELSE occasion END
        """)
    /// Of a contact that was not removed.
    static let addresses = SQL(
        """
        SELECT id, kind FROM address WHERE contact_id = ?1 AND deleted_at IS NULL AND (?2 IS NULL OR kind = ?2) ORDER BY id
        """)
    static let insertClosedNotice = SQL(
        """
        INSERT INTO notice (tenant_id, key, subject, detail, opened_at, resolved_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
        """)
}
