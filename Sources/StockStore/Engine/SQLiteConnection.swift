import CSQLite
import CWriteAhead
import Foundation
import StockDomain

/// A connection to an SQLite database, by the C interface: statements are prepared once and kept, values are bound and
/// read without boxes. This is where ingest and holds spend their time. One thread at a time may use it.
final class SQLiteConnection: SQLConnection, @unchecked Sendable {
    private let handle: OpaquePointer
    private var statements: [ObjectIdentifier: Prepared] = [:]
    private let sequence: Sequence
    private var closed = false
    /// Whether something was written since this was last set to false.
    var hasWritten = false
    var unwrittenTallies: [Tally: Int] = [:]
    var audit = AuditTrail()
    var tenantIDs: [String: Int64] = [:]
    var untroubledChannels: Set<ChannelKind> = []

    private final class Prepared {
        /// Keeps the text's identity, which the statement is found by.
        let sql: SQL
        let statement: OpaquePointer
        let writes: Bool
        var busy = false

        init(_ sql: SQL, _ statement: OpaquePointer) {
            self.sql = sql
            self.statement = statement
            writes = sqlite3_stmt_readonly(statement) == 0
        }

        deinit { sqlite3_finalize(statement) }
    }

    /// The last number given out. Only the writer draws from it.
    final class Sequence {
        var last: Int64
        init(last: Int64 = 0) { self.last = last }
    }

