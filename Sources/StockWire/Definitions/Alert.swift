import FoundationEssentials

package enum AlertList: Method {
    package static let name = "alert.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "Alerts, worst first."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var state: Wire.AlertFilter?
        package var severity: Wire.Severity?
        package var location: String?
        package var sku: String?
        package var since: Wire.Time?
        package var limit: Int?
        package var cursor: String?

        package init(
            state: Wire.AlertFilter? = nil, severity: Wire.Severity? = nil, location: String? = nil,
            sku: String? = nil, since: Wire.Time? = nil, limit: Int? = nil, cursor: String? = nil
        ) {
            self.state = state
            self.severity = severity
            self.location = location
            self.sku = sku
            self.since = since
            self.limit = limit
            self.cursor = cursor
        }

        package static let notes = [
            "state":
                "Which alerts; `active`, meaning open or acknowledged, if left out.",
            "severity":
                "Only alerts of exactly this severity.",
            "location":
                "Only alerts at this location.",
            "sku":
                "Only alerts of this product.",
            "since":
                "Only alerts opened at or after this time.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable {
        package var alerts: [Wire.Alert]
        @OrNull package var nextCursor: String?

        package init(alerts: [Wire.Alert], nextCursor: String? = nil) {
            self.alerts = alerts
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case alerts
            case nextCursor = "next_cursor"
        }
    }
}

package enum AlertGet: Method {
    package static let name = "alert.get"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "One alert with its timeline."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64

        package init(id: Int64) {
            self.id = id
        }

        package static let notes = [
            "id":
                "The alert's id.",
        ]
    }

    package typealias Result = AlertReply
}

package enum AlertAcknowledge: Method {
    package static let name = "alert.acknowledge"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        "Says that somebody takes care of it: no reminders until it worsens or resolves."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var note: String?

        package init(id: Int64, note: String? = nil) {
            self.id = id
            self.note = note
        }

        package static let notes = [
            "id":
                "The alert's id.",
        ]
    }

    package typealias Result = AlertReply
}

package enum AlertResolve: Method {
    package static let name = "alert.resolve"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        "Resolves an alert by hand; it opens again if stock is still short at the next evaluation."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var note: String?

        package init(id: Int64, note: String? = nil) {
            self.id = id
            self.note = note
        }

        package static let notes = [
            "id":
                "The alert's id.",
        ]
    }

    package typealias Result = AlertReply
}

package enum AlertCheck: Method {
    package static let name = "alert.check"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Evaluates every level now."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var location: String?

        package init(location: String? = nil) {
            self.location = location
        }

        package static let notes = [
            "location":
                "Only levels at this location.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var evaluated: Int
        package var opened: Int
        package var changed: Int
        package var resolved: Int
        package var notified: Int
        package var suppressed: Int

        package init(evaluated: Int, opened: Int, changed: Int, resolved: Int, notified: Int, suppressed: Int) {
            self.evaluated = evaluated
            self.opened = opened
            self.changed = changed
            self.resolved = resolved
            self.notified = notified
            self.suppressed = suppressed
        }

        package static let notes = [
            "evaluated":
                "Levels looked at.",
            "opened":
                "Alerts opened.",
            "changed":
                "Alerts whose severity changed.",
            "resolved":
                "Alerts resolved.",
            "notified":
                "Notifications queued.",
            "suppressed":
                "Notifications withheld, each with its reason in the alert's timeline.",
        ]
    }
}

package struct AlertReply: Codable, Hashable, Sendable, Noted {
    package var alert: Wire.Alert

    package init(alert: Wire.Alert) {
        self.alert = alert
    }

    package static let notes = [
        "alert":
            "The alert.",
    ]
}

extension Wire {
    /// A product that is short at a location, as in `alert.list` and the webhook.
    package struct Alert: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var tenant: String
        package var sku: String
        package var productName: String
        @OrNull package var category: String?
        package var location: String
        package var severity: Severity
        package var state: AlertState
        package var currentStock: Decimal
        @OrNull package var threshold: Decimal?
        @OrNull package var thresholdOrigin: String?
        @OrNull package var daysUntilStockout: Decimal?
        package var openedAt: Time
        @OrNull package var lastNotifiedAt: Time?
        @OrNull package var nextNotifyAt: Time?
        @OrNull package var acknowledgedBy: String?
        @OrNull package var resolvedAt: Time?
        @OrNull package var resolvedCause: ResolvedCause?
        @OrNull package var silence: AlertSilence?
        @OrNull package var escalation: AlertEscalation?
        package var timeline: [AlertEvent]

