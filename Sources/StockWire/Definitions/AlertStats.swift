import FoundationEssentials

package enum AlertStats: Method {
    package static let name = "alert.stats"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary =
        "How alerts went: how many there were, how fast they were acknowledged and resolved, who ran low most, and what was told."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var since: Wire.Time?

        package init(since: Wire.Time? = nil) { self.since = since }

        package static let notes = [
            "since":
                "The alerts that stood at any moment since this time; 30 days ago if left out."
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var since: Wire.Time
        package var alerts: Int
        package var opened: Int
        package var byState: Wire.AlertStateCounts
        package var bySeverity: [Wire.SeverityStats]
        package var byLocation: [Wire.LocationStats]
        package var timeToAcknowledge: Wire.Spread
        package var timeToResolve: Wire.Spread
        package var offenders: [Wire.Offender]
        package var notifications: Wire.NotificationStats

        package init(
            since: Wire.Time, alerts: Int, opened: Int, byState: Wire.AlertStateCounts, bySeverity: [Wire.SeverityStats],
            byLocation: [Wire.LocationStats], timeToAcknowledge: Wire.Spread, timeToResolve: Wire.Spread,
            offenders: [Wire.Offender], notifications: Wire.NotificationStats
        ) {
            self.since = since
            self.alerts = alerts
            self.opened = opened
            self.byState = byState
            self.bySeverity = bySeverity
            self.byLocation = byLocation
            self.timeToAcknowledge = timeToAcknowledge
            self.timeToResolve = timeToResolve
            self.offenders = offenders
            self.notifications = notifications
        }

        enum CodingKeys: String, CodingKey {
            case since, alerts, opened, offenders, notifications
            case byState = "by_state"
            case bySeverity = "by_severity"
            case byLocation = "by_location"
            case timeToAcknowledge = "time_to_acknowledge"
            case timeToResolve = "time_to_resolve"
        }

        package static let notes = [
            "since":
                "Since when it was counted.",
            "alerts":
                "Alerts that stood at any moment since then.",
            "opened":
                "Of them, those that opened since then.",
            "by_state":
                "How they stand now.",
            "by_severity":
                "The same by severity, worst first: what an alert is, or was when it ended.",
            "by_location":
                "The same by location, most alerts first; locations without any are left out.",
            "time_to_acknowledge":
                "From an alert's opening to its first acknowledgement, of those first acknowledged since then.",
            "time_to_resolve":
                "From an alert's opening to its end, of those resolved since then.",
            "offenders":
                "The ten products at a location with the most alerts.",
            "notifications":
                "What was told of alerts since then, and what was not.",
        ]
    }
}

extension Wire {
    /// How long something took. Percentiles are exact, by nearest rank: times that occurred.
    package struct Spread: Codable, Hashable, Sendable, Noted {
        package var count: Int
        @OrNull package var meanS: Decimal?
        @OrNull package var medianS: Decimal?
        @OrNull package var p90S: Decimal?

        package init(count: Int, meanS: Decimal? = nil, medianS: Decimal? = nil, p90S: Decimal? = nil) {
            self.count = count
            self.meanS = meanS
            self.medianS = medianS
            self.p90S = p90S
        }

        enum CodingKeys: String, CodingKey {
            case count
            case meanS = "mean_s"
            case medianS = "median_s"
            case p90S = "p90_s"
        }

        package static let notes = [
            "count":
                "Of how many alerts.",
            "mean_s":
                "The mean in seconds; null where there are none.",
            "median_s":
                "Half of them took no longer, in seconds, by nearest rank: a time that occurred. Null where there are none.",
            "p90_s":
                "Nine in ten took no longer, likewise.",
        ]
    }

    package struct AlertStateCounts: Codable, Hashable, Sendable, Noted {
        package var open: Int
        package var acknowledged: Int
        package var resolved: Int

        package init(open: Int, acknowledged: Int, resolved: Int) {
            self.open = open
            self.acknowledged = acknowledged
            self.resolved = resolved
        }

        package static let notes = [
            "open": "Open and not acknowledged.", "acknowledged": "Somebody takes care of them.", "resolved": "Over.",
        ]
    }

