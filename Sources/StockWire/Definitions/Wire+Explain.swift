import FoundationEssentials

extension Wire {
    /// What came of a threshold setting.
    package enum SettingOutcome: String, WireEnum {
        case decides, silent, overridden
        case noParLevel = "no_par_level"
        case noRate = "no_rate"
    }

    /// The chain of decisions about a product at a location, at a moment.
    package struct Explanation: Codable, Hashable, Sendable, Noted {
        package var tenant: String
        package var sku: String
        package var productName: String
        @OrNull package var category: String?
        package var location: String
        package var at: Time
        package var onHand: Decimal
        @OrNull package var held: Decimal?
        package var tracking: Tracking
        package var retired: Bool
        @OrNull package var staleSince: Time?
        @OrNull package var movement: Movement?
        @OrNull package var parLevel: Decimal?
        @OrNull package var velocityPerDay: Decimal?
        package var lowThreshold: Decimal
        package var criticalThreshold: Decimal
        package var lowOrigin: String
        package var criticalOrigin: String
        package var settings: [ExplainedSetting]
        package var severity: Severity
        @OrNull package var reason: Reason?
        @OrNull package var requireSalesDays: Int?
        @OrNull package var alert: Alert?
        @OrNull package var window: ExplainedWindow?
        package var silences: [ExplainedSilence]
        package var escalations: [ExplainedEscalation]
        @OrNull package var nextStep: ExplainedStep?
        package var addresses: [ExplainedAddress]
        package var deliveries: [ExplainedDelivery]

        package init(
            tenant: String, sku: String, productName: String, category: String? = nil, location: String, at: Time,
            onHand: Decimal, held: Decimal? = nil, tracking: Tracking, retired: Bool = false, staleSince: Time? = nil,
            movement: Movement? = nil, parLevel: Decimal? = nil, velocityPerDay: Decimal? = nil, lowThreshold: Decimal,
            criticalThreshold: Decimal, lowOrigin: String, criticalOrigin: String, settings: [ExplainedSetting],
            severity: Severity, reason: Reason? = nil, requireSalesDays: Int? = nil, alert: Alert? = nil,
            window: ExplainedWindow? = nil, silences: [ExplainedSilence], escalations: [ExplainedEscalation],
            nextStep: ExplainedStep? = nil, addresses: [ExplainedAddress], deliveries: [ExplainedDelivery]
        ) {
            self.tenant = tenant
            self.sku = sku
            self.productName = productName
            self.category = category
            self.location = location
            self.at = at
            self.onHand = onHand
            self.held = held
            self.tracking = tracking
            self.retired = retired
            self.staleSince = staleSince
            self.movement = movement
            self.parLevel = parLevel
            self.velocityPerDay = velocityPerDay
            self.lowThreshold = lowThreshold
            self.criticalThreshold = criticalThreshold
            self.lowOrigin = lowOrigin
            self.criticalOrigin = criticalOrigin
            self.settings = settings
            self.severity = severity
            self.reason = reason
            self.requireSalesDays = requireSalesDays
            self.alert = alert
            self.window = window
            self.silences = silences
            self.escalations = escalations
            self.nextStep = nextStep
            self.addresses = addresses
            self.deliveries = deliveries
        }

        enum CodingKeys: String, CodingKey {
            case tenant, sku, category, location, at, held, tracking, retired, movement, settings, severity, reason, alert, window
            case silences, escalations, addresses, deliveries
            case productName = "product_name"
            case onHand = "on_hand"
            case staleSince = "stale_since"
            case parLevel = "par_level"
            case velocityPerDay = "velocity_per_day"
            case lowThreshold = "low_threshold"
            case criticalThreshold = "critical_threshold"
            case lowOrigin = "low_origin"
            case criticalOrigin = "critical_origin"
            case requireSalesDays = "require_sales_days"
            case nextStep = "next_step"
        }

        package static let notes = [
            "at":
                "What is said held then.",
            "held":
                "null: not kept so far back.",
            "retired":
                "It is sold no more, and raises no alerts.",
            "stale_since":
                "Since when the source that counts there has been silent.",
            "movement":
                "What brought it to that quantity.",
            "low_threshold":
                "What the settings came to.",
            "low_origin":
                "Which setting decided.",
            "settings":
                "Every one that bears on it, most specific first.",
            "severity":
                "By stock and thresholds; `healthy` where it may not alert.",
            "reason":
                "Why it may not alert, or why nobody was told last.",
            "require_sales_days":
                "It alerts only if it sold within so many days.",
            "alert":
                "The one that stood, as it was then; where none did, the last one before.",
            "window":
                "Within it, nothing as bad or milder is told.",
            "silences":
                "In force over it.",
            "escalations":
                "Meant for it, the one that it follows first.",
            "next_step":
                "Of its escalation, while that is under way.",
            "addresses":
                "Each address of each contact, and what was last decided for it.",
            "deliveries":
                "Of the alert, oldest first; the newest 200.",
            "critical_threshold":
                "What the settings came to.",
            "critical_origin":
                "Which setting decided.",
        ]
    }

