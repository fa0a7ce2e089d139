import Foundation
import Synchronization

/// How many pages the write-ahead log holds when they are copied back into the database.
struct CheckpointPace: Hashable, Sendable {
    /// Once nothing waits.
    var idle: Int32
    /// While something does: seldom enough to be in the path of less than one commit in a hundred, often enough for a
    /// step to stay short.
    var busy: Int32

    static let standard = CheckpointPace(idle: 500, busy: 2000)
}

/// SQLite, with group commit: whatever waits when the writer is free goes into one transaction, and one fsync answers
/// all of it. When nothing waits, nothing is waited for.
final class SQLiteEngine: SQLEngine, @unchecked Sendable {
    private struct Operation: Sendable {
        let work: @Sendable (any SQLConnection) throws -> Void
        let done: @Sendable (Completion) -> Void
    }

    /// More than this in one transaction only makes the first of them wait.
    private static let largestBatch = 2048

    let name = "sqlite"
    private let path: String
    private let lock: LockFile
    private let readers: SQLiteReaders
    private let queueLimit: Int
    private let checkpoints: CheckpointPace

    /// Guards what follows up to `pace`.
    private let arrival = NSCondition()
    private var waiting: [Operation] = []
    private var closing = false
    private var closed = false
    /// Seconds that an operation took of late.
    private var pace = 0.0001

    /// Belongs to the writer's thread.
    private let writer: SQLiteConnection
    private let loggedPages: UnsafeMutablePointer<Int32>
    /// A commit that was refused stands at the end of the log, whole but for a sync that failed.
    private var refusedIsLogged = false

    /// Opens or creates the database and brings its schema up to date. More than `queueLimit` operations that may be
    /// refused never wait.
    init(
        path: String, migrations: [Migration], queueLimit: Int, checkpoints: CheckpointPace = .standard,
        now: @Sendable () -> Int64
    ) throws {
        self.path = path
        self.queueLimit = queueLimit
        self.checkpoints = checkpoints
        lock = try LockFile(beside: path)
        // Who buys what, and who is told, is nobody else's business; the log beside it takes its mode.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Foundation.close(descriptor) }
        writer = try SQLiteConnection(path: path)
        loggedPages = .allocate(capacity: 1)
        loggedPages.initialize(to: 0)
        readers = SQLiteReaders(path: path)
        guard try writer.first(SQLiteEngine.writeAhead, map: { $0.text(0) }) == "wal" else {
            throw StoreError(.unavailable, "\(path): this file system can't hold the database: put it on a local one")
        }
        // After a burst the write-ahead log is cut back, so that it does not keep a full disk full.
        try writer.script(
            """
            PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 67108864
            """)
        try writer.rewriteLog()
        try Migration.apply(migrations, to: writer, at: now())
        writer.restartSequence(after: try writer.int(Migration.lastSequenceNumber))
        writer.countLoggedPages(into: loggedPages)
        let thread = Thread { [self] in run() }
        thread.name = "store-writer"
        thread.start()
    }

    deinit { loggedPages.deallocate() }

    var bytes: Int64 {
        [path, path + "-wal"].reduce(0) { sum, path in
            var status = stat()
            return stat(path, &status) == 0 ? sum + Int64(status.st_size) : sum
        }
    }

    func write(
        _ admission: Admission, _ work: @escaping @Sendable (any SQLConnection) throws -> Void,
        done: @escaping @Sendable (Completion) -> Void
    ) {
        arrival.lock()
        let refusal: StoreError? =
            if closing {
                StoreError(.unavailable, "the database is closed: stockd is stopping")
            } else if admission == .refusable, waiting.count >= queueLimit {
                .overloaded(waiting: waiting.count, pace: pace)
            } else {
                nil
            }
        if refusal == nil {
            waiting.append(Operation(work: work, done: done))
            if waiting.count == 1 { arrival.signal() }
        }
        arrival.unlock()
        if let refusal { done(Completion(failure: refusal, endsCommit: true)) }
    }

    func read(_ work: @escaping @Sendable (any SQLConnection) throws -> Void, done: @escaping @Sendable ((any Error)?) -> Void) {
        readers.run(work, done: done)
    }

    func readHere(_ work: (any SQLConnection) throws -> Void) throws { try readers.read(work) }

