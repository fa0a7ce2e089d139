extension Wire {
    /// Somebody to tell.
    package struct Contact: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var tenant: String
        package var name: String
        package var enabled: Bool
        @OrNull package var timeZone: String?
        package var addresses: [Address]

        package init(
            id: Int64, tenant: String, name: String, enabled: Bool, timeZone: String? = nil, addresses: [Address]
        ) {
            self.id = id
            self.tenant = tenant
            self.name = name
            self.enabled = enabled
            self.timeZone = timeZone
            self.addresses = addresses
        }

        enum CodingKeys: String, CodingKey {
            case id, tenant, name, enabled, addresses
            case timeZone = "time_zone"
        }

        package static let notes = [
            "id":
                "The contact's id.",
            "name":
                "The contact's name, unique within its tenant.",
            "enabled":
                "false: told of nothing for now.",
            "time_zone":
                "Of its quiet hours; null: the tenant's.",
        ]
    }

    /// Where and of what a contact is told.
    package struct Address: Codable, Hashable, Sendable, Noted {
        package var kind: ChannelKind
        package var value: String
        package var enabled: Bool
        @OrNull package var disabledReason: String?
        package var minSeverity: Severity
        package var locations: [String]
        package var categories: [String]
        package var reminders: Bool
        package var resolves: Bool
        package var summaries: Bool
        @OrNull package var quietHours: QuietHours?
        @OrNull package var pausedUntil: Time?

        package init(
            kind: ChannelKind, value: String, enabled: Bool, disabledReason: String? = nil, minSeverity: Severity,
            locations: [String], categories: [String], reminders: Bool, resolves: Bool, summaries: Bool,
            quietHours: QuietHours? = nil, pausedUntil: Time? = nil
        ) {
            self.kind = kind
            self.value = value
            self.enabled = enabled
            self.disabledReason = disabledReason
            self.minSeverity = minSeverity
            self.locations = locations
            self.categories = categories
            self.reminders = reminders
            self.resolves = resolves
            self.summaries = summaries
            self.quietHours = quietHours
            self.pausedUntil = pausedUntil
        }

        enum CodingKeys: String, CodingKey {
            case kind, value, enabled, locations, categories, reminders, resolves, summaries
            case disabledReason = "disabled_reason"
            case minSeverity = "min_severity"
            case quietHours = "quiet_hours"
            case pausedUntil = "paused_until"
        }

        package static let notes = [
            "kind":
                "The channel it is reached over.",
            "enabled":
                "false: nothing goes there for now.",
            "disabled_reason":
                "Why its channel switched it off, such as a recipient who replied STOP; null: it did not.",
            "locations":
                "Only told of these locations; empty means all.",
            "categories":
                "Only told of these categories; empty means all.",
            "quiet_hours":
                "The part of each day in which it is left alone, or null.",
            "paused_until":
                "Nothing goes there before that, or null. It may have passed.",
        ]
    }

    /// An address as a caller gives it: what is left out takes its default.
    package struct AddressInput: Codable, Hashable, Sendable, Noted {
        package var kind: ChannelKind
        package var value: String
        package var enabled: Bool?
        package var minSeverity: Severity?
        package var locations: [String]?
        package var categories: [String]?
        package var reminders: Bool?
        package var resolves: Bool?
        package var summaries: Bool?
        package var quietHours: QuietHours?
        package var pausedUntil: Time?

        package init(
            kind: ChannelKind, value: String, enabled: Bool? = nil, minSeverity: Severity? = nil,
            locations: [String]? = nil, categories: [String]? = nil, reminders: Bool? = nil, resolves: Bool? = nil,
            summaries: Bool? = nil, quietHours: QuietHours? = nil, pausedUntil: Time? = nil
        ) {
            self.kind = kind
            self.value = value
            self.enabled = enabled
            self.minSeverity = minSeverity
            self.locations = locations
            self.categories = categories
            self.reminders = reminders
            self.resolves = resolves
            self.summaries = summaries
            self.quietHours = quietHours
            self.pausedUntil = pausedUntil
        }

        enum CodingKeys: String, CodingKey {
            case kind, value, enabled, locations, categories, reminders, resolves, summaries
            case minSeverity = "min_severity"
            case quietHours = "quiet_hours"
            case pausedUntil = "paused_until"
        }

        package static let notes = [
            "kind":
                "The channel it is reached over.",
            "enabled":
                "false: nothing goes there for now, and what is queued for it is dropped; true if left out.",
            "min_severity":
                "Told of nothing milder; `critical` for SMS and WhatsApp, `low` for others if left out.",
            "locations":
                "Only told of these locations; all if left out.",
            "categories":
                "Only told of these categories; all if left out.",
            "quiet_hours":
                "The part of each day in which it is left alone; none if left out or null.",
            "paused_until":
                "Nothing goes there before that; not paused if left out or null.",
        ]
    }

    /// What comes in this part of a contact's local day is held back, and told together at its end.
    package struct QuietHours: Codable, Hashable, Sendable, Noted {
        package var from: String
        package var to: String
        package var letOutThrough: Bool?

        package init(from: String, to: String, letOutThrough: Bool? = nil) {
            self.from = from
            self.to = to
            self.letOutThrough = letOutThrough
        }

        enum CodingKeys: String, CodingKey {
            case from, to
            case letOutThrough = "let_out_through"
        }

        package static let notes = [
            "from":
                "Local time at which it begins, such as `22:00`.",
            "to":
                "Local time at which it ends; before `from`: on the next day.",
            "let_out_through":
                "true: that something is out of stock is told all the same; false if left out.",
        ]
    }

    /// A way of reaching people.
    package enum ChannelKind: String, WireEnum {
        case email, sms, whatsapp, slack, webhook, inbox
    }
}
