import Foundation
import StockDomain

package struct LocationRecord: Hashable, Sendable {
    package var id: Int64
    package var tenantID: Int64
    package var tenant: String
    package var name: String
    package var timeZone: String
    /// By source name.
    package var externalIDs: [String: String]
    package var staleSince: Timestamp?
}

/// Where a page of things with names ended: of several tenants, each may have one of that name.
package struct NameCursor: Hashable, Sendable {
    package var name: String
    package var tenantID: Int64

    package static let first = NameCursor(name: "", tenantID: 0)

    package init(name: String, tenantID: Int64) {
        self.name = name
        self.tenantID = tenantID
    }
}

extension StoreReader {
    package func location(_ name: String, tenantID: Int64) throws -> LocationRecord {
        guard var found = try sql.first(LocationStatements.byName, .int(tenantID), .text(name), map: locationRecord) else {
            throw StoreError.notFound("no location is named \"\(name)\"")
        }
        found.externalIDs = try externalIDs(ofLocation: found.id)
        return found
    }

    /// In order of name, from after `cursor`; nil tenant: all tenants.
    package func locations(tenantID: Int64?, after cursor: NameCursor?, limit: Int) throws -> [LocationRecord] {
        let cursor = cursor ?? .first
        let found =
            if let tenantID {
                try sql.all(LocationStatements.page, .int(tenantID), .text(cursor.name), .int(limit), map: locationRecord)
            } else {
                try sql.all(
                    LocationStatements.pageOfAll, .text(cursor.name), .int(cursor.tenantID), .int(limit), map: locationRecord)
            }
        return try found.map { location in
            var location = location
            location.externalIDs = try externalIDs(ofLocation: location.id)
            return location
        }
    }

    private func externalIDs(ofLocation id: Int64) throws -> [String: String] {
        Dictionary(
            try sql.all(LocationStatements.references, .int(id)) { ($0.text(0), $0.text(1)) }, uniquingKeysWith: { $1 })
    }

    private func locationRecord(_ row: any SQLRow) -> LocationRecord {
        LocationRecord(
            id: row.int(0), tenantID: row.int(1), tenant: row.text(2), name: row.text(3), timeZone: row.text(4),
            externalIDs: [:], staleSince: row.optionalInt(5).map(Timestamp.init(milliseconds:)))
    }
}

extension StoreTransaction {
    /// - Parameter externalIDs: by the name of a source of the same tenant.
    package func createLocation(
        _ name: String, timeZone: String, externalIDs: [String: String] = [:], tenantID: Int64, now: Timestamp
    ) throws -> LocationRecord {
        try checked(name, field: "name")
        try checkTimeZone(timeZone)
        guard try sql.first(LocationStatements.idByName, .int(tenantID), .text(name), map: { $0.int(0) }) == nil else {
            throw StoreError.conflict("exists", "a location named \"\(name)\" exists already")
        }
        let id = try insertLocation(name, timeZone: timeZone, tenantID: tenantID, now: now)
        for (source, externalID) in externalIDs.sorted(by: { $0.key < $1.key }) {
            try checked(externalID, field: "external_ids.\(source)")
            guard let sourceID = try sql.first(LocationStatements.sourceID, .text(source), .int(tenantID), map: { $0.int(0) })
            else { throw StoreError.invalid("external_ids.\(source)", "no source is named \"\(source)\"") }
            try sql.run(LocationStatements.insertReference, .int(sourceID), .text(externalID), .int(id))
        }
        return try location(name, tenantID: tenantID)
    }

    func insertLocation(_ name: String, timeZone: String, tenantID: Int64, now: Timestamp) throws -> Int64 {
        let inserted = try sql.first(
            LocationStatements.insert, .int(tenantID), .text(name), .text(timeZone), .int(now.milliseconds),
            map: { $0.int(0) })
        guard let inserted else { throw StoreError(.internal, "inserting a location gave no id") }
        try count("locations", by: 1, tenantID: tenantID)
        return inserted
    }

    func checkTimeZone(_ name: String) throws {
        guard TimeZone(identifier: name) != nil else {
            throw StoreError.invalid("time_zone", "\"\(name)\" is no IANA time zone, such as Europe/London or UTC")
        }
    }

    /// Refuses texts from people that could forge lines or reorder what is shown.
    func checked(_ text: String, field: String, limit: Int = Text.nameLimit) throws {
        do throws(TextProblem) {
            try Text.check(text, limit: limit)
        } catch {
            throw StoreError.invalid(field, "\(field) \(error.description)")
        }
    }

    func checkedReference(_ text: String, field: String) throws {
        do throws(TextProblem) {
            try Text.checkReference(text, limit: HoldDraft.referenceLimit)
        } catch {
            throw StoreError.invalid(field, "\(field) \(error.description)")
        }
    }
}

enum LocationStatements {
    private static let select = """
        SELECT location.id, tenant_id, tenant.name, location.name, location.time_zone, stale_since
        FROM location JOIN tenant ON tenant.id = tenant_id
        """
    static let byName = SQL(select + " WHERE tenant_id = ? AND location.name = ?")
    static let page = SQL(select + " WHERE tenant_id = ? AND location.name > ? ORDER BY location.name LIMIT ?")
    static let pageOfAll = SQL(select + " WHERE (location.name, tenant_id) > (?, ?) ORDER BY location.name, tenant_id LIMIT ?")
    static let idByName = SQL("SELECT id FROM location WHERE tenant_id = ? AND name = ?")
    static let references = SQL(
        """
        SELECT source.name, external_id FROM location_ref JOIN source ON source.id = source_id WHERE location_id = ?
        """)
    static let sourceID = SQL("SELECT id FROM source WHERE name = ? AND tenant_id = ?")
    static let insertReference = SQL(
        """
        INSERT INTO location_ref (source_id, external_id, location_id) VALUES (?, ?, ?)
        ON CONFLICT (source_id, external_id) DO UPDATE SET location_id = excluded.location_id
        """)
    static let insert = SQL(
        "INSERT INTO location (tenant_id, name, time_zone, created_at) VALUES (?, ?, ?, ?) RETURNING id")
}
