extension Wire {
    package enum AddressOutcome: String, WireEnum {
        case told, held
        case notTold = "not_told"
        /// What tells it is queued, or being sent.
        case underWay = "under_way"
        /// Nothing went out; `reason` says what would have kept it from the address, if anything.
        case nothingToTell = "nothing_to_tell"
    }

    package struct ExplainedAddress: Codable, Hashable, Sendable, Noted {
        package var contact: String
        package var kind: ChannelKind
        package var address: String
        package var outcome: AddressOutcome
        @OrNull package var reason: Reason?
        @OrNull package var detail: String?
        @OrNull package var at: Time?
        @OrNull package var until: Time?
        @OrNull package var delivery: Int64?
        @OrNull package var minSeverity: Severity?
        @OrNull package var end: ExplainedDecision?
        @OrNull package var summaryReason: Reason?

        package init(
            contact: String, kind: ChannelKind, address: String, outcome: AddressOutcome, reason: Reason? = nil,
            detail: String? = nil, at: Time? = nil, until: Time? = nil, delivery: Int64? = nil,
            minSeverity: Severity? = nil, end: ExplainedDecision? = nil, summaryReason: Reason? = nil
        ) {
            self.contact = contact
            self.kind = kind
            self.address = address
            self.outcome = outcome
            self.reason = reason
            self.detail = detail
            self.at = at
            self.until = until
            self.delivery = delivery
            self.minSeverity = minSeverity
            self.end = end
            self.summaryReason = summaryReason
        }

        /// What was decided for it while the alert stood.
        package var decision: ExplainedDecision {
            ExplainedDecision(
                outcome: outcome, reason: reason, detail: detail, at: at, until: until, delivery: delivery,
                minSeverity: minSeverity)
        }

        enum CodingKeys: String, CodingKey {
            case contact, kind, address, outcome, reason, detail, at, until, delivery, end
            case minSeverity = "min_severity"
            case summaryReason = "summary_reason"
        }

        package static let notes = ExplainedDecision.notes.merging([
            "contact":
                "Whose address it is.",
            "kind":
                "By what it is reached.",
            "outcome":
                "What was last decided for it while the alert stood.",
            "end":
                "What was decided for it once the alert was over; null: it is not, or nobody was to be told.",
            "summary_reason":
                "Why the daily summary does not go there; null: it does.",
        ]) { $1 }
    }

    /// What was decided for an address.
    package struct ExplainedDecision: Codable, Hashable, Sendable, Noted {
        package var outcome: AddressOutcome
        @OrNull package var reason: Reason?
        @OrNull package var detail: String?
        @OrNull package var at: Time?
        @OrNull package var until: Time?
        @OrNull package var delivery: Int64?
        @OrNull package var minSeverity: Severity?

        package init(
            outcome: AddressOutcome, reason: Reason? = nil, detail: String? = nil, at: Time? = nil, until: Time? = nil,
            delivery: Int64? = nil, minSeverity: Severity? = nil
        ) {
            self.outcome = outcome
            self.reason = reason
            self.detail = detail
            self.at = at
            self.until = until
            self.delivery = delivery
            self.minSeverity = minSeverity
        }

        enum CodingKeys: String, CodingKey {
            case outcome, reason, detail, at, until, delivery
            case minSeverity = "min_severity"
        }

        package static let notes = [
            "outcome":
                "What was decided.",
            "at":
                "When that was decided.",
            "reason":
                "Why not, or not then; of who was told, why not once more since.",
            "until":
                "Held back until then.",
            "detail":
                "How the delivery failed, why the channel switched the address off, or why it sends nothing and what is under way waits.",
            "delivery":
                "The delivery that told it, is to, or has failed.",
            "min_severity":
                "With `below_min_severity`: its smallest severity.",
        ]
    }

    package struct ExplainedAttempt: Codable, Hashable, Sendable, Noted {
        package var at: Time
        @OrNull package var ms: Int64?
        package var outcome: String
        @OrNull package var reason: String?

        package init(
            at: Time, ms: Int64? = nil, outcome: String, reason: String? = nil
        ) {
            self.at = at
            self.ms = ms
            self.outcome = outcome
            self.reason = reason
        }

        package static let notes = [
            "ms":
                "How long it took; null: not known, as of what succeeded at once.",
            "at":
                "When it was made; where `ms` is null, when it had succeeded.",
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
        @OrNull package var channelError: String?
        @OrNull package var sentAt: Time?
        @OrNull package var deliveredAt: Time?
        package var attempts: [ExplainedAttempt]

        package init(
            id: Int64, occasion: String, contact: String, kind: ChannelKind, address: String, state: DeliveryState,
            reason: String? = nil, createdAt: Time, heldUntil: Time? = nil, heldBecause: Reason? = nil,
            nextAttemptAt: Time? = nil, channelError: String? = nil, sentAt: Time? = nil, deliveredAt: Time? = nil, attempts: [ExplainedAttempt]
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
            self.channelError = channelError
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
            case channelError = "channel_error"
            case sentAt = "sent_at"
            case deliveredAt = "delivered_at"
        }

        package static let notes = [
            "occasion":
                "`opened worsened reminder escalated resolved`.",
            "attempts":
                "Oldest first, at most the newest 200; empty where none was made yet.",
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
            "channel_error":
                "Why its channel sends nothing until somebody mends the configuration; null: it does.",
            "delivered_at":
                "When the other side said that it arrived.",
        ]
    }
}
