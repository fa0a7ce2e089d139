import StockDomain

/// One SQL text. Made once per use (a `static let`): its identity is what prepared statements are cached under.
final class SQL: Sendable {
    let text: String
    init(_ text: String) { self.text = text }
}

/// A value bound to a statement.
enum SQLValue: Sendable {
    case null
    case int(Int64)
    case text(String)

    static func int(_ value: Int) -> SQLValue { .int(Int64(value)) }
    static func int(_ value: Bool) -> SQLValue { .int(value ? 1 : 0) }
    static func int(_ value: Bool?) -> SQLValue { value.map { .int($0 ? 1 : 0) } ?? .null }
    static func int(_ value: Int64?) -> SQLValue { value.map { .int($0) } ?? .null }
    static func int(_ value: Int?) -> SQLValue { value.map { .int(Int64($0)) } ?? .null }
    static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
}

/// The current row of a statement; columns count from 0.
protocol SQLRow {
    func isNull(_ column: Int) -> Bool
    func int(_ column: Int) -> Int64
    /// The empty string for NULL.
    func text(_ column: Int) -> String
}

extension SQLRow {
    func optionalInt(_ column: Int) -> Int64? { isNull(column) ? nil : int(column) }
    func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    func bool(_ column: Int) -> Bool { int(column) != 0 }
    func instant(_ column: Int) -> Timestamp? { optionalInt(column).map(Timestamp.init(milliseconds:)) }
    func quantity(_ column: Int) -> Quantity? { optionalInt(column).map(Quantity.init(scaled:)) }
}

/// A connection inside a transaction. SQL is plain, in the dialect that SQLite and PostgreSQL share.
protocol SQLConnection: AnyObject {
    /// Runs a statement and hands each row to `row` until it returns false. Returns how many rows it changed.
    @discardableResult
    func execute(_ sql: SQL, _ values: [SQLValue], row: (any SQLRow) throws -> Bool) throws -> Int

    /// The next number of the one sequence that orders movements and events.
    func nextID() -> Int64

    /// What the transactions of a commit have counted: `writeTallies` ends it.
    var unwrittenTallies: [Tally: Int] { get set }

    /// What was audited last: `writeAuditHead` ends a commit.
    var audit: AuditTrail { get set }

    /// Tenants that were looked for, by name. To be forgotten with what was not committed.
    var tenantIDs: [String: Int64] { get set }

    /// Channels of which nothing is told that a message sent would end. To be forgotten with what was not committed.
    var untroubledChannels: Set<ChannelKind> { get set }

    /// Inserts one row into a table that the database numbers, and returns its number.
    func insert(_ sql: SQL, _ values: [SQLValue]) throws -> Int64

    /// Of the whole database, on disk.
    func bytes() throws -> Int64
}

extension SQLConnection {
    @discardableResult
    func run(_ sql: SQL, _ values: SQLValue...) throws -> Int {
        try execute(sql, values) { _ in true }
    }

    func insert(_ sql: SQL, _ values: SQLValue...) throws -> Int64 { try insert(sql, values) }

    func first<T>(_ sql: SQL, _ values: SQLValue..., map: (any SQLRow) throws -> T) throws -> T? {
        var found: T?
        try execute(sql, values) { row in
            found = try map(row)
            return false
        }
        return found
    }

    func all<T>(_ sql: SQL, _ values: SQLValue..., map: (any SQLRow) throws -> T) throws -> [T] {
        var found: [T] = []
        try execute(sql, values) { row in
            found.append(try map(row))
            return true
        }
        return found
    }

    /// The first column of the first row, 0 where there is none.
    func int(_ sql: SQL, _ values: SQLValue...) throws -> Int64 {
        var found: Int64 = 0
        try execute(sql, values) { row in
            found = row.int(0)
            return false
        }
        return found
    }
}
