import FoundationEssentials
import StockDomain
import StockStore
import StockWire

extension AlertStats.Result {
    init(_ stats: AlertStatistics, since: Timestamp) {
        func count(_ state: Alert.State) -> Int { stats.states[state, default: 0] }
        self.init(
            since: since.wire, alerts: stats.all.alerts, opened: stats.opened,
            byState: Wire.AlertStateCounts(
                open: count(.open), acknowledged: count(.acknowledged), resolved: count(.resolved)),
            bySeverity: [Severity.out, .critical, .low].map { severity in
                let group = stats.severities[severity, default: .init()]
                return Wire.SeverityStats(
                    severity: severity.wire, alerts: group.alerts, active: group.active,
                    timeToAcknowledge: .init(group.toAcknowledge), timeToResolve: .init(group.toResolve))
            },
            byLocation: stats.places.map { place in
                Wire.LocationStats(
                    tenant: place.tenant, location: place.location, alerts: place.group.alerts, active: place.group.active,
                    timeToAcknowledge: .init(place.group.toAcknowledge), timeToResolve: .init(place.group.toResolve))
            },
            timeToAcknowledge: .init(stats.all.toAcknowledge), timeToResolve: .init(stats.all.toResolve),
            offenders: stats.offenders.map { offender in
                Wire.Offender(
                    tenant: offender.tenant, sku: offender.sku, productName: offender.productName, location: offender.location,
                    alerts: offender.alerts, lastOpenedAt: offender.lastOpenedAt.wire)
            },
            notifications: Wire.NotificationStats(
                notified: stats.tellings.notified, reminded: stats.tellings.reminded, escalated: stats.tellings.escalated,
                suppressed: stats.tellings.suppressed, suppressedBy: Wire.ReasonCount.list(stats.tellings.reasons),
                addressesNotTold: Wire.ReasonCount.list(stats.tellings.untold)))
    }
}

extension Wire.ReasonCount {
    /// Most frequent first.
    fileprivate static func list(_ counts: [String: Int]) -> [Wire.ReasonCount] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { .init(reason: $0.key, count: $0.value) }
    }
}

extension Wire.Spread {
    fileprivate init(_ spread: Spread?) {
        func seconds(_ duration: Duration?) -> Decimal? { duration.map { Decimal($0.milliseconds) / 1000 } }
        self.init(
            count: spread?.count ?? 0, meanS: seconds(spread?.mean), medianS: seconds(spread?.median), p90S: seconds(spread?.p90))
    }
}
