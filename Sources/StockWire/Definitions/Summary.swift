import FoundationEssentials

package enum SummaryGet: Method {
    package static let name = "summary.get"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "How a tenant stands now, or what its daily summary of a day said and who was sent it."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var day: String?

        package init(day: String? = nil) {
            self.day = day
        }

        package static let notes = [
            "day":
                "The day of a summary that was made, as `2026-05-01`; as it stands now if left out.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var summary: Wire.Summary
        package var recipients: [Wire.SummaryRecipient]

        package init(summary: Wire.Summary, recipients: [Wire.SummaryRecipient]) {
            self.summary = summary
            self.recipients = recipients
        }

        package static let notes = [
            "summary":
                "How the stock stands.",
            "recipients":
                "Whom that day's summary went to, and why it did not go to others; empty where no day was named.",
        ]
    }
}

extension Wire {
    /// How the stock of a tenant stands, as in `summary.get` and the webhook.
    package struct Summary: Codable, Hashable, Sendable, Noted {
        package var tenant: String
        package var day: String
        package var at: Time
        package var counts: SummaryCounts
        @OrNull package var before: EarlierSummary?
        package var opened: Int
        package var resolved: Int
        package var mostUrgent: [UrgentLevel]

        package init(
            tenant: String, day: String, at: Time, counts: SummaryCounts, before: EarlierSummary? = nil, opened: Int,
            resolved: Int, mostUrgent: [UrgentLevel]
        ) {
            self.tenant = tenant
            self.day = day
            self.at = at
            self.counts = counts
            self.before = before
            self.opened = opened
            self.resolved = resolved
            self.mostUrgent = mostUrgent
        }

        enum CodingKeys: String, CodingKey {
            case tenant, day, at, counts, before, opened, resolved
            case mostUrgent = "most_urgent"
        }

        package static let notes = [
            "day":
                "The day in the tenant's time zone.",
            "at":
                "When it was counted.",
            "counts":
                "How many stock levels are how.",
            "before":
                "The last day before that had a summary, to compare with; null where there is none.",
            "opened":
                "Alerts opened in the 24 hours before.",
            "resolved":
                "Alerts resolved in the 24 hours before.",
            "most_urgent":
                "What is short and costs most by the day, at most 20; last where rate of sale or price is not known.",
        ]
    }

    package struct SummaryCounts: Codable, Hashable, Sendable, Noted {
        package var healthy: Int
        package var low: Int
        package var critical: Int
        package var out: Int
        package var untracked: Int
        package var stale: Int

        package init(healthy: Int, low: Int, critical: Int, out: Int, untracked: Int, stale: Int) {
            self.healthy = healthy
            self.low = low
            self.critical = critical
            self.out = out
            self.untracked = untracked
            self.stale = stale
        }

        package static let notes = [
            "healthy":
                "Levels above their low threshold.",
            "low":
                "Levels at or below their low threshold.",
            "critical":
                "Levels at or below their critical threshold.",
            "out":
                "Levels with nothing left.",
            "untracked":
                "Levels that are not tracked or were never counted.",
            "stale":
                "Among all the others: those whose counts are too old to trust.",
        ]
    }

    package struct EarlierSummary: Codable, Hashable, Sendable, Noted {
        package var day: String
        package var counts: SummaryCounts

        package init(day: String, counts: SummaryCounts) {
            self.day = day
            self.counts = counts
        }

        package static let notes = [
            "day":
                "The day.",
            "counts":
                "How many stock levels were how.",
        ]
    }

    /// A product that is short at a location.
    package struct UrgentLevel: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var productName: String
        @OrNull package var category: String?
        package var location: String
        package var severity: Severity
        package var onHand: Decimal
        @OrNull package var velocityPerDay: Decimal?
        @OrNull package var daysUntilStockout: Decimal?
        @OrNull package var price: Money?
        @OrNull package var atRiskPerDay: Money?

        package init(
            sku: String, productName: String, category: String? = nil, location: String, severity: Severity,
            onHand: Decimal, velocityPerDay: Decimal? = nil, daysUntilStockout: Decimal? = nil, price: Money? = nil,
            atRiskPerDay: Money? = nil
        ) {
            self.sku = sku
            self.productName = productName
            self.category = category
            self.location = location
            self.severity = severity
            self.onHand = onHand
            self.velocityPerDay = velocityPerDay
            self.daysUntilStockout = daysUntilStockout
            self.price = price
            self.atRiskPerDay = atRiskPerDay
        }

        enum CodingKeys: String, CodingKey {
            case sku, category, location, severity, price
            case productName = "product_name"
            case onHand = "on_hand"
            case velocityPerDay = "velocity_per_day"
            case daysUntilStockout = "days_until_stockout"
            case atRiskPerDay = "at_risk_per_day"
        }

        package static let notes = [
            "at_risk_per_day":
                "What a day without it costs: rate of sale times price; null where either is not known.",
        ]
    }

    /// Whom a summary went to, or why not.
    package struct SummaryRecipient: Codable, Hashable, Sendable, Noted {
        package var contact: String
        package var kind: ChannelKind
        package var address: String
        package var state: ReachedState
        @OrNull package var sentAt: Time?
        @OrNull package var reason: Reason?
        @OrNull package var until: Time?
        @OrNull package var error: String?

        package init(
            contact: String, kind: ChannelKind, address: String, state: ReachedState, sentAt: Time? = nil,
            reason: Reason? = nil, until: Time? = nil, error: String? = nil
        ) {
            self.contact = contact
            self.kind = kind
            self.address = address
            self.state = state
            self.sentAt = sentAt
            self.reason = reason
            self.until = until
            self.error = error
        }

        enum CodingKeys: String, CodingKey {
            case contact, kind, address, state, reason, until, error
            case sentAt = "sent_at"
        }

        package static let notes = [
            "contact":
                "The contact's name.",
            "kind":
                "The channel it goes over.",
            "state":
                "What became of it.",
            "reason":
                "Why it was told nothing, or is told later; null where it was told, or `error` says what went wrong.",
            "until":
                "When that is over; null where it is told nothing.",
            "error":
                "What went wrong, or what is known of `reason`; null where nothing is.",
        ]
    }

    /// What became of word to an address: the state of its delivery, or `untold` where there is none.
    package enum ReachedState: String, WireEnum {
        case sent, queued, sending, dead, dropped, untold
    }
}
