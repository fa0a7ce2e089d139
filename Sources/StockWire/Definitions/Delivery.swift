package enum DeliveryList: Method {
    package static let name = "delivery.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let leastRole = Role.operator
    package static let summary = "Messages in the durable queue, newest first."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var state: Wire.DeliveryState?
        package var contact: String?
        package var alert: Int64?
        package var limit: Int?
        package var cursor: String?

        package init(
            state: Wire.DeliveryState? = nil, contact: String? = nil, alert: Int64? = nil, limit: Int? = nil,
            cursor: String? = nil
        ) {
            self.state = state
            self.contact = contact
            self.alert = alert
            self.limit = limit
            self.cursor = cursor
        }

        package static let notes = [
            "state":
                "Only deliveries in this state.",
            "contact":
                "Only deliveries to this contact.",
            "alert":
                "Only deliveries about the alert with this id.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable {
        package var deliveries: [Wire.Delivery]
        @OrNull package var nextCursor: String?

        package init(deliveries: [Wire.Delivery], nextCursor: String? = nil) {
            self.deliveries = deliveries
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case deliveries
            case nextCursor = "next_cursor"
        }
    }
}

package enum DeliveryRetry: Method {
    package static let name = "delivery.retry"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        """
        Tries given-up deliveries again, with what still stands and its address has not heard meanwhile, but drops those to addresses that \
        are off, and wakes channels that were held as misconfigured.
        """

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64?
        package var contact: String?
        package var alert: Int64?

        package init(id: Int64? = nil, contact: String? = nil, alert: Int64? = nil) {
            self.id = id
            self.contact = contact
            self.alert = alert
        }

        package static let notes = [
            "id":
                "Only the delivery with this id.",
            "contact":
                "Only deliveries to this contact.",
            "alert":
                "Only deliveries about the alert with this id.",
        ]
    }

    package typealias Result = DeliveryChange
}

package enum DeliveryDrop: Method {
    package static let name = "delivery.drop"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        "Removes deliveries that are queued or given up, so that they are never sent."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64?
        package var state: Wire.DeliveryState?
        package var contact: String?
        package var alert: Int64?

        package init(
            id: Int64? = nil, state: Wire.DeliveryState? = nil, contact: String? = nil, alert: Int64? = nil
        ) {
            self.id = id
            self.state = state
            self.contact = contact
            self.alert = alert
        }

        package static let notes = [
            "id":
                "Only the delivery with this id.",
            "state":
                "Only deliveries in this state, `queued` or `dead`.",
            "contact":
                "Only deliveries to this contact.",
            "alert":
                "Only deliveries about the alert with this id.",
        ]
    }

    package typealias Result = DeliveryChange
}

package enum DeliveryTest: Method {
    package static let name = "delivery.test"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Sends a test message to a contact's addresses and says how each went."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var contact: String
        package var kind: Wire.ChannelKind?

        package init(contact: String, kind: Wire.ChannelKind? = nil) {
            self.contact = contact
            self.kind = kind
        }

        package static let notes = [
            "contact":
                "The contact's name.",
            "kind":
                "Only addresses of this kind.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable {
        package var deliveries: [Wire.Delivery]

        package init(deliveries: [Wire.Delivery]) {
            self.deliveries = deliveries
        }
    }
}

package struct DeliveryChange: Codable, Hashable, Sendable, Noted {
    package var count: Int
    @OrNull package var delivery: Wire.Delivery?
    package var deliveries: [Wire.Delivery]

    package init(count: Int, delivery: Wire.Delivery? = nil, deliveries: [Wire.Delivery]) {
        self.count = count
        self.delivery = delivery
        self.deliveries = deliveries
    }

    package static let notes = [
        "count":
            "How many deliveries it concerned.",
        "delivery":
            "The delivery, if it was named by its id; otherwise null.",
        "deliveries":
            "The deliveries concerned, at most 1000 of them.",
    ]
}

extension Wire {
    /// One message to one address of one contact.
    package struct Delivery: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var tenant: String
        package var alertIds: [Int64]
        package var alertCount: Int
        package var message: MessageKind
        package var contact: String
        package var kind: ChannelKind
        package var address: String
        package var state: DeliveryState
        @OrNull package var reason: String?
        package var attempts: Int
        @OrNull package var nextAttemptAt: Time?
        @OrNull package var lastError: String?
        @OrNull package var channelError: String?
        package var createdAt: Time
        @OrNull package var sentAt: Time?
        @OrNull package var deliveredAt: Time?
        @OrNull package var heldUntil: Time?
        @OrNull package var heldBecause: String?

        package init(
            id: Int64, tenant: String, alertIds: [Int64], alertCount: Int, message: MessageKind, contact: String,
            kind: ChannelKind, address: String, state: DeliveryState, reason: String? = nil, attempts: Int,
            nextAttemptAt: Time? = nil, lastError: String? = nil, channelError: String? = nil, createdAt: Time,
            sentAt: Time? = nil, deliveredAt: Time? = nil, heldUntil: Time? = nil, heldBecause: String? = nil
        ) {
            self.id = id
            self.tenant = tenant
            self.alertIds = alertIds
            self.alertCount = alertCount
            self.message = message
            self.contact = contact
            self.kind = kind
            self.address = address
            self.state = state
            self.reason = reason
            self.attempts = attempts
            self.nextAttemptAt = nextAttemptAt
            self.lastError = lastError
            self.channelError = channelError
            self.createdAt = createdAt
            self.sentAt = sentAt
            self.deliveredAt = deliveredAt
            self.heldUntil = heldUntil
            self.heldBecause = heldBecause
        }

        enum CodingKeys: String, CodingKey {
            case id, tenant, message, contact, kind, address, state, reason, attempts
            case alertIds = "alert_ids"
            case alertCount = "alert_count"
            case nextAttemptAt = "next_attempt_at"
            case lastError = "last_error"
            case channelError = "channel_error"
            case createdAt = "created_at"
            case sentAt = "sent_at"
            case deliveredAt = "delivered_at"
            case heldUntil = "held_until"
            case heldBecause = "held_because"
        }

        package static let notes = [
            "id":
                "The delivery's id.",
            "alert_ids":
                "The first of the alerts it is about, at most 1000 of them.",
            "alert_count":
                "How many alerts it is about.",
            "message":
                "What the message is.",
            "contact":
                "The contact's name.",
            "kind":
                "The channel it goes over.",
            "state":
                "Where the delivery is in its life.",
            "reason":
                "Why it was given up or dropped, or null.",
            "channel_error":
                "In lists: why nothing goes over its channel now, which it waits for, or null.",
            "created_at":
                "When it was queued.",
            "delivered_at":
                "When it was known to have arrived, where the channel says so; otherwise null.",
            "held_until":
                "Its address wants nothing before that; what comes for it meanwhile joins it. null: it is not held back.",
            "held_because":
                "`quiet_hours`, `paused` or `told_lately`, or null.",
        ]
    }

    /// Where a delivery is in its life.
    package enum DeliveryState: String, WireEnum {
        case queued, sending, sent, dead, dropped
    }

    /// What a message is, as in the webhook's `kind`.
    package enum MessageKind: String, WireEnum {
        case alert, reminder, resolved, summary, operational, drill
    }
}
