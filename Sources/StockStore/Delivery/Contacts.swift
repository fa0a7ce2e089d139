import Foundation
import StockDomain

package struct ContactRecord: Hashable, Sendable {
    package var id: Int64
    package var tenantID: Int64
    package var tenant: String
    package var name: String
    package var enabled: Bool
    /// Of its quiet hours; nil: the tenant's.
    package var timeZone: String?
    package var addresses: [AddressRecord]
}

package struct AddressRecord: Hashable, Sendable {
    package var kind: ChannelKind
    package var value: String
    package var preferences: AddressPreferences

    package init(kind: ChannelKind, value: String, preferences: AddressPreferences) {
        self.kind = kind
        self.value = value
        self.preferences = preferences
    }
}

/// An address with the id that deliveries refer to.
struct StoredAddress {
    var id: Int64
    var kind: ChannelKind
    var value: String
    var preferences: AddressPreferences
    /// When it was last set.
    var setAt: Timestamp
    var contact: String
    /// What of its filter cannot be read; nil: nothing.
    var damage: String?
    /// Within the last window it was told something that not everybody was.
    var isToldApart = false

    var record: AddressRecord { AddressRecord(kind: kind, value: value, preferences: preferences) }
}

extension StoreReader {
    package func contact(_ name: String, tenantID: Int64) throws -> ContactRecord {
        guard var found = try sql.first(ContactStatements.byName, .int(tenantID), .text(name), map: contactRecord) else {
            throw StoreError.notFound("no contact is named \"\(name)\"")
        }
        found.addresses = try addresses(ofContact: found.id).map(\.record)
        return found
    }

    func contactID(_ name: String, tenantID: Int64) throws -> Int64 {
        guard let id = try sql.first(ContactStatements.byName, .int(tenantID), .text(name), map: { $0.int(0) }) else {
            throw StoreError.notFound("no contact is named \"\(name)\"")
        }
        return id
    }

    /// In order of name, from after `cursor`; nil tenant: all tenants.
    package func contacts(tenantID: Int64?, after cursor: NameCursor?, limit: Int) throws -> [ContactRecord] {
        let cursor = cursor ?? .first
        return try sql.all(
            ContactStatements.page, .int(tenantID), .text(cursor.name), .int(cursor.tenantID), .int(limit), map: contactRecord
        ).map {
            var contact = $0
            contact.addresses = try addresses(ofContact: contact.id).map(\.record)
            return contact
        }
    }

    func addresses(ofContact id: Int64) throws -> [StoredAddress] {
        try sql.all(ContactStatements.ofContact, .int(id), map: storedAddress)
    }

    func storedAddresses(tenantID: Int64) throws -> [StoredAddress] {
        try sql.all(ContactStatements.ofTenant, .int(tenantID), map: storedAddress)
    }

    /// nil: it was removed.
    func storedAddress(_ id: Int64) throws -> StoredAddress? {
        try sql.first(ContactStatements.address, .int(id), map: storedAddress)
    }

    /// Also one that was removed, as it was then.
    func addressEverStored(_ id: Int64) throws -> StoredAddress? {
        try sql.first(ContactStatements.addressEver, .int(id), map: storedAddress)
    }

    private func storedAddress(_ row: any SQLRow) -> StoredAddress {
        var preferences = AddressPreferences(minSeverity: Severity(rawValue: Int(row.int(5))) ?? .low)
        preferences.enabled = row.bool(3)
        preferences.disabledReason = row.optionalText(4)
        preferences.reminders = row.bool(8)
        preferences.resolves = row.bool(9)
        preferences.summaries = row.bool(10)
        preferences.contactEnabled = row.bool(11)
        preferences.pausedUntil = row.optionalInt(16).map(Timestamp.init(milliseconds:))
        if let from = row.optionalInt(13), let to = row.optionalInt(14) {
            preferences.quietHours = QuietHours(from: Int(from), to: Int(to), letsOut: row.bool(15))
            preferences.zone = TimeZone(identifier: row.text(17)) ?? .gmt
        }
        var damage: String?
        if let locations = names(row.text(6)), let categories = names(row.text(7)) {
            preferences.locations = locations
            preferences.categories = categories
        } else {
            // Read as no filter, it would be told of everything.
            damage = "its stored filter of locations or categories is damaged"
            preferences.enabled = false
            preferences.disabledReason = damage
        }
        return StoredAddress(
            id: row.int(0), kind: ChannelKind(rawValue: row.text(1)) ?? .email, value: row.text(2), preferences: preferences,
            setAt: Timestamp(milliseconds: row.int(18)), contact: row.text(12), damage: damage)
    }

    /// nil where it is no list of names.
    private func names(_ json: String) -> [String]? {
        json == "[]" ? [] : try? JSONDecoder().decode([String].self, from: Data(json.utf8))
    }

