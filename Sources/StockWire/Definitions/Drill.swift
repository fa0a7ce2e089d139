package enum AlertDrill: Method {
    package static let name = "alert.drill"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        "Tells every address, by the real way, of a stockout that is marked as a drill, and says how each went; touches no stock."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var contact: String?

        package init(contact: String? = nil) {
            self.contact = contact
        }

        package static let notes = [
            "contact":
                "Only this contact's addresses; all contacts of the tenant if left out.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var results: [Wire.DrillResult]

        package init(results: [Wire.DrillResult]) {
            self.results = results
        }

        package static let notes = [
            "results":
                "One for each address, answered when all have been tried, after half a minute at the latest.",
        ]
    }
}

extension Wire {
    /// What became of a drill at an address.
    package struct DrillResult: Codable, Hashable, Sendable, Noted {
        package var contact: String
        package var kind: ChannelKind
        package var address: String
        package var state: ReachedState
        @OrNull package var reason: Reason?
        @OrNull package var until: Time?
        @OrNull package var error: String?
        @OrNull package var ms: Int64?

        package init(
            contact: String, kind: ChannelKind, address: String, state: ReachedState, reason: Reason? = nil,
            until: Time? = nil, error: String? = nil, ms: Int64? = nil
        ) {
            self.contact = contact
            self.kind = kind
            self.address = address
            self.state = state
            self.reason = reason
            self.until = until
            self.error = error
            self.ms = ms
        }

        package static let notes = [
            "contact":
                "The contact's name.",
            "kind":
                "The channel it goes over.",
            "state":
                "What became of it: `untold` where the address wants nothing now, `queued` or `sending` where it is still under way.",
            "reason":
                "Why it is told nothing now; null where it is told, or `error` says what went wrong.",
            "until":
                "When that is over; null where it is not known.",
            "error":
                "What went wrong, what it still waits for, or what is known of `reason`; null where nothing is.",
            "ms":
                "Milliseconds until it was sent, or for which it has been under way; null where it was not told.",
        ]
    }
}
