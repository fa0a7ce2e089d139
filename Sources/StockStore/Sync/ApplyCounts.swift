import StockDomain

extension StoreTransaction {
    /// Applies a page's counts in order of key, so that neighbouring rows are written together, and of two for one
    /// level the later of the page last. Returns how many were news.
    func apply(
        _ counts: [SourceCount], _ references: inout References, _ source: SourceRecord, now: Timestamp,
        skipped: inout [SkippedObject]
    ) throws -> Int {
        var located: [Located] = []
        located.reserveCapacity(counts.count)
        for (index, count) in counts.enumerated() {
            if case .counted(let quantity) = count.value, quantity.magnitude > Quantity.limit {
                skipped.append(SkippedObject(object: count.object, reason: "the quantity is beyond ±\(Quantity.limit)"))
            } else if let key = try references.key(count.key, sql) {
                located.append(Located(key: key, index: index))
            } else {
                skipped.append(SkippedObject(object: count.object, reason: "the product or location is not known"))
            }
        }
        located.sort()
        var news = 0
        for place in located {
            let count = counts[place.index]
            // A source whose clock is ahead must not keep its own next counts out.
            let countedAt = min(count.countedAt, now)
            if case .counted(let quantity) = count.value,
                let done = try recount(place.key, to: quantity, at: countedAt, sourceID: source.id, now: now)
            {
                if done { news += 1 }
            } else if try apply(count.value, countedAt: countedAt, at: place.key, sourceID: source.id, now: now) {
                news += 1
            }
        }
        return news
    }

    /// The way of nearly all counts: one that moves the stock and nothing that follows from it. Returns whether it was
    /// news; nil where more than that changes, or may, and nothing is done yet.
    func recount(
        _ key: LevelKey, to quantity: Quantity, at countedAt: Timestamp, sourceID: Int64, now: Timestamp
    ) throws -> Bool? {
        let found = try sql.first(CountStatements.load, .int(key.productID), .int(key.locationID), map: CountedLevel.init)
        guard let level = found, level.changesOnlyStock(by: quantity) else { return nil }
        if isOvertaken(countedAt, by: level.countedAt, now: now) { return false }
        guard level.onHand != quantity else {
            if level.countedAt != countedAt {
                try sql.run(
                    CountStatements.confirm, .int(countedAt.milliseconds), .int(key.productID), .int(key.locationID))
            }
            return true
        }
        let id = sql.nextID()
        try sql.run(
            CountStatements.insertMovement, .int(id), .int(level.lastMovement), .int(key.productID), .int(key.locationID),
            .int(quantity.scaled - level.onHand.scaled), .int(quantity.scaled), .int(countedAt.milliseconds),
            .int(now.milliseconds), .int(sourceID), .int(level.held.scaled), .int(level.severity.rawValue))
        try sql.run(
            CountStatements.update, .int(quantity.scaled), .int(countedAt.milliseconds), .int(id), .int(key.productID),
            .int(key.locationID))
        commit.lastEvent = id
        return true
    }

    /// A point of sale's clock may be so far ahead of ours.
    static let clockSkew = Duration.minutes(5)

    /// Whether a later count is known. One from further ahead than clocks differ was noted before ours was set back: it
    /// would keep out all counts until then.
    private func isOvertaken(_ countedAt: Timestamp, by last: Timestamp?, now: Timestamp) -> Bool {
        guard let last, last <= now + StoreTransaction.clockSkew else { return false }
        return countedAt < last
    }

    /// Returns whether the count was news.
    func apply(
        _ value: SourceCount.Value, countedAt: Timestamp, at key: LevelKey, sourceID: Int64, now: Timestamp
    ) throws -> Bool {
        var row = try levelRowOrNew(productID: key.productID, locationID: key.locationID, now: now)
        guard !row.retired else { return false }
        if isOvertaken(countedAt, by: row.countedAt, now: now) { return false }
        switch value {
        case .counted(let quantity):
            row.countedAt = countedAt
            if row.soldOut {
                row.keptCount = quantity
            } else {
                try move(
                    &row, .count, to: quantity, origin: MovementOrigin(sourceID: sourceID, at: countedAt), always: false,
                    now: now)
            }
        case .unknown:
            row.countedAt = nil
        case .untracked:
            row.overrideTracked = false
        }
        _ = try settle(&row, trigger: .change, now: now)
        return true
    }
}

/// Where a page's count belongs.
private struct Located: Comparable {
    var key: LevelKey
    var index: Int

    static func < (a: Located, b: Located) -> Bool {
        a.key == b.key ? a.index < b.index : a.key < b.key
    }
}

/// What a count needs to know of a level, and no more of its many columns.
private struct CountedLevel {
    var onHand: Quantity
    var tracking: Tracking
    var soldOut: Bool
    var countedAt: Timestamp?
    var lastMovement: Int64?
    var low: Quantity
    var critical: Quantity
    var mayAlert: Bool
    var severity: Severity
    var alertSeverity: Severity
    var isOut: Bool
    var held: Quantity

    init(_ row: any SQLRow) {
        onHand = Quantity(scaled: row.int(0))
        tracking = Tracking(rawValue: Int(row.int(1))) ?? .unknown
        soldOut = row.bool(2)
        countedAt = row.instant(3)
        lastMovement = row.optionalInt(4)
        low = Quantity(scaled: row.int(5))
        critical = Quantity(scaled: row.int(6))
        mayAlert = row.bool(7)
        severity = Severity(rawValue: Int(row.int(8))) ?? .healthy
        alertSeverity = Severity(rawValue: Int(row.int(9))) ?? .healthy
        isOut = row.bool(10)
        held = Quantity(scaled: row.int(11))
    }

    /// Whether severity, alert, outage, holds and all else stay what they are. A retired product's levels are untracked.
    func changesOnlyStock(by quantity: Quantity) -> Bool {
        guard tracking != .untracked, !soldOut, isOut == (quantity <= .zero), held == .zero || held <= min(onHand, quantity)
        else { return false }
        let now = Severity(onHand: quantity, low: low, critical: critical)
        guard now == severity, now == alertSeverity else { return false }
        return now == .healthy || (tracking == .tracked && mayAlert)
    }
}

extension SourceCount {
    fileprivate var object: String { "count of \(key.productID) at \(key.locationID)" }
}

private enum CountStatements {
    static let load = SQL(
        """
        SELECT on_hand, tracking, sold_out, counted_at, last_movement, low_at, critical_at,
            alerts_on = 1 AND require_sales_days IS NULL, severity, alert_severity, out_since IS NOT NULL,
            held
        FROM level WHERE product_id = ? AND location_id = ?
        """)
    static let insertMovement = SQL(
        """
        INSERT INTO movement (id, previous_id, product_id, location_id, kind, delta, balance, at, recorded_at, source_id,
            held, severity)
        VALUES (?, ?, ?, ?, 'count', ?, ?, ?, ?, ?, ?, ?)
        """)
    static let update = SQL(
        """
        UPDATE level SET on_hand = ?, tracking = 1, counted_at = ?, last_movement = ? WHERE product_id = ? AND location_id = ?
        """)
    /// The same quantity again: only how old the count is changes.
    static let confirm = SQL("UPDATE level SET tracking = 1, counted_at = ? WHERE product_id = ? AND location_id = ?")
}
