package enum LocationCreate: Method {
    package static let name = "location.create"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Adds a store or warehouse."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var timeZone: String?
        package var externalIds: [String: String]?

        package init(name: String, timeZone: String? = nil, externalIds: [String: String]? = nil) {
            self.name = name
            self.timeZone = timeZone
            self.externalIds = externalIds
        }

        enum CodingKeys: String, CodingKey {
            case name
            case timeZone = "time_zone"
            case externalIds = "external_ids"
        }

        package static let notes = [
            "name":
                "The location's name, unique within its tenant.",
            "time_zone":
                "IANA time zone, for example `Europe/London`; `UTC` if left out.",
        ]
    }

    package typealias Result = LocationReply
}

package enum LocationList: Method {
    package static let name = "location.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "The locations, by name."

    package struct Params: Codable, Hashable, Sendable {
        package var limit: Int?
        package var cursor: String?

        package init(limit: Int? = nil, cursor: String? = nil) {
            self.limit = limit
            self.cursor = cursor
        }
    }

    package struct Result: Codable, Hashable, Sendable {
        package var locations: [Wire.Location]
        @OrNull package var nextCursor: String?

        package init(locations: [Wire.Location], nextCursor: String? = nil) {
            self.locations = locations
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case locations
            case nextCursor = "next_cursor"
        }
    }
}

package enum LocationGet: Method {
    package static let name = "location.get"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "One location."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String

        package init(name: String) {
            self.name = name
        }

        package static let notes = [
            "name":
                "The location's name.",
        ]
    }

    package typealias Result = LocationReply
}

package struct LocationReply: Codable, Hashable, Sendable, Noted {
    package var location: Wire.Location

    package init(location: Wire.Location) {
        self.location = location
    }

    package static let notes = [
        "location":
            "The location.",
    ]
}

extension Wire {
    /// A store or warehouse of a tenant.
    package struct Location: Codable, Hashable, Sendable, Noted {
        package var tenant: String
        package var name: String
        package var timeZone: String
        package var externalIds: [String: String]

        package init(tenant: String, name: String, timeZone: String, externalIds: [String: String]) {
            self.tenant = tenant
            self.name = name
            self.timeZone = timeZone
            self.externalIds = externalIds
        }

        enum CodingKeys: String, CodingKey {
            case tenant, name
            case timeZone = "time_zone"
            case externalIds = "external_ids"
        }

        package static let notes = [
            "name":
                "The location's name, unique within its tenant.",
            "time_zone":
                "IANA time zone; it decides where a day of sales ends.",
        ]
    }
}
