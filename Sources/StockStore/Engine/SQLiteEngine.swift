import Dispatch
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// SQLite, with group commit: whatever waits when the writer is free goes into one transaction, each operation in a
/// savepoint of its own, and one fsync answers all of them.
final class SQLiteEngine: SQLEngine {
    private struct Operation: Sendable {
        let work: @Sendable (any SQLConnection) throws -> Void
        let done: @Sendable ((any Error)?) -> Void
    }

    private struct Inbox {
        var waiting: [Operation] = []
        var draining = false
    }

    /// More than this in one transaction only makes the first of them wait.
    private static let largestBatch = 4096

    let name = "sqlite"
    private let path: String
    private let lock: LockFile
    private let pool: DatabasePool
    private let inbox = Mutex(Inbox())
    private let queue = DispatchQueue(label: "stockd.store.writer", qos: .userInitiated)
    /// Belongs to the writer's queue.
    private nonisolated(unsafe) var writer: SQLiteConnection?

    /// Opens or creates the database and brings its schema up to date.
    init(path: String, migrations: [Migration], now: @Sendable () -> Int64) throws {
        self.path = path
        lock = try LockFile(beside: path)
        // Who buys what, and who is told, is nobody else's business; the log beside it takes its mode.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Foundation.close(descriptor) }
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            if !database.configuration.readonly {
                try database.execute(sql: "PRAGMA cache_size = -16000")
                // After a burst the write-ahead log is cut back, so that it does not keep a full disk full.
                try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            }
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            writer = try pool.writeWithoutTransaction { database in
                try Migration.apply(migrations, to: database, at: now())
                let last = try Int64.fetchOne(database, sql: Migration.lastSequenceNumber) ?? 0
                return SQLiteConnection(database, sequence: .init(last: last))
            }
        } catch let error as DatabaseError {
            throw StoreError(sqlite: error.extendedResultCode.rawValue, message: "\(path): \(error.message ?? "")")
        }
    }

    var bytes: Int64 {
        [path, path + "-wal"].reduce(0) { sum, path in
            var status = stat()
            return stat(path, &status) == 0 ? sum + Int64(status.st_size) : sum
        }
    }

    func write(_ work: @escaping @Sendable (any SQLConnection) throws -> Void, done: @escaping @Sendable ((any Error)?) -> Void) {
        let wake = inbox.withLock { inbox in
            inbox.waiting.append(Operation(work: work, done: done))
            defer { inbox.draining = true }
            return !inbox.draining
        }
        if wake { queue.async { self.drain() } }
    }

    func read(_ work: @escaping @Sendable (any SQLConnection) throws -> Void, done: @escaping @Sendable ((any Error)?) -> Void) {
        pool.asyncRead { database in
            do {
                try work(SQLiteConnection(try database.get(), sequence: .init(last: 0)))
                done(nil)
            } catch let error as DatabaseError {
                done(StoreError(sqlite: error.extendedResultCode.rawValue, message: error.message ?? ""))
            } catch {
                done(error)
            }
        }
    }

    func close() throws {
        try queue.sync {
            writer = nil
            try pool.close()
        }
    }

    private func drain() {
        while true {
            let batch = inbox.withLock { inbox -> [Operation] in
                if inbox.waiting.isEmpty { inbox.draining = false }
                let batch = Array(inbox.waiting.prefix(SQLiteEngine.largestBatch))
                inbox.waiting.removeFirst(batch.count)
                return batch
            }
            if batch.isEmpty { return }
            let outcomes = commit(batch)
            for (operation, failure) in zip(batch, outcomes) { operation.done(failure) }
        }
    }

    /// Runs the batch in one transaction. The outcome of each: nil once durable.
    private func commit(_ batch: [Operation]) -> [(any Error)?] {
        guard let writer else {
            return batch.map { _ in StoreError(.unavailable, "the database is closed: stockd is stopping") }
        }
        var outcomes: [(any Error)?] = []
        outcomes.reserveCapacity(batch.count)
        do {
            try pool.writeWithoutTransaction { database in
                try writer.run(SQLiteEngine.begin)
                do {
                    for operation in batch { outcomes.append(try run(operation, on: writer)) }
                    try writer.run(SQLiteEngine.commit)
                } catch {
                    // Harmless where SQLite has already rolled back by itself.
                    if database.isInsideTransaction { _ = try? writer.run(SQLiteEngine.rollback) }
                    throw error
                }
            }
            return outcomes
        } catch {
            // Those that failed on their own keep their reason; all else shares the transaction's.
            return batch.indices.map { ($0 < outcomes.count ? outcomes[$0] : nil) ?? error }
        }
    }

    /// Runs one operation in its savepoint. Throws only what ends the whole transaction.
    private func run(_ operation: Operation, on writer: SQLiteConnection) throws -> (any Error)? {
        try writer.run(SQLiteEngine.savepoint)
        do {
            try operation.work(writer)
        } catch let error as StoreError where error.code == .unavailable {
            // The disk failed: SQLite may have rolled back everything, and nothing more can succeed.
            throw error
        } catch {
            try writer.run(SQLiteEngine.rollbackToSavepoint)
            try writer.run(SQLiteEngine.release)
            return error
        }
        try writer.run(SQLiteEngine.release)
        return nil
    }

    private static let begin = SQL("BEGIN IMMEDIATE")
    private static let commit = SQL("COMMIT")
    private static let rollback = SQL("ROLLBACK")
    private static let savepoint = SQL("SAVEPOINT operation")
    private static let release = SQL("RELEASE operation")
    private static let rollbackToSavepoint = SQL("ROLLBACK TO operation")
}
