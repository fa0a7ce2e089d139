package enum ContactCreate: Method {
    package static let name = "contact.create"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Adds somebody to tell, with any number of addresses."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var enabled: Bool?
        package var timeZone: String?
        package var addresses: [Wire.AddressInput]?

        package init(
            name: String, enabled: Bool? = nil, timeZone: String? = nil, addresses: [Wire.AddressInput]? = nil
        ) {
            self.name = name
            self.enabled = enabled
            self.timeZone = timeZone
            self.addresses = addresses
        }

        enum CodingKeys: String, CodingKey {
            case name, enabled, addresses
            case timeZone = "time_zone"
        }

        package static let notes = [
            "name":
                "The contact's name, unique within its tenant.",
            "enabled":
                "false: told of nothing for now.",
            "time_zone":
                "Of its quiet hours, an IANA name such as `Europe/London`; the tenant's if left out.",
        ]
    }

    package typealias Result = ContactReply
}

package enum ContactList: Method {
    package static let name = "contact.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "The contacts, by name."

    package struct Params: Codable, Hashable, Sendable {
        package var limit: Int?
        package var cursor: String?

        package init(limit: Int? = nil, cursor: String? = nil) {
            self.limit = limit
            self.cursor = cursor
        }
    }

    package struct Result: Codable, Hashable, Sendable {
        package var contacts: [Wire.Contact]
        @OrNull package var nextCursor: String?

        package init(contacts: [Wire.Contact], nextCursor: String? = nil) {
            self.contacts = contacts
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case contacts
            case nextCursor = "next_cursor"
        }
    }
}

package enum ContactGet: Method {
    package static let name = "contact.get"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "One contact."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String

        package init(name: String) {
            self.name = name
        }

        package static let notes = [
            "name":
                "The contact's name.",
        ]
    }

    package typealias Result = ContactReply
}

package enum ContactUpdate: Method {
    package static let name = "contact.update"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Changes the members given and leaves the others."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var newName: String?
        package var enabled: Bool?
        package var timeZone: Change<String>
        package var addresses: [Wire.AddressInput]?

        package init(
            name: String, newName: String? = nil, enabled: Bool? = nil, timeZone: Change<String> = .keep,
            addresses: [Wire.AddressInput]? = nil
        ) {
            self.name = name
            self.newName = newName
            self.enabled = enabled
            self.timeZone = timeZone
            self.addresses = addresses
        }

        enum CodingKeys: String, CodingKey {
            case name, enabled, addresses
            case newName = "new_name"
            case timeZone = "time_zone"
        }

        package static let notes = [
            "name":
                "The contact's name.",
            "enabled":
                "false: told of nothing for now, and what is queued for it is dropped.",
            "time_zone":
                "Of its quiet hours, an IANA name such as `Europe/London`; null: the tenant's.",
            "addresses":
                "Replaces all of the contact's addresses.",
        ]
    }

    package typealias Result = ContactReply
}

package enum ContactPause: Method {
    package static let name = "contact.pause"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Sends nothing to a contact, or to one address of it, until a time; what is held back is told then."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var address: String?
        package var until: Wire.Time

        package init(name: String, address: String? = nil, until: Wire.Time) {
            self.name = name
            self.address = address
            self.until = until
        }

        package static let notes = [
            "name":
                "The contact's name.",
            "address":
                "Only the address of this value; all of them if left out.",
            "until":
                "When the pause ends.",
        ]
    }

    package typealias Result = ContactReply
}

package enum ContactResume: Method {
    package static let name = "contact.resume"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Ends the pause of a contact, or of one address of it; what was held back is told."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var address: String?

        package init(name: String, address: String? = nil) {
            self.name = name
            self.address = address
        }

        package static let notes = [
            "name":
                "The contact's name.",
            "address":
                "Only the address of this value; all of them if left out.",
        ]
    }

    package typealias Result = ContactReply
}

package enum ContactDelete: Method {
    package static let name = "contact.delete"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Removes a contact; what is still queued for it is dropped."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String

        package init(name: String) {
            self.name = name
        }

        package static let notes = [
            "name":
                "The contact's name.",
        ]
    }

    package typealias Result = ContactReply
}

package struct ContactReply: Codable, Hashable, Sendable, Noted {
    package var contact: Wire.Contact
    package var warnings: [String]?

    package init(contact: Wire.Contact, warnings: [String] = []) {
        self.contact = contact
        self.warnings = warnings
    }

    package static let notes = [
        "contact":
            "The contact, as it is now or was until it was deleted.",
        "warnings":
            "Why nothing reaches some of its addresses, and what mends that: of a channel that is not configured.",
    ]
}