        package init(
            id: Int64, tenant: String, sku: String, productName: String, category: String? = nil, location: String,
            severity: Severity, state: AlertState, currentStock: Decimal, threshold: Decimal? = nil,
            thresholdOrigin: String? = nil, daysUntilStockout: Decimal? = nil, openedAt: Time,
            lastNotifiedAt: Time? = nil, nextNotifyAt: Time? = nil, acknowledgedBy: String? = nil,
            resolvedAt: Time? = nil, resolvedCause: ResolvedCause? = nil, silence: AlertSilence? = nil,
            escalation: AlertEscalation? = nil, timeline: [AlertEvent]
        ) {
            self.id = id
            self.tenant = tenant
            self.sku = sku
            self.productName = productName
            self.category = category
            self.location = location
            self.severity = severity
            self.state = state
            self.currentStock = currentStock
            self.threshold = threshold
            self.thresholdOrigin = thresholdOrigin
            self.daysUntilStockout = daysUntilStockout
            self.openedAt = openedAt
            self.lastNotifiedAt = lastNotifiedAt
            self.nextNotifyAt = nextNotifyAt
            self.acknowledgedBy = acknowledgedBy
            self.resolvedAt = resolvedAt
            self.resolvedCause = resolvedCause
            self.silence = silence
            self.escalation = escalation
            self.timeline = timeline
        }

        enum CodingKeys: String, CodingKey {
            case id, tenant, sku, category, location, severity, state, threshold, silence, escalation, timeline
            case productName = "product_name"
            case currentStock = "current_stock"
            case thresholdOrigin = "threshold_origin"
            case daysUntilStockout = "days_until_stockout"
            case openedAt = "opened_at"
            case lastNotifiedAt = "last_notified_at"
            case nextNotifyAt = "next_notify_at"
            case acknowledgedBy = "acknowledged_by"
            case resolvedAt = "resolved_at"
            case resolvedCause = "resolved_cause"
        }

        package static let notes = [
            "id":
                "The alert's id.",
            "state":
                "Where the alert is in its life.",
            "threshold":
                "The quantity at or below which this severity begins; null for `out`.",
            "silence":
                "Because of which nobody is told of it now; of several the one that ends last. null: none.",
            "escalation":
                "Which one it follows; null: none.",
        ]
    }

    /// A silence, as an alert beneath it shows it.
    package struct AlertSilence: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var endsAt: Time
        package var author: String
        package var comment: String

        package init(id: Int64, endsAt: Time, author: String, comment: String) {
            self.id = id
            self.endsAt = endsAt
            self.author = author
            self.comment = comment
        }

        enum CodingKeys: String, CodingKey {
            case id, author, comment
            case endsAt = "ends_at"
        }

        package static let notes = [
            "id": "The silence's id.",
            "ends_at": "When it ends.",
            "author": "Who made it.",
            "comment": "Why.",
        ]
    }

    /// Where an alert stands in its escalation.
    package struct AlertEscalation: Codable, Hashable, Sendable, Noted {
        package var name: String
        @OrNull package var nextStepAt: Time?
        @OrNull package var nextContact: String?

        package init(name: String, nextStepAt: Time? = nil, nextContact: String? = nil) {
            self.name = name
            self.nextStepAt = nextStepAt
            self.nextContact = nextContact
        }

        enum CodingKeys: String, CodingKey {
            case name
            case nextStepAt = "next_step_at"
            case nextContact = "next_contact"
        }

        package static let notes = [
            "name": "The escalation's name.",
            "next_step_at":
                """
                When somebody else is told, if nobody acknowledges it before: not before what holds it back ends; null: no step comes \
                any more.
                """,
            "next_contact": "Who is told then, or null.",
        ]
    }

    /// An entry of an alert's timeline.
    package struct AlertEvent: Codable, Hashable, Sendable, Noted {
        package var at: Time
        package var kind: String
        package var severity: Severity
        package var onHand: Decimal
        @OrNull package var by: String?
        @OrNull package var note: String?

        package init(
            at: Time, kind: String, severity: Severity, onHand: Decimal, by: String? = nil, note: String? = nil
        ) {
            self.at = at
            self.kind = kind
            self.severity = severity
            self.onHand = onHand
            self.by = by
            self.note = note
        }

        enum CodingKeys: String, CodingKey {
            case at, kind, severity, by, note
            case onHand = "on_hand"
        }

        package static let notes = [
            "at":
                "When it happened.",
            "kind":
                "What happened: `opened`, `changed`, `notified`, `suppressed`, `acknowledged`, `reminded`, `escalated` or `resolved`; later versions may add others.",
            "by":
                "Who did it, or null for stockd itself.",
            "note":
                "What was noted, for example why a notification was suppressed, or to which contact it was escalated.",
        ]
    }

    /// Where an alert is in its life.
    package enum AlertState: String, WireEnum {
        case open, acknowledged, resolved
    }

    /// Which alerts to list; `active` = open or acknowledged.
    package enum AlertFilter: String, WireEnum {
        case open, acknowledged, resolved, active, all
    }

    /// Why an alert ended.
    package enum ResolvedCause: String, WireEnum {
        case restocked, settingChanged = "setting_changed", untracked, productRetired = "product_retired", manual
    }
}