    /// A threshold setting, and what came of it.
    package struct ExplainedSetting: Codable, Hashable, Sendable, Noted {
        package var scope: String
        @OrNull package var low: String?
        @OrNull package var critical: String?
        @OrNull package var enabled: Bool?
        @OrNull package var requireSalesDays: Int?
        package var lowOutcome: SettingOutcome
        package var criticalOutcome: SettingOutcome

        package init(
            scope: String, low: String? = nil, critical: String? = nil, enabled: Bool? = nil,
            requireSalesDays: Int? = nil, lowOutcome: SettingOutcome, criticalOutcome: SettingOutcome
        ) {
            self.scope = scope
            self.low = low
            self.critical = critical
            self.enabled = enabled
            self.requireSalesDays = requireSalesDays
            self.lowOutcome = lowOutcome
            self.criticalOutcome = criticalOutcome
        }

        enum CodingKeys: String, CodingKey {
            case scope, low, critical, enabled
            case requireSalesDays = "require_sales_days"
            case lowOutcome = "low_outcome"
            case criticalOutcome = "critical_outcome"
        }

        package static let notes = [
            "scope":
                "As in `threshold_origin`.",
            "enabled":
                "Switches alerts on or off; null: says nothing of it.",
            "require_sales_days":
                "Wants sales within so many days; null: says nothing of it.",
            "low_outcome":
                "What came of its low threshold.",
            "critical_outcome":
                "What came of its critical threshold.",
        ]
    }

    package struct ExplainedWindow: Codable, Hashable, Sendable, Noted {
        package var severity: Severity
        package var notifiedAt: Time
        package var nextNotifyAt: Time

        package init(
            severity: Severity, notifiedAt: Time, nextNotifyAt: Time
        ) {
            self.severity = severity
            self.notifiedAt = notifiedAt
            self.nextNotifyAt = nextNotifyAt
        }

        enum CodingKeys: String, CodingKey {
            case severity
            case notifiedAt = "notified_at"
            case nextNotifyAt = "next_notify_at"
        }

        package static let notes = [
            "next_notify_at":
                "The first instant at which the next notification is allowed.",
            "notified_at":
                "When it was told last.",
        ]
    }

    package struct ExplainedSilence: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var startsAt: Time
        package var endsAt: Time
        package var author: String
        package var comment: String

        package init(
            id: Int64, startsAt: Time, endsAt: Time, author: String, comment: String
        ) {
            self.id = id
            self.startsAt = startsAt
            self.endsAt = endsAt
            self.author = author
            self.comment = comment
        }

        enum CodingKeys: String, CodingKey {
            case id, author, comment
            case startsAt = "starts_at"
            case endsAt = "ends_at"
        }

        package static let notes = [
            "id":
                "The silence's id.",
            "starts_at":
                "When it begins.",
            "ends_at":
                "When it ends.",
            "author":
                "Who made it.",
            "comment":
                "What for.",
        ]
    }

    package struct ExplainedStep: Codable, Hashable, Sendable, Noted {
        package var afterS: Int64
        package var contact: String
        @OrNull package var dueAt: Time?
        @OrNull package var outcome: AddressOutcome?
        @OrNull package var reason: Reason?
        @OrNull package var until: Time?

        package init(
            afterS: Int64, contact: String, dueAt: Time? = nil, outcome: AddressOutcome? = nil, reason: Reason? = nil,
            until: Time? = nil
        ) {
            self.afterS = afterS
            self.contact = contact
            self.dueAt = dueAt
            self.outcome = outcome
            self.reason = reason
            self.until = until
        }

        enum CodingKeys: String, CodingKey {
            case contact, outcome, reason, until
            case afterS = "after_s"
            case dueAt = "due_at"
        }

        package static let notes = [
            "after_s":
                "Seconds after the alert opened.",
            "due_at":
                "null: not under way.",
            "contact":
                "Who is told then.",
            "outcome":
                "Whether one of the contact's addresses will be told then, as things stand; null: not under way.",
            "reason":
                "Why not, or not then.",
            "until":
                "Held back until then.",
        ]
    }

    package struct ExplainedEscalation: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var followed: Bool
        package var steps: [ExplainedStep]
        @OrNull package var repeatS: Int64?

        package init(
            name: String, followed: Bool, steps: [ExplainedStep], repeatS: Int64? = nil
        ) {
            self.name = name
            self.followed = followed
            self.steps = steps
            self.repeatS = repeatS
        }

        enum CodingKeys: String, CodingKey {
            case name, followed, steps
            case repeatS = "repeat_s"
        }

        package static let notes = [
            "followed":
                "Of several, the most specific is.",
            "repeat_s":
                "Seconds after the last step at which the first comes again; null: it ends there.",
            "steps":
                "Who is told, one after the other.",
        ]
    }
}
