import StockDomain

/// A tenant, and the last of its days whose summary has been seen to.
package struct SummarizedTenant: Hashable, Sendable {
    package var tenant: TenantRecord
    package var done: Day?
}

/// Whom a summary went to, or why not.
package struct SummaryRecipient: Hashable, Sendable {
    package var contact: String
    package var channel: ChannelKind
    package var address: String
    /// nil: it was not told at all.
    package var state: DeliveryRecord.State?
    package var reason: KeptReason?
    package var sentAt: Timestamp?
    package var error: String?
}

extension StoreReader {
    package func summarizedTenants() throws -> [SummarizedTenant] {
        try sql.all(SummaryStatements.tenants) { row in
            SummarizedTenant(
                tenant: TenantRecord(id: row.int(0), name: row.text(1), timeZone: row.text(2)),
                done: row.optionalText(3).flatMap(Int64.init).map(Day.init))
        }
    }

    /// How the stock of each tenant stands, by its name: all of them in one pass, as each would look at every level.
    /// - Parameter tenantID: nil: all tenants.
    package func summaryCounts(tenantID: Int64? = nil) throws -> [String: Summary.Counts] {
        var byTenant: [String: Summary.Counts] = [:]
        for level in try levelSummaries(tenantID: tenantID) {
            byTenant[level.tenant, default: Summary.Counts()] += level.counts
        }
        return byTenant
    }

    /// How a tenant stands now.
    package func summary(of day: Day, counts: Summary.Counts, tenantID: Int64, now: Timestamp) throws -> Summary {
        let since = SQLValue.int((now - .hours(24)).milliseconds), until = SQLValue.int(now.milliseconds)
        // What is dated in the future was counted while the clock was ahead.
        let before = try sql.first(SummaryStatements.before, .int(tenantID), .int(day.number), until) { row in
            Summary.Earlier(
                day: Day(row.int(0)),
                counts: Summary.Counts(
                    healthy: Int(row.int(1)), low: Int(row.int(2)), critical: Int(row.int(3)), out: Int(row.int(4)),
                    untracked: Int(row.int(5)), stale: Int(row.int(6))))
        }
        return Summary(
            day: day, at: now, counts: counts, before: before,
            opened: Int(try sql.int(SummaryStatements.opened, .int(tenantID), since, until)),
            resolved: Int(try sql.int(SummaryStatements.resolved, .int(tenantID), since, until)),
            urgent: try sql.all(SummaryStatements.urgent, .int(tenantID), .int(Summary.urgentLimit), map: urgent))
    }

    private func urgent(_ row: any SQLRow) -> Summary.Urgent {
        Summary.Urgent(
            sku: row.text(0), productName: row.text(1), category: row.optionalText(2), location: row.text(3),
            severity: Severity(rawValue: Int(row.int(4))) ?? .low, onHand: Quantity(scaled: row.int(5)),
            rate: row.optionalInt(6).map { SaleRate(unitsPerDay: Quantity(scaled: $0)) },
            price: row.optionalInt(7).flatMap { price in
                row.optionalText(8).map { Money(amount: price, currency: $0) }
            })
    }

    /// As it was told; nil: no summary was made that day, or it is past its lifetime.
    package func summary(of day: Day, tenantID: Int64) throws -> Summary? {
        try sql.first(SummaryStatements.content, .int(tenantID), .int(day.number)) { $0.text(0) }.map(SummaryContent.read)
    }

    /// By contact. Addresses that have been removed since are left out where they were not told.
    package func summaryRecipients(of day: Day, tenantID: Int64) throws -> [SummaryRecipient] {
        let told = try sql.all(SummaryStatements.deliveries, .int(tenantID), .int(day.number)) { row in
            let until = row.optionalInt(4)
            return SummaryRecipient(
                contact: row.text(0), channel: ChannelKind(rawValue: row.text(1)) ?? .email, address: row.text(2),
                state: DeliveryRecord.State(rawValue: row.text(3)),
                reason: until.flatMap { until in
                    row.optionalText(5).flatMap { HeldBack(kept: $0, String(until)) }.map(KeptReason.held)
                }, sentAt: row.optionalInt(6).map(Timestamp.init(milliseconds:)),
                error: row.optionalText(7) ?? row.optionalText(8))
        }
        let untold = try sql.first(SummaryStatements.untold, .int(tenantID), .int(day.number)) { $0.optionalText(0) } ?? nil
        var refused: [SummaryRecipient] = []
        for (id, reason) in KeptReason.read(untold ?? "").sorted(by: { $0.key < $1.key }) {
            // Who was told later has a delivery that says so.
            guard case .notTold = reason else { continue }
            refused += try sql.all(SummaryStatements.address, .int(id)) { row in
                SummaryRecipient(
                    contact: row.text(0), channel: ChannelKind(rawValue: row.text(1)) ?? .email, address: row.text(2),
                    reason: reason)
            }
        }
        return (told + refused).sorted { ($0.contact, $0.channel.rawValue, $0.address) < ($1.contact, $1.channel.rawValue, $1.address) }
    }
}

