import Foundation
import StockDomain

/// Who or what moved stock, and why.
package struct MovementOrigin: Hashable, Sendable {
    package var by: String?
    package var reason: String?
    package var sourceID: Int64?
    package var externalID: String?
    /// When it happened; recorded is another matter.
    package var at: Timestamp

    package init(by: String? = nil, reason: String? = nil, sourceID: Int64? = nil, externalID: String? = nil, at: Timestamp) {
        self.by = by
        self.reason = reason
        self.sourceID = sourceID
        self.externalID = externalID
        self.at = at
    }
}

package enum StockChange: Hashable, Sendable {
    /// An absolute count.
    case count(Quantity)
    case sale(Quantity)
    case receipt(Quantity)
    /// Signed.
    case adjustment(Quantity)

    var kind: Movement.Kind {
        switch self {
        case .count: .count
        case .sale: .sale
        case .receipt: .receipt
        case .adjustment: .adjustment
        }
    }

    func balance(after onHand: Quantity) -> Quantity {
        switch self {
        case .count(let quantity): quantity
        case .sale(let quantity): onHand - quantity
        case .receipt(let quantity): onHand + quantity
        case .adjustment(let delta): onHand + delta
        }
    }
}

extension StoreTransaction {
    /// Changes the stock of a product at a location: ledger, level, alert and notifications in one.
    /// Returns the alert that it opened, changed or resolved.
    @discardableResult
    package func change(
        _ change: StockChange, productID: Int64, locationID: Int64, origin: MovementOrigin, now: Timestamp
    ) throws -> Int64? {
        var row = try levelRowOrNew(productID: productID, locationID: locationID, now: now)
        guard !row.retired else { throw StoreError.conflict("retired", "the product is retired: its stock does not change") }
        // A person's word on an item nobody tracked means that it is tracked from now on.
        row.overrideTracked = row.trackingNow() == .untracked ? true : row.overrideTracked
        row.countedAt = if case .count = change { now } else { row.countedAt ?? now }
        row.soldOut = false
        row.keptCount = nil
        if case .sale(let quantity) = change {
            try recordDemand(quantity, at: origin.at, in: &row, now: now)
        }
        try move(&row, change.kind, to: change.balance(after: row.onHand), origin: origin, always: true, now: now)
        return try settle(&row, trigger: .change, now: now).alertID
    }

    /// Makes the level known, uncounted.
    package func ensureLevel(_ key: LevelKey, now: Timestamp) throws {
        var row = try levelRowOrNew(productID: key.productID, locationID: key.locationID, now: now)
        _ = try settle(&row, trigger: .sweep, now: now)
    }

    /// Sets the par level of one location.
    package func setParLevel(_ par: Quantity?, productID: Int64, locationID: Int64, now: Timestamp) throws {
        if let par, par < .zero { throw StoreError.invalid("par_level", "par_level must not be negative") }
        var row = try levelRowOrNew(productID: productID, locationID: locationID, now: now)
        row.parLevel = par
        row.thresholds = try resolvedThresholds(row)
        _ = try settle(&row, trigger: .sweep, now: now)
    }

    /// Appends to the ledger and sets `onHand`, so that it stays the sum of the movements. `always`: also where
    /// nothing changes (a person's count is worth a row; a source's repeated one is not). `wasAtRisk`: whether its holds
    /// were, where the caller has changed what is held along with it.
    func move(
        _ row: inout LevelRow, _ kind: Movement.Kind, to balance: Quantity, origin: MovementOrigin, always: Bool,
        wasAtRisk: Bool? = nil, now: Timestamp
    ) throws {
        guard balance.magnitude <= Quantity.limit else {
            throw StoreError.invalid("quantity", "the quantity on hand would leave ±\(Quantity.limit)")
        }
        let delta = balance - row.onHand
        guard delta != .zero || always else { return }
        // The ledger refers to the level.
        if row.stored == nil { try save(&row) }
        let id = sql.nextID()
        try sql.run(
            ChangeStatements.insertMovement, .int(id), .int(row.lastMovement), .int(row.productID), .int(row.locationID),
            .text(kind.rawValue), .int(delta.scaled), .int(balance.scaled), .int(origin.at.milliseconds),
            .int(now.milliseconds), .text(origin.by), .text(origin.reason), .int(origin.sourceID), .text(origin.externalID),
            .int(row.held.scaled), .int(row.severity(onHand: balance)?.rawValue))
        commit.lastEvent = id
        let wasAtRisk = wasAtRisk ?? row.isAtRisk
        row.onHand = balance
        row.lastMovement = id
        try noteRisk(of: row, wasAtRisk: wasAtRisk, now: now)
    }

