import GRDB
import GRDBSQLite

/// GRDB's connection, with statements bound and stepped by the C interface: several times faster than by way of
/// GRDB's rows, and this is where ingest spends its time.
final class SQLiteConnection: SQLConnection {
    private let database: Database
    private var statements: [ObjectIdentifier: Cached] = [:]
    private let sequence: Sequence

    private final class Cached {
        let sql: SQL
        let statement: Statement
        var busy = false
        init(_ sql: SQL, _ statement: Statement) {
            self.sql = sql
            self.statement = statement
        }
    }

    /// The last number given out. Only the writer draws from it.
    final class Sequence {
        var last: Int64
        init(last: Int64) { self.last = last }
    }

    init(_ database: Database, sequence: Sequence) {
        self.database = database
        self.sequence = sequence
    }

    func nextID() -> Int64 {
        sequence.last += 1
        return sequence.last
    }

    func execute(_ sql: SQL, _ values: [SQLValue], row: (any SQLRow) throws -> Bool) throws -> Int {
        let cached = try prepared(sql)
        let statement = cached.statement.sqliteStatement
        cached.busy = true
        defer {
            sqlite3_reset(statement)
            cached.busy = false
        }
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            let code =
                switch value {
                case .null: sqlite3_bind_null(statement, position)
                case .int(let number): sqlite3_bind_int64(statement, position, number)
                case .text(var text):
                    text.withUTF8 { bytes in
                        sqlite3_bind_text64(
                            statement, position, UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self),
                            UInt64(bytes.count), SQLiteConnection.transient, UInt8(SQLITE_UTF8))
                    }
                }
            guard code == SQLITE_OK else { throw failure(code, sql) }
        }
        let current = CurrentRow(statement: statement)
        while true {
            let code = sqlite3_step(statement)
            switch code {
            case SQLITE_ROW:
                guard try row(current) else { return 0 }
            case SQLITE_DONE:
                return Int(sqlite3_changes(database.sqliteConnection))
            default:
                throw failure(code, sql)
            }
        }
    }

    /// SQLITE_TRANSIENT: SQLite copies the bytes.
    private nonisolated(unsafe) static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func prepared(_ sql: SQL) throws -> Cached {
        let key = ObjectIdentifier(sql)
        if let cached = statements[key], !cached.busy { return cached }
        do {
            // GRDB keeps a reader's statements from one read to the next; one that is being stepped through is not shared.
            guard statements[key] == nil else { return Cached(sql, try database.makeStatement(sql: sql.text)) }
            let fresh = Cached(sql, try database.cachedStatement(sql: sql.text))
            statements[key] = fresh
            return fresh
        } catch let error as DatabaseError {
            throw StoreError(sqlite: error.resultCode.rawValue, message: error.message ?? "", sql: sql.text)
        }
    }

    private func failure(_ code: Int32, _ sql: SQL) -> StoreError {
        StoreError(
            sqlite: sqlite3_extended_errcode(database.sqliteConnection),
            message: String(cString: sqlite3_errmsg(database.sqliteConnection)), sql: sql.text)
    }

    private struct CurrentRow: SQLRow {
        let statement: OpaquePointer

        func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }
        func int(_ column: Int) -> Int64 { sqlite3_column_int64(statement, Int32(column)) }
        func text(_ column: Int) -> String {
            guard let bytes = sqlite3_column_text(statement, Int32(column)) else { return "" }
            let count = Int(sqlite3_column_bytes(statement, Int32(column)))
            return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
        }
    }
}

extension StoreError {
    /// SQLite's result codes in the store's terms. The place is named; no value of a row is.
    init(sqlite code: Int32, message: String, sql: String = "") {
        switch code & 0xFF {
        case SQLITE_FULL:
            self.init(.unavailable, "the disk with the database is full: free some space; nothing was changed")
        case SQLITE_READONLY:
            self.init(.unavailable, "the database cannot be written (\(message)): check its owner and mode, and the mount")
        case SQLITE_IOERR, SQLITE_CANTOPEN:
            self.init(.unavailable, "the database's disk failed (\(message), SQLite code \(code)): see dmesg and the mount")
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            self.init(
                .unavailable,
                "the database file is damaged or is no SQLite database (\(message)): restore it from a backup")
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(.unavailable, "another process keeps the database locked (\(message))")
        case SQLITE_CONSTRAINT:
            self.init(.conflict(reason: "constraint"), "the change contradicts a constraint (\(message))")
        default:
            self.init(.internal, "SQLite code \(code): \(message)\(sql.isEmpty ? "" : " in: \(sql.prefix(80))")")
        }
    }
}
