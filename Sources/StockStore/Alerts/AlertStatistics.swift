import StockDomain

/// How alerts went over some time: of those that stood at any moment of it.
package struct AlertStatistics: Hashable, Sendable {
    /// Alerts that have something in common.
    package struct Group: Hashable, Sendable {
        package var alerts = 0
        /// Of those, the ones that are open or acknowledged now.
        package var active = 0
        /// From its opening to its first acknowledgement, of those that were first acknowledged within the time.
        package var toAcknowledge: Spread?
        /// From its opening to its end, of those that were resolved within the time.
        package var toResolve: Spread?

        package init() {}
    }

    package struct Place: Hashable, Sendable {
        package var tenant: String
        package var location: String
        package var group: Group
    }

    /// A product at a location, and how many alerts it had.
    package struct Offender: Hashable, Sendable {
        package var tenant: String
        package var sku: String
        package var productName: String
        package var location: String
        package var alerts: Int
        package var lastOpenedAt: Timestamp
    }

    /// What was said of alerts within the time, and what was not.
    package struct Tellings: Hashable, Sendable {
        package var notified = 0
        package var reminded = 0
        package var escalated = 0
        package var suppressed = 0
        /// Why nobody was told, by name, and how often.
        package var reasons: [String: Int] = [:]
        /// Why single addresses were not told of what went out, or told later; and how often.
        package var untold: [String: Int] = [:]

        package init() {}
    }

    package var all = Group()
    /// Of them, those that began within the time.
    package var opened = 0
    /// As they stand now.
    package var states: [Alert.State: Int] = [:]
    package var severities: [Severity: Group] = [:]
    /// Most alerts first.
    package var places: [Place] = []
    /// Most alerts first.
    package var offenders: [Offender] = []
    package var tellings = Tellings()

    package init() {}
}

extension StoreReader {
    /// Counts the alerts that stood at any moment since `since`. Takes one pass over the alerts and one over the timelines
    /// of those; keeps 24 bytes for each that was acknowledged or resolved, and a count for each level that had any.
    package func alertStatistics(tenantID: Int64?, since: Timestamp, offenders: Int) throws -> AlertStatistics {
        var found = AlertStatistics()
        var places: [Int64: AlertStatistics.Group] = [:]
        var levels: [LevelKey: (alerts: Int, lastOpenedAt: Timestamp)] = [:]
        var acknowledged: [AlertTimes.Entry] = []
        var resolved: [AlertTimes.Entry] = []
        try sql.execute(StatisticsStatements.alerts, [.int(tenantID), .int(since.milliseconds)]) { row in
            let (severity, locationID) = (Severity(rawValue: Int(row.int(0))) ?? .low, row.int(1))
            let state = Alert.State(rawValue: row.text(2)) ?? .open
            let openedAt = Timestamp(milliseconds: row.int(3))
            found.states[state, default: 0] += 1
            if openedAt >= since { found.opened += 1 }
            func count(_ group: inout AlertStatistics.Group) {
                group.alerts += 1
                if state != .resolved { group.active += 1 }
            }
            count(&found.all)
            count(&found.severities[severity, default: .init()])
            count(&places[locationID, default: .init()])
            let level = LevelKey(productID: row.int(6), locationID: locationID)
            let known = levels[level] ?? (0, openedAt)
            levels[level] = (known.alerts + 1, max(known.lastOpenedAt, openedAt))
            func entry(_ at: Int64) -> AlertTimes.Entry {
                .init(severity: severity, locationID: locationID, took: Timestamp(milliseconds: at) - openedAt)
            }
            if let at = row.optionalInt(4) { resolved.append(entry(at)) }
            if let at = row.optionalInt(5), at >= since.milliseconds { acknowledged.append(entry(at)) }
            return true
        }
        found.put(AlertTimes(acknowledged), \.toAcknowledge, &places)
        acknowledged = []
        found.put(AlertTimes(resolved), \.toResolve, &places)
        found.places = try sql.all(StatisticsStatements.locations, .int(tenantID)) { row in
            places[row.int(0)].map { AlertStatistics.Place(tenant: row.text(1), location: row.text(2), group: $0) }
        }.compactMap(\.self).sorted { ($1.group.alerts, $0.location, $0.tenant) < ($0.group.alerts, $1.location, $1.tenant) }
        found.offenders = try worst(levels, offenders).compactMap { level, count in
            try sql.first(StatisticsStatements.names, .int(level.productID), .int(level.locationID)) { row in
                AlertStatistics.Offender(
                    tenant: row.text(0), sku: row.text(1), productName: row.text(2), location: row.text(3), alerts: count.alerts,
                    lastOpenedAt: count.lastOpenedAt)
            }
        }
        found.tellings = try tellings(tenantID: tenantID, since: since)
        return found
    }

