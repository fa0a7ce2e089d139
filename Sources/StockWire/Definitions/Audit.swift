package enum AuditList: Method {
    package static let name = "audit.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let leastRole = Role.operator
    package static let summary =
        "Who called what that changed something or was refused, newest first; what is of no tenant only with `all_tenants`."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var since: Wire.Time?
        package var method: String?
        package var name: String?
        package var outcome: String?
        package var limit: Int?
        package var cursor: String?

        package init(
            since: Wire.Time? = nil, method: String? = nil, name: String? = nil, outcome: String? = nil, limit: Int? = nil,
            cursor: String? = nil
        ) {
            self.since = since
            self.method = method
            self.name = name
            self.outcome = outcome
            self.limit = limit
            self.cursor = cursor
        }

        package static let notes = [
            "since":
                "Only entries from then on.",
            "method":
                "Only this method, for example `stock.set`, or all of a noun: `stock`.",
            "name":
                "Only what this user called.",
            "outcome":
                "Only with this outcome: `done`, `denied`, or the code of an error.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var entries: [Wire.AuditEntry]
        @OrNull package var nextCursor: String?

        package init(entries: [Wire.AuditEntry], nextCursor: String? = nil) {
            self.entries = entries
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case entries
            case nextCursor = "next_cursor"
        }

        package static let notes = [
            "next_cursor":
                "Pass it as `cursor` for the entries that follow, also where a page has fewer than asked for, or none; null at the end."
        ]
    }
}

package enum AuditGet: Method {
    package static let name = "audit.get"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let leastRole = Role.operator
    package static let summary = "One entry of the audit; what is of no tenant only with `all_tenants`."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var id: Int64

        package init(id: Int64) { self.id = id }

        package static let notes = [
            "id":
                "The entry's id."
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var entry: Wire.AuditEntry

        package init(entry: Wire.AuditEntry) { self.entry = entry }

        package static let notes = [
            "entry":
                "What was called, by whom, and what came of it."
        ]
    }
}

package enum AuditVerify: Method {
    package static let name = "audit.verify"
    package static let effect = Effect.reads
    package static let scope = Scope.system
    package static let leastRole = Role.admin
    package static let summary = "Whether every entry of the audit is as it was written, and none is missing."

    package typealias Params = NoParams

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var intact: Bool
        package var entries: Int
        @OrNull package var brokenAt: Int64?
        @OrNull package var last: Int64?
        @OrNull package var hash: String?

        package init(intact: Bool, entries: Int, brokenAt: Int64? = nil, last: Int64? = nil, hash: String? = nil) {
            self.intact = intact
            self.entries = entries
            self.brokenAt = brokenAt
            self.last = last
            self.hash = hash
        }

        enum CodingKeys: String, CodingKey {
            case intact, entries, last, hash
            case brokenAt = "broken_at"
        }

        package static let notes = [
            "intact":
                "Whether it is whole.",
            "entries":
                "How many entries were found to be as they were written.",
            "broken_at":
                "The id of the first entry that was changed, is missing or does not belong there; null if there is none.",
            "last":
                "The id of the last entry that was found whole; null where there is none.",
            "hash":
                "Its hash: who keeps both elsewhere can tell later whether all up to there is still what it was.",
        ]
    }
}

extension Wire {
    /// What somebody called.
    package struct AuditEntry: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var at: Time
        @OrNull package var tenant: String?
        package var uid: Int64
        package var name: String
        @OrNull package var role: String?
        package var method: String
        package var params: JSONValue
        package var outcome: String

        package init(
            id: Int64, at: Time, tenant: String?, uid: Int64, name: String, role: String?, method: String, params: JSONValue,
            outcome: String
        ) {
            self.id = id
            self.at = at
            self.tenant = tenant
            self.uid = uid
            self.name = name
            self.role = role
            self.method = method
            self.params = params
            self.outcome = outcome
        }

        package static let notes = [
            "id":
                "Entries are numbered without a gap.",
            "at":
                "When it was called.",
            "tenant":
                "Whose data it was about; null: of no tenant, or of one that there is not.",
            "uid":
                "The user's number, as the kernel knows it.",
            "name":
                "The user's name, or the number where there is none.",
            "role":
                "What the rules let the user do; null: nothing.",
            "method":
                "What was called; `*` where it could not be told, or stands for several.",
            "params":
                "As sent, without secrets; of refusals that came again and again `repeated` says how many more there were.",
            "outcome":
                "`done`, `denied`, or the code of the error.",
        ]
    }
}