extension StoreTransaction {
    /// Tells a tenant's addresses how it stands, and keeps what was told. Of summaries that an address has not been sent
    /// yet, only the newest is worth anything.
    package func tellSummary(_ summary: Summary, tenantID: Int64, now: Timestamp) throws {
        var audience = Audience()
        for address in try storedAddresses(tenantID: tenantID) {
            audience.add(address, address.preferences.decideSummary(now: now))
        }
        let counts = summary.counts
        try sql.run(
            SummaryStatements.keep, .int(tenantID), .int(summary.day.number), .int(summary.at.milliseconds),
            .int(counts.healthy), .int(counts.low), .int(counts.critical), .int(counts.out), .int(counts.untracked),
            .int(counts.stale), .text(try SummaryContent.write(summary)), .text(audience.untoldNote))
        for (address, by) in audience.all {
            let older = try sql.run(
                SummaryStatements.dropOlder, .int(address.id), .text(NotTold.overBeforeTold.name))
            try count("deliveries_queued", by: -older, tenantID: tenantID)
            _ = try insertDelivery(
                addressID: address.id, channel: address.kind, kind: .summary, noticeID: nil, tenantID: tenantID, ready: now,
                held: by, summaryOf: summary.day, now: now)
        }
        try settleSummary(of: summary.day, tenantID: tenantID)
    }

    /// Notes that there is nothing left to do for the summary of that day.
    package func settleSummary(of day: Day, tenantID: Int64) throws {
        try keepSetting("summarized_on.\(tenantID)", String(day.number))
    }
}

enum SummaryStatements {
    static let tenants = SQL(
        """
        SELECT tenant.id, name, time_zone, value FROM tenant
        LEFT JOIN meta ON meta.key = 'summarized_on.' || tenant.id ORDER BY tenant.id
        """)
    static let before = SQL(
        """
        SELECT day, healthy, low, critical, out, untracked, stale FROM summary_day
        WHERE tenant_id = ? AND day < ? AND at <= ? ORDER BY day DESC LIMIT 1
        """)
    static let opened = SQL("SELECT COUNT(*) FROM alert WHERE tenant_id = ? AND opened_at > ? AND opened_at <= ?")
    static let resolved = SQL(
        """
        SELECT COUNT(*) FROM alert
        WHERE state = 'resolved' AND tenant_id = ? AND resolved_at > ? AND resolved_at <= ?
        """)
    /// The order of the join is prescribed: from the levels that are short, by their index. A level whose alerts are off
    /// is one that somebody has decided about. Multiplied as numbers with a point, which can't overflow.
    static let urgent = SQL(
        """
        SELECT sku, product.name, category, location.name, severity, on_hand, rate, price, currency
        FROM level CROSS JOIN product CROSS JOIN location
        WHERE severity > 0 AND tracking = 1 AND alerts_on = 1 AND product.id = product_id AND location.id = location_id
            AND product.tenant_id = ?1 AND retired_at IS NULL
        ORDER BY CASE WHEN rate IS NULL OR price IS NULL OR currency IS NULL THEN 1 ELSE 0 END, rate * 1.0 * price DESC,
            severity DESC, on_hand, product_id, location_id
        LIMIT ?2
        """)
    static let keep = SQL(
        """
        INSERT INTO summary_day (tenant_id, day, at, healthy, low, critical, out, untracked, stale, content, untold)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (tenant_id, day) DO UPDATE SET at = excluded.at, healthy = excluded.healthy, low = excluded.low,
            critical = excluded.critical, out = excluded.out, untracked = excluded.untracked, stale = excluded.stale,
            content = excluded.content, untold = excluded.untold
        """)
    static let content = SQL("SELECT content FROM summary_day WHERE tenant_id = ? AND day = ?")
    static let untold = SQL("SELECT untold FROM summary_day WHERE tenant_id = ? AND day = ?")
    static let deliveries = SQL(
        """
        SELECT contact.name, channel, address.value, state, held_until, held_because, sent_at, reason, last_error
        FROM delivery JOIN address ON address.id = address_id JOIN contact ON contact.id = contact_id
        WHERE delivery.tenant_id = ? AND summary_day = ? ORDER BY delivery.id
        """)
    static let address = SQL(
        """
        SELECT contact.name, kind, value FROM address JOIN contact ON contact.id = contact_id
        WHERE address.id = ? AND address.deleted_at IS NULL AND contact.deleted_at IS NULL
        """)
    /// In the words of the index `delivery_group`.
    static let dropOlder = SQL(
        """
        UPDATE delivery SET state = 'dropped', held_until = NULL, reason = ?2
        WHERE address_id = ?1 AND kind = 'summary' AND state = 'queued' AND notice_id IS NULL
        """)
}