    /// Derives tracking, severity and outage from what is on hand, evaluates the alert, and writes the level.
    func settle(_ row: inout LevelRow, trigger: AlertRule.Trigger, now: Timestamp) throws -> Evaluation {
        row.tracking = row.trackingNow()
        let out = row.tracking == .tracked && row.onHand <= .zero
        if out, row.outSince == nil { row.outSince = now }
        if !out, let began = row.outSince {
            if began < now {
                try sql.run(
                    ChangeStatements.insertOutage, .int(row.productID), .int(row.locationID), .int(began.milliseconds),
                    .int(now.milliseconds))
            }
            row.outSince = nil
        }
        row.severity = row.severity(onHand: row.onHand) ?? .healthy
        let before = row.stored
        let evaluation = try evaluate(&row, trigger: trigger, now: now)
        if let before, before.rest.said != row.rest.said {
            try keep(before.rest.said, of: row.productID, locationID: row.locationID, tenantID: row.tenantID, now: now)
        }
        if let before, before.stock.alertSeverity == row.alertSeverity, before.rest.thresholds != row.thresholds {
            try moveBoundary(ofAlertAt: row)
        }
        try save(&row)
        return evaluation
    }

    /// Adds units sold (or returned) to the local day they were sold on, and refreshes the rate of sale.
    func recordDemand(_ units: Quantity, at soldAt: Timestamp, in row: inout LevelRow, now: Timestamp) throws {
        try addDemand(units, at: soldAt, in: &row)
        try refreshRate(&row, now: now)
    }

    func addDemand(_ units: Quantity, at soldAt: Timestamp, in row: inout LevelRow) throws {
        let day = soldAt.day(in: try timeZone(ofLocation: row.locationID))
        try sql.run(
            ChangeStatements.addDemand, .int(row.productID), .int(row.locationID), .int(day.number), .int(units.scaled),
            .int(Quantity.limit.scaled))
        if units > .zero { row.lastSoldAt = max(row.lastSoldAt ?? soldAt, soldAt) }
        row.knownSince = min(row.knownSince, soldAt)
    }

    func refreshRate(_ row: inout LevelRow, now: Timestamp) throws {
        let today = now.day(in: try timeZone(ofLocation: row.locationID))
        let sold = try sql.int(
            ChangeStatements.soldSince, .int(row.productID), .int(row.locationID), .int(today.number - 28))
        var outages = try sql.all(
            ChangeStatements.outagesSince, .int(row.productID), .int(row.locationID),
            .int((now - SaleRate.window).milliseconds)
        ) { Timestamp(milliseconds: $0.int(0))..<Timestamp(milliseconds: max($0.int(0), $0.int(1))) }
        if let began = row.outSince, began < now { outages.append(began..<now) }
        row.rate = SaleRate(sold: Quantity(scaled: sold), known: row.knownSince, outages: outages, now: now)
        row.rateDay = Int64(today.number)
        if row.thresholds.dependsOnRate { row.thresholds = try resolvedThresholds(row) }
    }

    func timeZone(ofLocation id: Int64) throws -> TimeZone {
        if let known = zones[id] { return known }
        let name = try sql.first(ChangeStatements.timeZone, .int(id)) { $0.text(0) }
        let zone = name.flatMap(TimeZone.init(identifier:)) ?? .gmt
        zones[id] = zone
        return zone
    }
}

private enum ChangeStatements {
    static let insertMovement = SQL(
        """
        INSERT INTO movement (id, previous_id, product_id, location_id, kind, delta, balance, at, recorded_at, actor,
            reason, source_id, external_id, held, severity)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    static let insertOutage = SQL(
        """
        INSERT INTO outage (product_id, location_id, began_at, ended_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (product_id, location_id, began_at) DO UPDATE SET ended_at = excluded.ended_at
        """)
    /// A day keeps no more than a quantity may be: a thousand sales of billions must not make the sum of days overflow.
    static let addDemand = SQL(
        """
        INSERT INTO demand_day (product_id, location_id, day, units) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (product_id, location_id, day) DO UPDATE SET units = CASE
            WHEN demand_day.units + excluded.units > ?5 THEN ?5 WHEN demand_day.units + excluded.units < -?5 THEN -?5
            ELSE demand_day.units + excluded.units END
        """)
    static let soldSince = SQL(
        "SELECT COALESCE(SUM(units), 0) FROM demand_day WHERE product_id = ? AND location_id = ? AND day > ?")
    static let outagesSince = SQL(
        "SELECT began_at, ended_at FROM outage WHERE product_id = ? AND location_id = ? AND ended_at > ?")
    static let timeZone = SQL("SELECT time_zone FROM location WHERE id = ?")
}
