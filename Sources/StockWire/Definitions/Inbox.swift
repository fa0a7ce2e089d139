package enum InboxList: Method {
    package static let name = "inbox.list"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "Messages to inbox addresses, and in log mode all that would have been sent, newest first."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var unread: Bool?
        package var contact: String?
        package var limit: Int?
        package var cursor: String?

        package init(unread: Bool? = nil, contact: String? = nil, limit: Int? = nil, cursor: String? = nil) {
            self.unread = unread
            self.contact = contact
            self.limit = limit
            self.cursor = cursor
        }

        package static let notes = [
            "unread":
                "Only messages that nobody has read.",
            "contact":
                "Only messages to this contact.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var messages: [Wire.InboxMessage]
        @OrNull package var nextCursor: String?

        package init(messages: [Wire.InboxMessage], nextCursor: String? = nil) {
            self.messages = messages
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case messages
            case nextCursor = "next_cursor"
        }

        package static let notes = ["messages": "The messages."]
    }
}

package enum InboxRead: Method {
    package static let name = "inbox.read"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Marks messages of the inbox as read: those named, or all."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var ids: [Int64]?
        package var all: Bool?
        package var contact: String?

        package init(ids: [Int64]? = nil, all: Bool? = nil, contact: String? = nil) {
            self.ids = ids
            self.all = all
            self.contact = contact
        }

        package static let notes = [
            "ids":
                "The messages' ids, at most 1000.",
            "all":
                "All messages that came until now, instead of `ids`.",
            "contact":
                "With `all`: only messages to this contact.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var count: Int
        package var unread: Int

        package init(count: Int, unread: Int) {
            self.count = count
            self.unread = unread
        }

        package static let notes = [
            "count":
                "How many are read by this that nobody had read.",
            "unread":
                "How many of the tenant's messages nobody has read now.",
        ]
    }
}

extension Wire {
    /// A message to read in stockd itself.
    package struct InboxMessage: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var tenant: String
        package var contact: String
        package var kind: MessageKind
        @OrNull package var severity: Severity?
        package var message: String
        package var read: Bool
        package var createdAt: Time
        @OrNull package var readAt: Time?
        @OrNull package var readBy: String?

        package init(
            id: Int64, tenant: String, contact: String, kind: MessageKind, severity: Severity? = nil, message: String,
            read: Bool, createdAt: Time, readAt: Time? = nil, readBy: String? = nil
        ) {
            self.id = id
            self.tenant = tenant
            self.contact = contact
            self.kind = kind
            self.severity = severity
            self.message = message
            self.read = read
            self.createdAt = createdAt
            self.readAt = readAt
            self.readBy = readBy
        }

        enum CodingKeys: String, CodingKey {
            case id, tenant, contact, kind, severity, message, read
            case createdAt = "created_at"
            case readAt = "read_at"
            case readBy = "read_by"
        }

        package static let notes = [
            "id":
                "The message's id.",
            "contact":
                "Whom it is to.",
            "kind":
                "What it is.",
            "severity":
                "Of the worst alert in it; null where it is about something else.",
            "message":
                "Its text, in lines: the first says what it is about.",
            "read":
                "Whether anybody has read it.",
            "created_at":
                "When it came.",
            "read_at":
                "When it was first read, or null.",
            "read_by":
                "Who read it first, or null.",
        ]
    }
}