    func close() throws {
        arrival.lock()
        closing = true
        arrival.broadcast()
        while !closed { arrival.wait() }
        arrival.unlock()
    }

    /// The writer's thread.
    private func run() {
        while let batch = next() {
            let began = ContinuousClock.now
            let outcomes = commit(batch)
            for (index, operation) in batch.enumerated() {
                operation.done(Completion(failure: outcomes[index], endsCommit: index == batch.count - 1))
            }
            if loggedPages.pointee >= checkpoints.busy { checkpoint() }
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            arrival.withLock { pace += (seconds / Double(batch.count) - pace) / 8 }
        }
        checkpoint()
        // The last connection to close removes the write-ahead log; then another process may have the database.
        readers.close()
        writer.close()
        lock.release()
        arrival.withLock {
            closed = true
            arrival.broadcast()
        }
    }

    /// Waits for work and takes what there is; nil: nothing more comes.
    private func next() -> [Operation]? {
        arrival.lock()
        defer { arrival.unlock() }
        while waiting.isEmpty {
            if closing { return nil }
            if loggedPages.pointee >= checkpoints.idle {
                arrival.unlock()
                checkpoint()
                arrival.lock()
            } else {
                arrival.wait()
            }
        }
        var batch: [Operation] = []
        if waiting.count <= SQLiteEngine.largestBatch {
            swap(&batch, &waiting)
        } else {
            batch = Array(waiting.prefix(SQLiteEngine.largestBatch))
            waiting.removeFirst(batch.count)
        }
        return batch
    }

    private func checkpoint() {
        writer.checkpoint()
        // Counted again from the next commit: what a reader has kept there is tried again after as many more.
        loggedPages.pointee = 0
    }

    /// Runs the batch in one transaction. The outcome of each: nil once durable.
    private func commit(_ batch: [Operation]) -> [(any Error)?] {
        var outcomes: [(any Error)?] = []
        outcomes.reserveCapacity(batch.count)
        do {
            if refusedIsLogged { try takeBack() }
            try writer.run(SQLiteEngine.begin)
            if batch.count == 1 {
                // Undone with its transaction: a page of a sync needs no second copy of all that it changes.
                try batch[0].work(writer)
                outcomes.append(nil)
            } else {
                for operation in batch { outcomes.append(try run(operation)) }
            }
            try makeDurable()
            return outcomes
        } catch {
            // Harmless where SQLite has already rolled back by itself.
            if writer.isInTransaction { _ = try? writer.run(SQLiteEngine.rollback) }
            // Those that failed on their own keep their reason; all else shares the transaction's.
            return batch.indices.map { ($0 < outcomes.count ? outcomes[$0] : nil) ?? error }
        }
    }

    /// Commits. What fails is refused, and then must not be found after a crash either.
    private func makeDurable() throws {
        do {
            try writer.run(SQLiteEngine.commit)
        } catch let failure as StoreError {
            // A commit whose last page was not written is none.
            if writer.failedToWrite { throw failure }
            refusedIsLogged = true
            do { try takeBack() } catch { throw failure.inDoubt() }
            throw failure
        }
    }

    /// Commits something else in the place in the log of what was refused: one page, with nothing new on it.
    private func takeBack() throws {
        if writer.isInTransaction { try writer.run(SQLiteEngine.rollback) }
        try writer.run(SQLiteEngine.replace)
        refusedIsLogged = false
    }

    /// Runs one operation. Throws only what ends the whole transaction.
    private func run(_ operation: Operation) throws -> (any Error)? {
        do {
            try writer.undoingFailure { try operation.work(writer) }
            return nil
        } catch let error as StoreError where error.code == .unavailable {
            // The disk failed, and nothing more can succeed.
            throw error
        } catch {
            // When memory runs out, say, SQLite ends the transaction, and with it all that came before.
            guard writer.isInTransaction else {
                throw StoreError(.unavailable, "the commit that this was a part of was undone (\(error)): try again")
            }
            return error
        }
    }

    private static let writeAhead = SQL("PRAGMA journal_mode = WAL")
    private static let begin = SQL("BEGIN IMMEDIATE")
    private static let commit = SQL("COMMIT")
    private static let rollback = SQL("ROLLBACK")
    private static let replace = SQL("PRAGMA user_version = 0")
}
