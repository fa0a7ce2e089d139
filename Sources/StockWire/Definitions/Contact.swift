package enum ContactCreate: Method {
    package static let name = "contact.create"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Adds somebody to tell, with any number of addresses."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var enabled: Bool?
        package var addresses: [Wire.AddressInput]?

        package init(name: String, enabled: Bool? = nil, addresses: [Wire.AddressInput]? = nil) {
            self.name = name
            self.enabled = enabled
            self.addresses = addresses
        }

        package static let notes = [
            "name":
                "The contact's name, unique within its tenant.",
            "enabled":
                "false: told of nothing for now.",
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
        package var addresses: [Wire.AddressInput]?

        package init(
            name: String, newName: String? = nil, enabled: Bool? = nil, addresses: [Wire.AddressInput]? = nil
        ) {
            self.name = name
            self.newName = newName
            self.enabled = enabled
            self.addresses = addresses
        }

        enum CodingKeys: String, CodingKey {
            case name, enabled, addresses
            case newName = "new_name"
        }

        package static let notes = [
            "name":
                "The contact's name.",
            "enabled":
                "false: told of nothing for now.",
            "addresses":
                "Replaces all of the contact's addresses.",
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

    package init(contact: Wire.Contact) {
        self.contact = contact
    }

    package static let notes = [
        "contact":
            "The contact, as it is now or was until it was deleted.",
    ]
}

extension Wire {
    /// Somebody to tell.
    package struct Contact: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var tenant: String
        package var name: String
        package var enabled: Bool
        package var addresses: [Address]

        package init(id: Int64, tenant: String, name: String, enabled: Bool, addresses: [Address]) {
            self.id = id
            self.tenant = tenant
            self.name = name
            self.enabled = enabled
            self.addresses = addresses
        }

        package static let notes = [
            "id":
                "The contact's id.",
            "name":
                "The contact's name, unique within its tenant.",
            "enabled":
                "false: told of nothing for now.",
        ]
    }

    /// Where and of what a contact is told.
    package struct Address: Codable, Hashable, Sendable, Noted {
        package var kind: ChannelKind
        package var value: String
        package var enabled: Bool
        package var minSeverity: Severity
        package var locations: [String]
        package var categories: [String]
        package var reminders: Bool
        package var resolves: Bool
        package var summaries: Bool

        package init(
            kind: ChannelKind, value: String, enabled: Bool, minSeverity: Severity, locations: [String],
            categories: [String], reminders: Bool, resolves: Bool, summaries: Bool
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
        }

        enum CodingKeys: String, CodingKey {
            case kind, value, enabled, locations, categories, reminders, resolves, summaries
            case minSeverity = "min_severity"
        }

        package static let notes = [
            "kind":
                "The channel it is reached over.",
            "enabled":
                "false: nothing goes there for now.",
            "locations":
                "Only told of these locations; empty means all.",
            "categories":
                "Only told of these categories; empty means all.",
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

        package init(
            kind: ChannelKind, value: String, enabled: Bool? = nil, minSeverity: Severity? = nil,
            locations: [String]? = nil, categories: [String]? = nil, reminders: Bool? = nil, resolves: Bool? = nil,
            summaries: Bool? = nil
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
        }

        enum CodingKeys: String, CodingKey {
            case kind, value, enabled, locations, categories, reminders, resolves, summaries
            case minSeverity = "min_severity"
        }

        package static let notes = [
            "kind":
                "The channel it is reached over.",
            "enabled":
                "false: nothing goes there for now; true if left out.",
            "min_severity":
                "Told of nothing milder; `critical` for SMS and WhatsApp, `low` for others if left out.",
            "locations":
                "Only told of these locations; all if left out.",
            "categories":
                "Only told of these categories; all if left out.",
        ]
    }

    /// A way of reaching people.
    package enum ChannelKind: String, WireEnum {
        case email, sms, whatsapp, slack, webhook, inbox
    }
}
