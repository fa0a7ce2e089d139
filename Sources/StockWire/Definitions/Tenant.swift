package enum TenantList: Method {
    package static let name = "tenant.list"
    package static let effect = Effect.reads
    package static let scope = Scope.system
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
