import StockDomain

/// A message to read in stockd itself.
package struct InboxRecord: Hashable, Sendable {
    package var id: Int64
    package var tenant: String
    package var contact: String
    package var kind: Message.Kind
    /// Of the worst alert in it; nil: it is about something else.
    package var severity: Severity?
    package var text: String
    package var createdAt: Timestamp
    package var readAt: Timestamp?
    package var readBy: String?
}

extension StoreReader {
    /// Newest first, from before the id `cursor`.
    package func inbox(
        tenantID: Int64?, contact: String?, unread: Bool, before cursor: Int64?, limit: Int
    ) throws -> [InboxRecord] {
        let before = SQLValue.int(cursor ?? .max), most = SQLValue.int(limit)
        guard let tenantID else {
            let statement = unread ? InboxStatements.unreadOfAll : InboxStatements.all
            return try sql.all(statement, before, .text(contact), most, map: inboxRecord)
        }
        let statement = unread ? InboxStatements.unread : InboxStatements.ofTenant
        return try sql.all(statement, before, .text(contact), most, .int(tenantID), map: inboxRecord)
    }

    private func inboxRecord(_ row: any SQLRow) -> InboxRecord {
        InboxRecord(
            id: row.int(0), tenant: row.text(1), contact: row.text(2), kind: Message.Kind(rawValue: row.text(3)) ?? .alert,
            severity: row.optionalInt(4).flatMap { Severity(rawValue: Int($0)) }, text: row.text(5),
            createdAt: Timestamp(milliseconds: row.int(6)), readAt: row.optionalInt(7).map(Timestamp.init(milliseconds:)),
            readBy: row.optionalText(8))
    }

    /// How many nobody has read.
    package func unreadInbox(tenantID: Int64) throws -> Int { try tally("inbox_unread", tenantID: tenantID) }
}

extension StoreTransaction {
    /// Puts what a delivery says into the inbox, once however often it is said.
    package func putIntoInbox(_ delivery: Int64, severity: Severity?, text: String, now: Timestamp) throws {
        let tenantID = try sql.first(
            InboxStatements.insert, .int(delivery), .int(severity?.rawValue), .text(text), .int(now.milliseconds)) { $0.int(0) }
        if let tenantID { try count("inbox_unread", by: 1, tenantID: tenantID) }
    }

    /// Marks messages as read, by who reads them. Throws `notFound` where one is not the tenant's.
    package func readInbox(_ ids: [Int64], by: String, tenantID: Int64, now: Timestamp) throws -> Int {
        var marked = 0
        for id in ids {
            guard try sql.int(InboxStatements.exists, .int(id), .int(tenantID)) > 0 else {
                throw StoreError.notFound("there is no message \(id) in the inbox")
            }
            marked += try sql.run(InboxStatements.readOne, .int(now.milliseconds), .text(by), .int(id))
        }
        try count("inbox_unread", by: -marked, tenantID: tenantID)
        return marked
    }

    /// Marks all that came until now as read, of one contact if given.
    package func readWholeInbox(contact: String?, by: String, tenantID: Int64, now: Timestamp) throws -> Int {
        let contactID = try contact.map { try self.contactID($0, tenantID: tenantID) }
        let marked = try sql.run(
            InboxStatements.readAll, .int(now.milliseconds), .text(by), .int(tenantID), .int(contactID))
        try count("inbox_unread", by: -marked, tenantID: tenantID)
        return marked
    }

    /// Forgets at most `limit` of what came before `cutoff`, read or not. Returns how many.
    func forgetInbox(before cutoff: Timestamp, limit: Int) throws -> Int {
        let gone = try sql.all(InboxStatements.forget, .int(cutoff.milliseconds), .int(limit)) { ($0.int(0), $0.isNull(1)) }
        for (tenantID, isUnread) in gone where isUnread { try count("inbox_unread", by: -1, tenantID: tenantID) }
        return gone.count
    }
}

private enum InboxStatements {
    /// - Parameter narrowed: in the words of an index.
    private static func page(_ narrowed: String) -> SQL {
        SQL(
            """
            SELECT inbox_message.id, tenant.name, contact.name, inbox_message.kind, severity, message, inbox_message.created_at,
                read_at, read_by
            FROM inbox_message JOIN tenant ON tenant.id = inbox_message.tenant_id JOIN address ON address.id = address_id
            JOIN contact ON contact.id = contact_id
            WHERE inbox_message.id < ?1 AND (?2 IS NULL OR contact.name = ?2)\(narrowed)
            ORDER BY inbox_message.id DESC LIMIT ?3
            """)
    }
    static let all = page("")
    static let unreadOfAll = page(" AND read_at IS NULL")
    static let ofTenant = page(" AND inbox_message.tenant_id = ?4")
    static let unread = page(" AND inbox_message.tenant_id = ?4 AND read_at IS NULL")
    static let insert = SQL(
        """
        INSERT INTO inbox_message (tenant_id, address_id, delivery_id, kind, severity, message, created_at)
        SELECT tenant_id, address_id, id, kind, ?2, ?3, ?4 FROM delivery WHERE id = ?1
        ON CONFLICT (delivery_id) DO NOTHING RETURNING tenant_id
        """)
    static let exists = SQL("SELECT COUNT(*) FROM inbox_message WHERE id = ? AND tenant_id = ?")
    static let readOne = SQL("UPDATE inbox_message SET read_at = ?, read_by = ? WHERE id = ? AND read_at IS NULL")
    static let readAll = SQL(
        """
        UPDATE inbox_message SET read_at = ?1, read_by = ?2
        WHERE tenant_id = ?3 AND read_at IS NULL
            AND (?4 IS NULL OR address_id IN (SELECT id FROM address WHERE contact_id = ?4))
        """)
    static let forget = SQL(
        """
        DELETE FROM inbox_message WHERE id IN
            (SELECT id FROM inbox_message WHERE created_at < ?1 ORDER BY created_at, id LIMIT ?2)
        RETURNING tenant_id, read_at
        """)
}