    private func contactRecord(_ row: any SQLRow) -> ContactRecord {
        ContactRecord(
            id: row.int(0), tenantID: row.int(1), tenant: row.text(2), name: row.text(3), enabled: row.bool(4),
            timeZone: row.optionalText(5), addresses: [])
    }
}

extension StoreTransaction {
    package func createContact(
        _ name: String, enabled: Bool, timeZone: String? = nil, addresses: [AddressRecord], tenantID: Int64, now: Timestamp
    ) throws -> ContactRecord {
        try checked(name, field: "name")
        if let timeZone { try checkTimeZone(timeZone) }
        guard try sql.first(ContactStatements.byName, .int(tenantID), .text(name), map: { $0.int(0) }) == nil else {
            throw StoreError.conflict("exists", "a contact named \"\(name)\" exists already")
        }
        guard let id = try sql.first(ContactStatements.insert, .int(tenantID), .text(name), .int(enabled), .text(timeZone), map: { $0.int(0) })
        else { throw StoreError(.internal, "inserting a contact gave no id") }
        for (index, address) in addresses.enumerated() {
            try insertAddress(address, at: index, contactID: id, tenantID: tenantID, now: now)
        }
        return try contact(name, tenantID: tenantID)
    }

    /// Replaces what is given. Addresses that stay (same kind and value) keep their history of deliveries.
    package func updateContact(
        _ name: String, newName: String? = nil, enabled: Bool?, timeZone: String?? = nil, addresses: [AddressRecord]?,
        tenantID: Int64, now: Timestamp
    ) throws -> ContactRecord {
        let before = try contact(name, tenantID: tenantID)
        if case .some(.some(let zone)) = timeZone { try checkTimeZone(zone) }
        if let newName, newName != name {
            try checked(newName, field: "new_name")
            guard try sql.first(ContactStatements.byName, .int(tenantID), .text(newName), map: { $0.int(0) }) == nil else {
                throw StoreError.conflict("exists", "a contact named \"\(newName)\" exists already")
            }
            try sql.run(ContactStatements.rename, .text(newName), .int(before.id))
        }
        try changing({ try self.addresses(ofContact: before.id) }, tenantID: tenantID, now: now) {
            if let enabled { try sql.run(ContactStatements.enable, .int(enabled), .int(before.id)) }
            if let timeZone { try sql.run(ContactStatements.setZone, .text(timeZone), .int(before.id)) }
            if let addresses { try replaceAddresses(ofContact: before.id, with: addresses, tenantID: tenantID, now: now) }
        }
        return try contact(newName ?? name, tenantID: tenantID)
    }

    private func replaceAddresses(
        ofContact id: Int64, with addresses: [AddressRecord], tenantID: Int64, now: Timestamp
    ) throws {
        let existing = try self.addresses(ofContact: id)
        for old in existing where !addresses.contains(where: { $0.kind == old.kind && $0.value == old.value }) {
            try removeAddress(old.id, tenantID: tenantID, now: now)
        }
        for (index, address) in addresses.enumerated() {
            if let same = existing.first(where: { $0.kind == address.kind && $0.value == address.value }) {
                try updateAddress(same.id, address, now: now)
            } else {
                try insertAddress(address, at: index, contactID: id, tenantID: tenantID, now: now)
            }
        }
    }

    /// Sends nothing to it, or to the address of that value, until then; nil: ends that.
    package func pauseContact(
        _ name: String, address: String?, until: Timestamp?, tenantID: Int64, now: Timestamp
    ) throws -> ContactRecord {
        if let until, until <= now { throw StoreError.invalid("until", "until must be in the future") }
        let contactID = try contactID(name, tenantID: tenantID)
        let meant = try addresses(ofContact: contactID).filter { address == nil || $0.value == address }
        guard !meant.isEmpty else {
            throw StoreError.invalid("address", address.map { "\(name) has no address \"\($0)\"" } ?? "\(name) has no address")
        }
        try changing({ try addresses(ofContact: contactID) }, tenantID: tenantID, now: now) {
            for address in meant {
                try sql.run(ContactStatements.pause, .int(until?.milliseconds), .int(now.milliseconds), .int(address.id))
            }
        }
        return try contact(name, tenantID: tenantID)
    }

    /// Nothing more is sent to it; what is queued for it is dropped. Its deliveries stay listed.
    package func deleteContact(_ name: String, tenantID: Int64, now: Timestamp) throws -> ContactRecord {
        let found = try contact(name, tenantID: tenantID)
        if let escalation = try sql.first(ContactStatements.escalation, .int(found.id), map: { $0.text(0) }) {
            throw StoreError.conflict(
                "in_use", "\(name) is told by the escalation \"\(escalation)\": set that anew without it first")
        }
        for address in try addresses(ofContact: found.id) {
            try removeAddress(address.id, tenantID: tenantID, now: now)
        }
        try sql.run(ContactStatements.remove, .int(now.milliseconds), .int(found.id))
        try endNeedlessPauses(now: now)
        return found
    }