    /// Opens the file, making it where there is none.
    init(path: String, sequence: Sequence = Sequence()) throws {
        self.sequence = sequence
        SQLiteConnection.prepareLibrary
        var opened: OpaquePointer?
        // Whoever uses it takes care that nobody else does: SQLite's own locks are not needed.
        let code = sqlite3_open_v2(
            path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
            cwriteahead_vfs())
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close(opened)
            throw StoreError(sqlite: code, message: "\(path): \(message)")
        }
        handle = opened
        // Nobody else has a lock but for moments: a start beside a backup, say.
        sqlite3_busy_timeout(handle, 5000)
        // No statement of ours, and no file that somebody has put there, may change the file's own structure.
        csqlite_set_defensive(handle)
    }

    deinit { close() }

    private static let prepareLibrary: Void = csqlite_count_no_memory()

    /// Nothing may be asked of it afterwards.
    func close() {
        guard !closed else { return }
        closed = true
        statements = [:]
        sqlite3_close_v2(handle)
    }

    func nextID() -> Int64 {
        sequence.last += 1
        return sequence.last
    }

    func restartSequence(after last: Int64) { sequence.last = last }

    /// Forgets what it may have found in work that is undone.
    func forget() {
        tenantIDs = [:]
        untroubledChannels = []
    }

    /// Runs statements that take no values: settings and schemas.
    func script(_ text: String) throws {
        let code = sqlite3_exec(handle, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(text) }
    }

    /// Rows changed by all statements so far.
    var changes: Int64 { sqlite3_total_changes64(handle) }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Whether what failed last did so in writing: for want of space, or by an I/O error.
    var failedToWrite: Bool {
        let code = sqlite3_extended_errcode(handle)
        return code & 0xFF == SQLITE_FULL || code == csqlite_ioerr_write
    }

    /// Whether what failed last did so for want of space.
    var foundDiskFull: Bool { sqlite3_errcode(handle) == SQLITE_FULL }

    /// Calls `sign` again and again while the statements of `work` get on.
    func tellingProgress(_ sign: @escaping () -> Void, during work: () throws -> Void) rethrows {
        final class Sign {
            let give: () -> Void
            init(_ give: @escaping () -> Void) { self.give = give }
        }
        let held = Sign(sign)
        // A tenth of a second, or less.
        let instructions: Int32 = 1_000_000
        sqlite3_progress_handler(
            handle, instructions,
            { context in
                if let context { Unmanaged<Sign>.fromOpaque(context).takeUnretainedValue().give() }
                return 0
            }, Unmanaged.passUnretained(held).toOpaque())
        defer {
            sqlite3_progress_handler(handle, 0, nil, nil)
            withExtendedLifetime(held) {}
        }
        try work()
    }

    /// SQLite's own handle of a file of the database: `SQLITE_FCNTL_JOURNAL_POINTER` is the write-ahead log.
    func file(_ which: Int32) -> UnsafeMutablePointer<sqlite3_file>? {
        var file: UnsafeMutablePointer<sqlite3_file>?
        return sqlite3_file_control(handle, nil, which, &file) == SQLITE_OK ? file : nil
    }

    /// Runs `work` so that its failure undoes what it has done and nothing else.
    func undoingFailure(_ work: () throws -> Void) throws {
        try run(SQLiteConnection.savepoint)
        do {
            try work()
        } catch {
            forget()
            // After a disk's failure SQLite may have rolled back everything.
            if isInTransaction {
                try run(SQLiteConnection.rollbackToSavepoint)
                try run(SQLiteConnection.release)
            }
            throw error
        }
        try run(SQLiteConnection.release)
    }

    private static let savepoint = SQL("SAVEPOINT operation")
    private static let release = SQL("RELEASE operation")
    private static let rollbackToSavepoint = SQL("ROLLBACK TO operation")

    func execute(_ sql: SQL, _ values: [SQLValue], row: (any SQLRow) throws -> Bool) throws -> Int {
        let prepared = try prepared(sql)
        if prepared.writes { hasWritten = true }
        let statement = prepared.statement
        prepared.busy = true
        defer {
            sqlite3_reset(statement)
            prepared.busy = false
        }
        for (index, value) in values.enumerated() {
            let position = Int32(truncatingIfNeeded: index + 1)
            let code =
                switch value {
                case .null: sqlite3_bind_null(statement, position)
                case .int(let number): sqlite3_bind_int64(statement, position, number)
                case .text(var text):
                    text.withUTF8 { bytes in
                        sqlite3_bind_text64(
                            statement, position, UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self),
                            UInt64(bytes.count), csqlite_transient(), UInt8(SQLITE_UTF8))
                    }
                }
            guard code == SQLITE_OK else { throw failure(sql.text) }
        }
        let current = CurrentRow(statement: statement)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                guard try row(current) else { return 0 }
            case SQLITE_DONE:
                return prepared.writes ? Int(sqlite3_changes(handle)) : 0
            default:
                throw failure(sql.text)
            }
        }
    }

    /// Not by RETURNING, for which SQLite keeps the pages that the statement changes apart, to undo it alone.
    func insert(_ sql: SQL, _ values: [SQLValue]) throws -> Int64 {
        _ = try execute(sql, values) { _ in true }
        return sqlite3_last_insert_rowid(handle)
    }

    private func prepared(_ sql: SQL) throws -> Prepared {
        let key = ObjectIdentifier(sql)
        let kept = statements[key]
        if let kept, !kept.busy { return kept }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql.text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw failure(sql.text) }
        let prepared = Prepared(sql, statement)
        // One that is being stepped through is not shared.
        if kept == nil { statements[key] = prepared }
        return prepared
    }

    private func failure(_ text: String) -> StoreError {
        StoreError(
            sqlite: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)), sql: text)
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

extension SQLiteConnection {
    /// Copies what the write-ahead log holds back into the database, as far as no reader still needs it there. A failure
    /// is left for the next attempt: nothing depends on it. Returns how many of the log's pages have been copied by now; nil:
    /// it failed.
    @discardableResult
    func checkpoint() -> Int32? {
        var copied: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, &copied)
        return code == SQLITE_OK ? copied : nil
    }

    /// Tells `sink` after each commit how many pages the write-ahead log holds.
    func countLoggedPages(into sink: UnsafeMutablePointer<Int32>) {
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, sink)
    }
}

extension StoreError {
    /// SQLite's result codes in the store's terms. The place is named; no value of a row is.
    init(sqlite code: Int32, message: String, sql: String = "") {
        self.init(describing: code, message, sql)
        // A file that is damaged stays so.
        if self.code == .unavailable, code & 0xFF != SQLITE_CORRUPT, code & 0xFF != SQLITE_NOTADB {
            retryAfter = StoreError.storagePause
        }
    }

    private init(describing code: Int32, _ message: String, _ sql: String) {
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