    package struct SeverityStats: Codable, Hashable, Sendable, Noted {
        package var severity: Severity
        package var alerts: Int
        package var active: Int
        package var timeToAcknowledge: Spread
        package var timeToResolve: Spread

        package init(severity: Severity, alerts: Int, active: Int, timeToAcknowledge: Spread, timeToResolve: Spread) {
            self.severity = severity
            self.alerts = alerts
            self.active = active
            self.timeToAcknowledge = timeToAcknowledge
            self.timeToResolve = timeToResolve
        }

        enum CodingKeys: String, CodingKey {
            case severity, alerts, active
            case timeToAcknowledge = "time_to_acknowledge"
            case timeToResolve = "time_to_resolve"
        }

        package static let notes = LocationStats.notes
    }

    package struct LocationStats: Codable, Hashable, Sendable, Noted {
        package var tenant: String
        package var location: String
        package var alerts: Int
        package var active: Int
        package var timeToAcknowledge: Spread
        package var timeToResolve: Spread

        package init(
            tenant: String, location: String, alerts: Int, active: Int, timeToAcknowledge: Spread, timeToResolve: Spread
        ) {
            self.tenant = tenant
            self.location = location
            self.alerts = alerts
            self.active = active
            self.timeToAcknowledge = timeToAcknowledge
            self.timeToResolve = timeToResolve
        }

        enum CodingKeys: String, CodingKey {
            case tenant, location, alerts, active
            case timeToAcknowledge = "time_to_acknowledge"
            case timeToResolve = "time_to_resolve"
        }

        package static let notes = [
            "alerts":
                "How many.",
            "active":
                "Of them, those that are open or acknowledged now.",
            "time_to_acknowledge":
                "From an alert's opening to its first acknowledgement.",
            "time_to_resolve":
                "From an alert's opening to its end.",
        ]
    }

    /// A product at a location that keeps running low.
    package struct Offender: Codable, Hashable, Sendable, Noted {
        package var tenant: String
        package var sku: String
        package var productName: String
        package var location: String
        package var alerts: Int
        package var lastOpenedAt: Time

        package init(tenant: String, sku: String, productName: String, location: String, alerts: Int, lastOpenedAt: Time) {
            self.tenant = tenant
            self.sku = sku
            self.productName = productName
            self.location = location
            self.alerts = alerts
            self.lastOpenedAt = lastOpenedAt
        }

        enum CodingKeys: String, CodingKey {
            case tenant, sku, location, alerts
            case productName = "product_name"
            case lastOpenedAt = "last_opened_at"
        }

        package static let notes = [
            "alerts":
                "How many alerts it had.",
            "last_opened_at":
                "When the last of them opened.",
        ]
    }

    package struct NotificationStats: Codable, Hashable, Sendable, Noted {
        package var notified: Int
        package var reminded: Int
        package var escalated: Int
        package var suppressed: Int
        package var suppressedBy: [ReasonCount]
        package var addressesNotTold: [ReasonCount]

        package init(
            notified: Int, reminded: Int, escalated: Int, suppressed: Int, suppressedBy: [ReasonCount],
            addressesNotTold: [ReasonCount]
        ) {
            self.notified = notified
            self.reminded = reminded
            self.escalated = escalated
            self.suppressed = suppressed
            self.suppressedBy = suppressedBy
            self.addressesNotTold = addressesNotTold
        }

        enum CodingKeys: String, CodingKey {
            case notified, reminded, escalated, suppressed
            case suppressedBy = "suppressed_by"
            case addressesNotTold = "addresses_not_told"
        }

        package static let notes = [
            "notified":
                "How often people were told that an alert opened, worsened or ended.",
            "reminded":
                "How often they were reminded of one.",
            "escalated":
                "How often one went on to the next contact of an escalation.",
            "suppressed":
                "How often nobody was told.",
            "suppressed_by":
                "Why, most frequent first.",
            "addresses_not_told":
                "Of what went out: how often single addresses were not told, or were told later, and why, most frequent first.",
        ]
    }

    package struct ReasonCount: Codable, Hashable, Sendable, Noted {
        package var reason: String
        package var count: Int

        package init(reason: String, count: Int) {
            self.reason = reason
            self.count = count
        }

        package static let notes = ["reason": "The reason's name, for example `window`.", "count": "How often."]
    }
}