    /// Takes an address out of use that its channel says is gone, until the contact is updated.
    func disableAddress(_ id: Int64, reason: String, tenantID: Int64, now: Timestamp) throws {
        try changing({ try storedAddress(id).map { [$0] } ?? [] }, tenantID: tenantID, now: now) {
            try sql.run(ContactStatements.disableAddress, .text(reason), .int(now.milliseconds), .int(id))
        }
    }

    /// Does what may change what addresses want to be told. Of those where it did, what they wanted until now is kept;
    /// what is held back is looked at again, as it may be wanted now; and what is queued for one that is told nothing any
    /// more is dropped.
    /// - Parameter find: those it may bear on.
    func changing(
        _ find: () throws -> [StoredAddress], tenantID: Int64, now: Timestamp, _ change: () throws -> Void
    ) throws {
        let before = try find()
        try change()
        let after = Dictionary(uniqueKeysWithValues: try find().map { ($0.id, $0.preferences) })
        for old in before {
            guard let new = after[old.id], new != old.preferences else { continue }
            try keep(FormerAddress(old), of: old.id, tenantID: tenantID, now: now)
            if let refusal = new.switchedOff {
                try dropQueued(at: old.id, because: refusal.name, tenantID: tenantID, now: now)
                continue
            }
            if try sql.run(ContactStatements.lookAgain, .int(old.id)) > 0 { commit.queuedDeliveries = true }
            try tellUntold(from: new.minSeverity, tenantID: tenantID, now: now)
        }
        addresses = [:]
        try endNeedlessPauses(now: now)
    }

    /// Has alerts that nobody wanted to hear of told after all, as somebody may want to now.
    private func tellUntold(from severity: Severity, tenantID: Int64, now: Timestamp) throws {
        let untold = try sql.run(
            ContactStatements.tellUntold, .int(now.milliseconds), .int(tenantID), .int(severity.rawValue))
        if untold > 0 { commit.heldBack = true }
    }

    private func dropQueued(at id: Int64, because reason: String, tenantID: Int64, now: Timestamp) throws {
        let dropped = try sql.all(ContactStatements.dropQueued, .int(id), .text(reason)) { $0.int(0) }
        try count("deliveries_queued", by: -dropped.count, tenantID: tenantID)
        groups = groups.filter { $0.key.addressID != id }
        for delivery in dropped { try noteUntold(delivery, now: now) }
    }

    private func removeAddress(_ id: Int64, tenantID: Int64, now: Timestamp) throws {
        try sql.run(ContactStatements.removeAddress, .int(now.milliseconds), .int(id))
        try dropQueued(at: id, because: "address_removed", tenantID: tenantID, now: now)
        try mended(id, now: now)
    }

    private func insertAddress(
        _ address: AddressRecord, at index: Int, contactID: Int64, tenantID: Int64, now: Timestamp
    ) throws {
        try checked(address.value, field: "addresses[\(index)].value", limit: 1024)
        let p = address.preferences
        try sql.run(
            ContactStatements.insertAddress, .int(contactID), .text(address.kind.rawValue), .text(address.value),
            .int(p.enabled), .int(p.minSeverity.rawValue), .text(try json(p.locations)), .text(try json(p.categories)),
            .int(p.reminders), .int(p.resolves), .int(p.summaries), .int(p.quietHours?.from), .int(p.quietHours?.to),
            .int(p.quietHours?.letsOut ?? false), .int(p.pausedUntil?.milliseconds), .int(now.milliseconds))
        addresses = [:]
        if p.enabled { try tellUntold(from: p.minSeverity, tenantID: tenantID, now: now) }
    }

    private func updateAddress(_ id: Int64, _ address: AddressRecord, now: Timestamp) throws {
        let p = address.preferences
        try sql.run(
            ContactStatements.updateAddress, .int(p.enabled), .int(p.minSeverity.rawValue), .text(try json(p.locations)),
            .text(try json(p.categories)), .int(p.reminders), .int(p.resolves), .int(p.summaries), .int(p.quietHours?.from),
            .int(p.quietHours?.to), .int(p.quietHours?.letsOut ?? false), .int(p.pausedUntil?.milliseconds),
            .int(now.milliseconds), .int(id))
        try mended(id, now: now)
    }

    /// Whatever was wrong with what is stored of the address is over.
    private func mended(_ id: Int64, now: Timestamp) throws {
        addresses = [:]
        try resolveNotice("address.\(id)", now: now)
    }

    private func json(_ names: [String]) throws -> String {
        String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
    }
}

