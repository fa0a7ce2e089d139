import FoundationEssentials

package enum AlertExplain: Method {
    package static let name = "alert.explain"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "Why a product stands as it does, who was told of it, and who was not: the whole chain of decisions."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var location: String?
        package var at: Wire.Time?

        package init(
            sku: String, location: String? = nil, at: Wire.Time? = nil
        ) {
            self.sku = sku
            self.location = location
            self.at = at
        }

        package static let notes = [
            "sku":
                "The product's SKU.",
            "location":
                "Where; everywhere that it has stock, if left out.",
            "at":
                "As it stood then; now, if left out.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var explanations: [Wire.Explanation]

        package init(
            explanations: [Wire.Explanation]
        ) {
            self.explanations = explanations
        }

        package static let notes = [
            "explanations":
                "By location.",
        ]
    }
}

extension Wire {
    /// Why somebody was not told of something, or not yet.
    package enum Reason: String, WireEnum {
        // Nobody is told.
        case window, silenced, acknowledged, milder, stale
        case alertsOff = "alerts_off"
        case noRecentSales = "no_recent_sales"
        case notTracked = "not_tracked"
        case nobodyToTell = "nobody_to_tell"
        // An address is told later.
        case paused
        case quietHours = "quiet_hours"
        // An address is not told.
        case toldLately = "told_lately"
        case contactOff = "contact_off"
        case addressOff = "address_off"
        case belowMinSeverity = "below_min_severity"
        case otherLocations = "other_locations"
        case otherCategories = "other_categories"
        case noReminders = "no_reminders"
        case noResolves = "no_resolves"
        case noSummaries = "no_summaries"
        case neverTold = "never_told"
        case overBeforeTold = "over_before_told"
    }

    /// What came of a threshold setting.
    package enum SettingOutcome: String, WireEnum {
        case decides, silent, overridden
        case noParLevel = "no_par_level"
        case noRate = "no_rate"
    }

    package enum AddressOutcome: String, WireEnum {
        case told, held
        case notTold = "not_told"
        /// Nothing went out; `reason` says what would have kept it from the address, if anything.
        case nothingToTell = "nothing_to_tell"
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
            onHand: Decimal, held: Decimal? = nil, tracking: Tracking, staleSince: Time? = nil,
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
            case tenant, sku, category, location, at, held, tracking, movement, settings, severity, reason, alert, window
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
                "Of the alert, oldest first.",
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

        package init(
            afterS: Int64, contact: String, dueAt: Time? = nil
        ) {
            self.afterS = afterS
            self.contact = contact
            self.dueAt = dueAt
        }

        enum CodingKeys: String, CodingKey {
            case contact
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

    package struct ExplainedAddress: Codable, Hashable, Sendable, Noted {
        package var contact: String
        package var kind: ChannelKind
        package var address: String
        package var outcome: AddressOutcome
        @OrNull package var reason: Reason?
        @OrNull package var at: Time?
        @OrNull package var until: Time?
        @OrNull package var delivery: Int64?
        @OrNull package var minSeverity: Severity?
        @OrNull package var summaryReason: Reason?

        package init(
            contact: String, kind: ChannelKind, address: String, outcome: AddressOutcome, reason: Reason? = nil,
            at: Time? = nil, until: Time? = nil, delivery: Int64? = nil, minSeverity: Severity? = nil,
            summaryReason: Reason? = nil
        ) {
            self.contact = contact
            self.kind = kind
            self.address = address
            self.outcome = outcome
            self.reason = reason
            self.at = at
            self.until = until
            self.delivery = delivery
            self.minSeverity = minSeverity
            self.summaryReason = summaryReason
        }

        enum CodingKeys: String, CodingKey {
            case contact, kind, address, outcome, reason, at, until, delivery
            case minSeverity = "min_severity"
            case summaryReason = "summary_reason"
        }

        package static let notes = [
            "at":
                "When that was decided.",
            "until":
                "Held back until then.",
            "delivery":
                "The delivery that told it.",
            "min_severity":
                "With `below_min_severity`: its smallest severity.",
            "summary_reason":
                "Why the daily summary does not go there; null: it does.",
            "contact":
                "Whose address it is.",
            "kind":
                "By what it is reached.",
            "outcome":
                "What was last decided for it.",
        ]
    }

    package struct ExplainedAttempt: Codable, Hashable, Sendable, Noted {
        package var at: Time
        package var ms: Int64
        package var outcome: String
        @OrNull package var reason: String?

        package init(
            at: Time, ms: Int64, outcome: String, reason: String? = nil
        ) {
            self.at = at
            self.ms = ms
            self.outcome = outcome
            self.reason = reason
        }

        package static let notes = [
            "ms":
                "How long it took.",
            "at":
                "When it was made.",
            "outcome":
                "What came of it.",
        ]
    }

    package struct ExplainedDelivery: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var occasion: String
        package var contact: String
        package var kind: ChannelKind
        package var address: String
        package var state: DeliveryState
        @OrNull package var reason: String?
        package var createdAt: Time
        @OrNull package var heldUntil: Time?
        @OrNull package var heldBecause: Reason?
        @OrNull package var nextAttemptAt: Time?
        @OrNull package var sentAt: Time?
        @OrNull package var deliveredAt: Time?
        package var attempts: [ExplainedAttempt]

        package init(
            id: Int64, occasion: String, contact: String, kind: ChannelKind, address: String, state: DeliveryState,
            reason: String? = nil, createdAt: Time, heldUntil: Time? = nil, heldBecause: Reason? = nil,
            nextAttemptAt: Time? = nil, sentAt: Time? = nil, deliveredAt: Time? = nil, attempts: [ExplainedAttempt]
        ) {
            self.id = id
            self.occasion = occasion
            self.contact = contact
            self.kind = kind
            self.address = address
            self.state = state
            self.reason = reason
            self.createdAt = createdAt
            self.heldUntil = heldUntil
            self.heldBecause = heldBecause
            self.nextAttemptAt = nextAttemptAt
            self.sentAt = sentAt
            self.deliveredAt = deliveredAt
            self.attempts = attempts
        }

        enum CodingKeys: String, CodingKey {
            case id, occasion, contact, kind, address, state, reason, attempts
            case createdAt = "created_at"
            case heldUntil = "held_until"
            case heldBecause = "held_because"
            case nextAttemptAt = "next_attempt_at"
            case sentAt = "sent_at"
            case deliveredAt = "delivered_at"
        }

        package static let notes = [
            "occasion":
                "`opened worsened reminder escalated resolved`.",
            "attempts":
                "Empty where the first one succeeded.",
            "id":
                "The delivery's id.",
            "contact":
                "Who is told.",
            "kind":
                "By what.",
            "state":
                "How it stands.",
            "created_at":
                "When it was decided.",
            "held_until":
                "Its address wants nothing before that; null: it is not held back.",
            "held_because":
                "Why not.",
            "delivered_at":
                "When the other side said that it arrived.",
        ]
    }
}
