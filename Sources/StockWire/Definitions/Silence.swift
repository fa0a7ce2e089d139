package enum SilenceCreate: Method {
    package static let name = "silence.create"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        "Tells nobody of certain alerts for a time; what still stands when it ends is told then."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String?
        package var category: String?
        package var location: String?
        package var severity: Wire.Severity?
        package var startsAt: Wire.Time?
        package var endsAt: Wire.Time
        package var comment: String

        package init(
            sku: String? = nil, category: String? = nil, location: String? = nil, severity: Wire.Severity? = nil,
            startsAt: Wire.Time? = nil, endsAt: Wire.Time, comment: String
        ) {
            self.sku = sku
            self.category = category
            self.location = location
            self.severity = severity
            self.startsAt = startsAt
            self.endsAt = endsAt
            self.comment = comment
        }

        enum CodingKeys: String, CodingKey {
            case sku, category, location, severity, comment
            case startsAt = "starts_at"
            case endsAt = "ends_at"
        }

        package static let notes = Wire.Silence.scopeNotes.merging([
            "starts_at": "From when on; from now on if left out.",
            "ends_at": "When it ends.",
            "comment": "Why, for those who wonder.",
        ]) { $1 }
    }

    package typealias Result = SilenceReply
}

package enum SilenceList: Method {
    package static let name = "silence.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "Silences, newest first."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var state: Wire.SilenceState?
        package var limit: Int?
        package var cursor: String?

        package init(state: Wire.SilenceState? = nil, limit: Int? = nil, cursor: String? = nil) {
            self.state = state
            self.limit = limit
            self.cursor = cursor
        }

        package static let notes = ["state": "Only silences in this state."]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var silences: [Wire.Silence]
        @OrNull package var nextCursor: String?

        package init(silences: [Wire.Silence], nextCursor: String? = nil) {
            self.silences = silences
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case silences
            case nextCursor = "next_cursor"
        }

        package static let notes = ["silences": "The silences."]
    }
}

package enum SilenceGet: Method {
    package static let name = "silence.get"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "One silence, with how many alerts it covers."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64

        package init(id: Int64) { self.id = id }

        package static let notes = ["id": "The silence's id."]
    }

    package typealias Result = SilenceReply
}

package enum SilenceExpire: Method {
    package static let name = "silence.expire"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Ends a silence before its time; what it held back, and nothing else does, is told now."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64

        package init(id: Int64) { self.id = id }

        package static let notes = ["id": "The silence's id."]
    }

    package typealias Result = SilenceReply
}

package struct SilenceReply: Codable, Hashable, Sendable, Noted {
    package var silence: Wire.Silence

    package init(silence: Wire.Silence) { self.silence = silence }

    package static let notes = ["silence": "The silence as it is now."]
}

extension Wire {
    /// A time in which nobody is told of certain alerts.
    package struct Silence: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var tenant: String
        package var state: SilenceState
        @OrNull package var sku: String?
        @OrNull package var category: String?
        @OrNull package var location: String?
        @OrNull package var severity: Severity?
        package var startsAt: Time
        package var endsAt: Time
        package var author: String
        package var comment: String
        package var createdAt: Time
        @OrNull package var expiredAt: Time?
        @OrNull package var expiredBy: String?
        @OrNull package var alerts: Int?

        package init(
            id: Int64, tenant: String, state: SilenceState, sku: String? = nil, category: String? = nil,
            location: String? = nil, severity: Severity? = nil, startsAt: Time, endsAt: Time, author: String,
            comment: String, createdAt: Time, expiredAt: Time? = nil, expiredBy: String? = nil, alerts: Int? = nil
        ) {
            self.id = id
            self.tenant = tenant
            self.state = state
            self.sku = sku
            self.category = category
            self.location = location
            self.severity = severity
            self.startsAt = startsAt
            self.endsAt = endsAt
            self.author = author
            self.comment = comment
            self.createdAt = createdAt
            self.expiredAt = expiredAt
            self.expiredBy = expiredBy
            self.alerts = alerts
        }

        enum CodingKeys: String, CodingKey {
            case id, tenant, state, sku, category, location, severity, author, comment, alerts
            case startsAt = "starts_at"
            case endsAt = "ends_at"
            case createdAt = "created_at"
            case expiredAt = "expired_at"
            case expiredBy = "expired_by"
        }

        static let scopeNotes = [
            "sku": "Only products whose SKU matches: `*` stands for any characters, `?` for one. `*` alone: all.",
            "category": "Only products whose category matches, written like `sku`.",
            "location": "Only locations whose name matches, written like `sku`.",
            "severity": "Only alerts of this severity or milder: what is worse is told all the same.",
        ]

        package static let notes = scopeNotes.merging([
            "id": "The silence's id.",
            "state": "Whether it holds now.",
            "starts_at": "From when on it holds.",
            "ends_at": "When it ends by itself.",
            "author": "Who made it.",
            "comment": "Why, in the author's words.",
            "created_at": "When it was made.",
            "expired_at": "When somebody ended it before its time, or null.",
            "expired_by": "Who did, or null.",
            "alerts": "How many of the alerts that stand now it covers; null when it is over.",
        ]) { $1 }
    }

    /// Whether a silence holds.
    package enum SilenceState: String, WireEnum {
        case planned, active, expired
    }
}
