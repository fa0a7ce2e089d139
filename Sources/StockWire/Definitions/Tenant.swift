package enum TenantCreate: Method {
    package static let name = "tenant.create"
    package static let effect = Effect.changes
    package static let scope = Scope.system
    package static let summary = "Adds a company whose stock nobody of another one sees."

    package struct Params: Codable, Hashable, Sendable, Noted, TenantNaming {
        package var name: String
        package var timeZone: String?

        package init(name: String, timeZone: String? = nil) {
            self.name = name
            self.timeZone = timeZone
        }

        enum CodingKeys: String, CodingKey {
            case name
            case timeZone = "time_zone"
        }

        package static let notes = [
            "name":
                "1 to 64 letters, digits, `-`, `_` or `.`; it stands in the configuration and in commands, and never changes.",
            "time_zone":
                "IANA time zone, for example `Europe/London`; `UTC` if left out.",
        ]
    }

    package typealias Result = TenantReply
}

package enum TenantUpdate: Method {
    package static let name = "tenant.update"
    package static let effect = Effect.changes
    package static let scope = Scope.system
    package static let summary = "Changes the members given and leaves the others."

    package struct Params: Codable, Hashable, Sendable, Noted, TenantNaming {
        package var name: String
        package var timeZone: String?

        package init(name: String, timeZone: String? = nil) {
            self.name = name
            self.timeZone = timeZone
        }

        enum CodingKeys: String, CodingKey {
            case name
            case timeZone = "time_zone"
        }

        package static let notes = [
            "name":
                "The tenant's name, which stays as it is.",
            "time_zone":
                "The time zone from now on.",
        ]
    }

    package typealias Result = TenantReply
}

package struct TenantReply: Codable, Hashable, Sendable, Noted {
    package var tenant: Wire.Tenant

    package init(tenant: Wire.Tenant) { self.tenant = tenant }

    package static let notes = ["tenant": "The tenant."]
}

package enum TenantList: Method {
    package static let name = "tenant.list"
    package static let effect = Effect.reads
    package static let scope = Scope.system
    package static let leastRole = Role.admin
    package static let summary = "The tenants that the caller may see."

    package struct Params: Codable, Hashable, Sendable {
        package var limit: Int?
        package var cursor: String?

        package init(limit: Int? = nil, cursor: String? = nil) {
            self.limit = limit
            self.cursor = cursor
        }
    }

    package struct Result: Codable, Hashable, Sendable {
        package var tenants: [Wire.Tenant]
        @OrNull package var nextCursor: String?

        package init(tenants: [Wire.Tenant], nextCursor: String? = nil) {
            self.tenants = tenants
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case tenants
            case nextCursor = "next_cursor"
        }
    }
}

extension Wire {
    /// An isolated company.
    package struct Tenant: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var timeZone: String

        package init(name: String, timeZone: String) {
            self.name = name
            self.timeZone = timeZone
        }

        enum CodingKeys: String, CodingKey {
            case name
            case timeZone = "time_zone"
        }

        package static let notes = [
            "name":
                "The tenant's name.",
            "time_zone":
                "Its time zone, which decides when the daily summary goes out.",
        ]
    }
}
