package enum EscalationSet: Method {
    package static let name = "escalation.set"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        "Says who is told of an alert, step by step, while nobody acknowledges it; replaces the one of that name whole."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var severity: Wire.Severity?
        package var category: String?
        package var location: String?
        package var steps: [Wire.EscalationStep]
        package var `repeat`: Wire.DurationText?

        package init(
            name: String, severity: Wire.Severity? = nil, category: String? = nil, location: String? = nil,
            steps: [Wire.EscalationStep], repeat again: Wire.DurationText? = nil
        ) {
            self.name = name
            self.severity = severity
            self.category = category
            self.location = location
            self.steps = steps
            self.repeat = again
        }

        package static let notes = Wire.Escalation.notes
    }

    package typealias Result = EscalationReply
}

package enum EscalationList: Method {
    package static let name = "escalation.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "Escalations, by name."

    package struct Params: Codable, Hashable, Sendable {
        package var limit: Int?
        package var cursor: String?

        package init(limit: Int? = nil, cursor: String? = nil) {
            self.limit = limit
            self.cursor = cursor
        }
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var escalations: [Wire.Escalation]
        @OrNull package var nextCursor: String?

        package init(escalations: [Wire.Escalation], nextCursor: String? = nil) {
            self.escalations = escalations
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case escalations
            case nextCursor = "next_cursor"
        }

        package static let notes = ["escalations": "The escalations."]
    }
}

package enum EscalationUnset: Method {
    package static let name = "escalation.unset"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Removes an escalation; alerts that followed it follow the next that is meant for them, or none."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String

        package init(name: String) { self.name = name }

        package static let notes = ["name": "The escalation's name."]
    }

    package typealias Result = EscalationReply
}

package struct EscalationReply: Codable, Hashable, Sendable, Noted {
    package var escalation: Wire.Escalation
    package var comingUpAgain: [String]

    package init(escalation: Wire.Escalation, comingUpAgain: [String] = []) {
        self.escalation = escalation
        self.comingUpAgain = comingUpAgain
    }

    enum CodingKeys: String, CodingKey {
        case escalation
        case comingUpAgain = "coming_up_again"
    }

    package static let notes = [
        "escalation": "The escalation, as it is now or was until it was removed.",
        "coming_up_again":
            "Contacts that come up again before the window of suppression is over, and are told nothing then unless it got worse.",
    ]
}

extension Wire {
    /// Who is told, and when, while nobody acknowledges an alert.
    package struct Escalation: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var tenant: String
        @OrNull package var severity: Severity?
        @OrNull package var category: String?
        @OrNull package var location: String?
        package var steps: [EscalationStep]
        @OrNull package var `repeat`: DurationText?
        package var setAt: Time
        package var setBy: String

        package init(
            name: String, tenant: String, severity: Severity? = nil, category: String? = nil, location: String? = nil,
            steps: [EscalationStep], repeat again: DurationText? = nil, setAt: Time, setBy: String
        ) {
            self.name = name
            self.tenant = tenant
            self.severity = severity
            self.category = category
            self.location = location
            self.steps = steps
            self.repeat = again
            self.setAt = setAt
            self.setBy = setBy
        }

        enum CodingKeys: String, CodingKey {
            case name, tenant, severity, category, location, steps, `repeat`
            case setAt = "set_at"
            case setBy = "set_by"
        }

        package static let notes = [
            "name": "The escalation's name, unique within its tenant.",
            "severity": "Only alerts of this severity or worse.",
            "category": "Only products whose category matches: `*` stands for any characters, `?` for one.",
            "location": "Only locations whose name matches, written like `category`.",
            "steps": "Who is told, in order of time; 1 to 20.",
            "repeat": "How long after the last step the first one comes again, `1h` to `30d`; null: it ends there.",
            "set_at": "When it was set.",
            "set_by": "Who set it.",
        ]
    }

    package struct EscalationStep: Codable, Hashable, Sendable, Noted {
        package var after: DurationText
        package var contact: String

        package init(after: DurationText, contact: String) {
            self.after = after
            self.contact = contact
        }

        package static let notes = [
            "after": "How long after the alert opened: `0`, `15m`, `2h`, at most `30d`.",
            "contact": "Whom to tell, by name, whatever its addresses want to be told otherwise.",
        ]
    }
}
