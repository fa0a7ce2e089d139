import CSQLite
import Foundation

/// A database that no daemon has open, read by nothing but SQLite itself.
enum DatabaseFile {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Columns as text; NULL is the empty text.
    static func rows(_ path: String, _ sql: String) throws -> [[String]] {
        // As the store does, whose tests may run in this process afterwards: simulations take twice as long otherwise.
        csqlite_count_no_memory()
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
            throw Failure(description: "cannot open \(path): \(String(cString: sqlite3_errmsg(database)))")
        }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else {
            throw Failure(description: String(cString: sqlite3_errmsg(database)))
        }
        var rows: [[String]] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                rows.append((0..<sqlite3_column_count(statement)).map { column in
                    sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
                })
            case SQLITE_DONE:
                return rows
            default:
                throw Failure(description: String(cString: sqlite3_errmsg(database)))
            }
        }
    }

    /// What SQLite itself finds wrong with the file.
    static func damage(_ path: String) throws -> [String] {
        try rows(path, "PRAGMA integrity_check").map { $0[0] }.filter { $0 != "ok" }
            + rows(path, "PRAGMA foreign_key_check").map { "a reference of \($0.joined(separator: " ")) leads nowhere" }
    }
}