    /// The `limit` with the most alerts, of as many the one that had its last later.
    private func worst(
        _ levels: [LevelKey: (alerts: Int, lastOpenedAt: Timestamp)], _ limit: Int
    ) -> [(key: LevelKey, value: (alerts: Int, lastOpenedAt: Timestamp))] {
        var worst: [(key: LevelKey, value: (alerts: Int, lastOpenedAt: Timestamp))] = []
        for level in levels {
            func isWorse(_ other: (key: LevelKey, value: (alerts: Int, lastOpenedAt: Timestamp))) -> Bool {
                (level.value.alerts, level.value.lastOpenedAt, other.key.productID, other.key.locationID)
                    > (other.value.alerts, other.value.lastOpenedAt, level.key.productID, level.key.locationID)
            }
            let index = worst.firstIndex(where: isWorse) ?? worst.count
            guard index < limit else { continue }
            worst.insert(level, at: index)
            if worst.count > limit { worst.removeLast() }
        }
        return worst
    }

    private func tellings(tenantID: Int64?, since: Timestamp) throws -> AlertStatistics.Tellings {
        var found = AlertStatistics.Tellings()
        try sql.execute(StatisticsStatements.tellings, [.int(tenantID), .int(since.milliseconds)]) { row in
            switch row.text(0) {
            case "notified": found.notified += 1
            case "reminded": found.reminded += 1
            case "escalated": found.escalated += 1
            default:
                found.suppressed += 1
                found.reasons[row.text(1), default: 0] += 1
            }
            if let untold = row.optionalText(2) {
                for reason in KeptReason.names(in: untold) { found.untold[reason, default: 0] += 1 }
            }
            return true
        }
        return found
    }
}

extension AlertStatistics {
    fileprivate mutating func put(
        _ times: AlertTimes, _ member: WritableKeyPath<Group, Spread?>, _ places: inout [Int64: Group]
    ) {
        all[keyPath: member] = times.all
        for (severity, spread) in times.spreads(by: \.severity) { severities[severity]?[keyPath: member] = spread }
        for (locationID, spread) in times.spreads(by: \.locationID) { places[locationID]?[keyPath: member] = spread }
    }
}

extension KeptReason {
    /// Of what an entry of the timeline keeps, the reasons alone: there may be a million entries.
    static func names(in untold: String) -> [String] {
        untold.utf8.split(separator: UInt8(ascii: " ")).compactMap { part in
            let fields = part.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            return fields.count > 1 ? String(Substring(fields[1])) : nil
        }
    }
}

private enum StatisticsStatements {
    /// An alert that ended before the time began can have nothing to do with it.
    private static let stood = """
        (?1 IS NULL OR alert.tenant_id = ?1) AND (alert.resolved_at IS NULL OR alert.resolved_at >= ?2)
        """
    static let alerts = SQL(
        """
        SELECT severity, location_id, state, opened_at, resolved_at,
            (SELECT MIN(at) FROM alert_event WHERE alert_id = alert.id AND kind = 'acknowledged'), product_id
        FROM alert WHERE \(stood)
        """)
    static let locations = SQL(
        """
        SELECT location.id, tenant.name, location.name FROM location JOIN tenant ON tenant.id = location.tenant_id
        WHERE ?1 IS NULL OR location.tenant_id = ?1
        """)
    static let names = SQL(
        """
        SELECT tenant.name, product.sku, product.name, location.name FROM product JOIN tenant ON tenant.id = product.tenant_id
        JOIN location ON location.id = ?2 WHERE product.id = ?1
        """)
    /// A cross join, so that SQLite goes from the alerts to their timelines and not through the timelines of 400 days.
    static let tellings = SQL(
        """
        SELECT kind, note, untold FROM alert CROSS JOIN alert_event
        WHERE alert_id = alert.id AND at >= ?2 AND kind IN ('notified', 'reminded', 'escalated', 'suppressed') AND \(stood)
        """)
}