enum ContactStatements {
    /// Why nothing goes to an `address` of a `contact` any more; null: something does.
    static let refusal = """
        CASE WHEN address.deleted_at IS NOT NULL OR contact.deleted_at IS NOT NULL THEN 'address_removed'
            WHEN contact.enabled = 0 THEN 'contact_off' WHEN address.enabled = 0 THEN 'address_off' END
        """
    private static let select = """
        SELECT contact.id, tenant_id, tenant.name, contact.name, enabled, contact.time_zone FROM contact
        JOIN tenant ON tenant.id = tenant_id WHERE deleted_at IS NULL
        """
    static let byName = SQL(select + " AND tenant_id = ? AND contact.name = ?")
    static let page = SQL(
        select + " AND (?1 IS NULL OR tenant_id = ?1) AND (contact.name, tenant_id) > (?2, ?3)"
            + " ORDER BY contact.name, tenant_id LIMIT ?4")
    private static let addresses = """
        SELECT address.id, address.kind, value, address.enabled, disabled_reason, min_severity, locations, categories,
            reminders, resolves, summaries, contact.enabled, contact.name, quiet_from, quiet_to, quiet_lets_out,
            paused_until, COALESCE(contact.time_zone, tenant.time_zone), set_at
        FROM contact JOIN address ON address.contact_id = contact.id JOIN tenant ON tenant.id = contact.tenant_id
        """
    private static let inUse = "address.deleted_at IS NULL AND contact.deleted_at IS NULL"
    static let ofContact = SQL("\(addresses) WHERE contact.id = ? AND \(inUse) ORDER BY address.id")
    static let ofTenant = SQL("\(addresses) WHERE contact.tenant_id = ? AND \(inUse) ORDER BY address.id")
    static let address = SQL("\(addresses) WHERE address.id = ? AND \(inUse)")
    static let addressEver = SQL("\(addresses) WHERE address.id = ?")
    static let insert = SQL("INSERT INTO contact (tenant_id, name, enabled, time_zone) VALUES (?, ?, ?, ?) RETURNING id")
    static let rename = SQL("UPDATE contact SET name = ? WHERE id = ?")
    static let enable = SQL("UPDATE contact SET enabled = ? WHERE id = ?")
    static let escalation = SQL(
        """
        SELECT name FROM escalation_step JOIN escalation ON escalation.id = escalation_id
        WHERE contact_id = ? AND unset_at IS NULL ORDER BY name LIMIT 1
        """)
    static let setZone = SQL("UPDATE contact SET time_zone = ? WHERE id = ?")
    /// What is held back for it, and what is queued, are found by what is wanted of its channel, in the words of the index
    /// `delivery_wanted`.
    static let lookAgain = SQL(
        """
        UPDATE delivery SET next_attempt_at = created_at WHERE channel = (SELECT kind FROM address WHERE id = ?1)
            AND state IN ('queued', 'sending') AND state = 'queued' AND address_id = ?1 AND held_until IS NOT NULL
        """)
    /// In the words of the index `alert_by_severity`: a tenant's own would lead through all that is over.
    static let tellUntold = SQL(
        """
        UPDATE alert SET due_at = ?1, held_at = ?1 WHERE state <> 'resolved' AND severity >= ?3 AND +tenant_id = ?2
            AND state = 'open' AND last_notified_at IS NULL AND due_at IS NULL
        """)
    static let pause = SQL("UPDATE address SET paused_until = ?, set_at = ? WHERE id = ?")
    static let remove = SQL("UPDATE contact SET deleted_at = ? WHERE id = ?")
    static let removeAddress = SQL("UPDATE address SET deleted_at = ? WHERE id = ?")
    static let dropQueued = SQL(
        """
        UPDATE delivery SET state = 'dropped', held_until = NULL, reason = ?2
        WHERE channel = (SELECT kind FROM address WHERE id = ?1) AND state IN ('queued', 'sending') AND state = 'queued'
            AND address_id = ?1
        RETURNING id
        """)
    static let disableAddress = SQL("UPDATE address SET enabled = 0, disabled_reason = ?, set_at = ? WHERE id = ?")
    static let insertAddress = SQL(
        """
        INSERT INTO address (contact_id, kind, value, enabled, min_severity, locations, categories, reminders, resolves,
            summaries, quiet_from, quiet_to, quiet_lets_out, paused_until, set_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    static let updateAddress = SQL(
        """
        UPDATE address SET enabled = ?1, disabled_reason = CASE WHEN ?1 = 1 THEN NULL ELSE disabled_reason END,
            min_severity = ?2, locations = ?3, categories = ?4, reminders = ?5, resolves = ?6, summaries = ?7,
            quiet_from = ?8, quiet_to = ?9, quiet_lets_out = ?10, paused_until = ?11, set_at = ?12
        WHERE id = ?13
        """)
}
