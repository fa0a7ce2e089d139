import Foundation
import Synchronization

/// How many pages the write-ahead log holds when they are copied back into the database.
struct CheckpointPace: Hashable, Sendable {
    /// Once nothing waits.
    var idle: Int32
    /// While something does: often enough for a step to stay short.
    var busy: Int32
    /// While the log holds fewer pages than that, busy steps are taken beside the writer, who goes on writing meanwhile. For
    /// the log to begin anew, all of it must have been copied, for which the writer has to stand still once.
    var full: Int32

    static let standard = CheckpointPace(idle: 500, busy: 2000, full: 12_000)
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

    /// Guards what follows up to `commitTime`.
    private let arrival = NSCondition()
    private var waiting: [Operation] = []
    /// Somebody has the writer: its thread, or a caller who commits for himself.
    private var busy = true
    private var closing = false
    private var closed = false
    /// Seconds that an operation took of late, and a commit.
    private var pace = 0.0001
    private var commitTime = 0.0001

    /// Belongs to whoever has set `busy`.
    private let writer: SQLiteConnection
    private let loggedPages: UnsafeMutablePointer<Int32>
    private var copiedPages: Int32 = 0

    private enum Copying {
        case none
        case underWay
        case ended(copiedPages: Int32?)
    }

    /// What is copied beside the writer. Guarded by `arrival`.
    private var copying = Copying.none
    private lazy var checkpointer = Checkpointer(path: path) { [unowned self] copied in
        arrival.withLock {
            copying = .ended(copiedPages: copied)
            arrival.broadcast()
        }
    }
    /// A commit that was refused stands at the end of the log, whole but for a sync that failed.
    private var refusedIsLogged = false

    /// Opens or creates the database and brings its schema up to date. More than `queueLimit` operations that may be
    /// refused never wait.
    init(
        path: String, migrations: [Migration], queueLimit: Int, checkpoints: CheckpointPace = .standard,
        now: @Sendable () -> Int64, upgrading: @escaping (Upgrade) -> Void = { _ in }
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
        do {
            try prepare(migrations, now: now(), upgrading: upgrading)
        } catch {
            // While the lock is still held: closing may write, too.
            writer.close()
            throw error
        }
        let thread = Thread { [self] in run() }
        thread.name = "store-writer"
        thread.start()
    }

    deinit { loggedPages.deallocate() }

    private func prepare(_ migrations: [Migration], now: Int64, upgrading: @escaping (Upgrade) -> Void) throws {
        guard try writer.first(SQLiteEngine.writeAhead, map: { $0.text(0) }) == "wal" else {
            throw StoreError(.unavailable, "\(path): this file system can't hold the database: put it on a local one")
        }
        // After a burst the write-ahead log is cut back, so that it does not keep a full disk full.
        try writer.script(
            """
            PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000;
            PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = FILE
            """)
        try writer.rewriteLog()
        // It sorts what indexes are made of: of a large ledger that is more than a service may have of memory.
        try Migration.apply(migrations, to: writer, at: now, telling: upgrading)
        try writer.script("PRAGMA temp_store = MEMORY")
        try writer.gatherCommits()
        writer.restartSequence(after: try writer.int(Migration.lastSequenceNumber))
        writer.countLoggedPages(into: loggedPages)
    }

    func write(
        _ admission: Admission, _ work: @escaping @Sendable (any SQLConnection) throws -> Void,
        done: @escaping @Sendable (Completion) -> Void
    ) {
        arrival.lock()
        let refusal: StoreError? =
            if closing {
                StoreError(.unavailable, "the database is closed: stockd is stopping")
            } else if admission != .certain, waiting.count >= queueLimit {
                .overloaded(waiting: waiting.count, pace: pace)
            } else {
                nil
            }
        if refusal == nil {
            waiting.append(Operation(work: work, done: done))
            if waiting.count == 1, !busy { arrival.broadcast() }
        }
        arrival.unlock()
        if let refusal { done(Completion(failure: refusal, endsCommit: false)) }
    }

    func writeHere(
        _ work: @escaping @Sendable (any SQLConnection) throws -> Void, done: @escaping @Sendable (Completion) -> Void
    ) -> Bool {
        let isFree = arrival.withLock {
            // A slow disk is waited for by a thread that has nothing else to do.
            guard !busy, waiting.isEmpty, !closing, commitTime < SQLiteEngine.quickCommit else { return false }
            busy = true
            return true
        }
        guard isFree else { return false }
        settle([Operation(work: work, done: done)])
        arrival.withLock {
            busy = false
            if !waiting.isEmpty || closing || uncopiedPages >= checkpoints.idle { arrival.broadcast() }
        }
        return true
    }

    /// Seconds that a commit may take for a caller to wait for it himself.
    private static let quickCommit = 0.002

    func read(_ work: @escaping @Sendable (any SQLConnection) throws -> Void, done: @escaping @Sendable ((any Error)?) -> Void) {
        readers.run(work, done: done)
    }

    func beginRead() throws -> (connection: any SQLConnection, end: () -> Void) {
        let connection = try readers.begin()
        return (connection, { [readers] in readers.end(connection) })
    }

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
            settle(batch)
            copyBack()
        }
        arrival.withLock { endCopying() }
        checkpointer.close()
        // First those who read, who may keep a part of the log. The last connection to close removes it; then another
        // process may have the database.
        readers.close()
        checkpoint()
        writer.close()
        lock.release()
        arrival.withLock {
            closed = true
            arrival.broadcast()
        }
    }

    /// Commits the batch and tells everybody.
    private func settle(_ batch: [Operation]) {
        let began = ContinuousClock.now
        let before = writer.changes
        let outcomes = commit(batch)
        let reachedDisk = writer.changes != before
        for (index, operation) in batch.enumerated() {
            operation.done(
                Completion(failure: outcomes[index], endsCommit: index == batch.count - 1, reachedDisk: reachedDisk))
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        arrival.withLock {
            pace += (seconds / Double(batch.count) - pace) / 8
            commitTime += (seconds - commitTime) / 8
        }
    }

    /// Waits for work and takes what there is, and the writer with it; nil: nothing more comes.
    private func next() -> [Operation]? {
        arrival.lock()
        defer {
            busy = true
            arrival.unlock()
        }
        busy = false
        while busy || waiting.isEmpty {
            takeCopied()
            if busy {
                arrival.wait()
            } else if case .underWay = copying {
                arrival.wait()
            } else if uncopiedPages >= checkpoints.idle {
                busy = true
                arrival.unlock()
                checkpoint()
                arrival.lock()
                busy = false
            } else if closing {
                return nil
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

    /// Pages that the log holds since it was last copied back. What a reader has kept there then is tried again after
    /// as many more.
    private var uncopiedPages: Int32 {
        let logged = loggedPages.pointee
        // The log begins anew once all of it was copied and nobody reads it.
        if logged < copiedPages { copiedPages = 0 }
        return logged - copiedPages
    }

    /// Copies the log back while others wait for the writer.
    private func copyBack() {
        let isCopying = arrival.withLock {
            takeCopied()
            if case .underWay = copying { return true }
            return false
        }
        guard uncopiedPages >= checkpoints.busy else { return }
        if loggedPages.pointee >= checkpoints.full {
            // Whoever writes faster than the disk copies waits for it here.
            if isCopying { arrival.withLock { endCopying() } }
            checkpoint()
        } else if !isCopying {
            arrival.withLock { copying = .underWay }
            checkpointer.copy()
        }
    }

    /// Waits for what is copied beside the writer. Under the lock of `arrival`.
    private func endCopying() {
        while case .underWay = copying { arrival.wait() }
        takeCopied()
    }

    /// Takes note of what was copied beside the writer. Under the lock of `arrival`.
    private func takeCopied() {
        guard case .ended(let copied) = copying else { return }
        copying = .none
        // What failed is tried again after as many more.
        copiedPages = copied ?? loggedPages.pointee
    }

    private func checkpoint() {
        writer.checkpoint()
        copiedPages = loggedPages.pointee
    }

    /// Runs the batch in one transaction. The outcome of each: nil once durable.
    private func commit(_ batch: [Operation]) -> [(any Error)?] {
        do {
            do {
                return try transact(batch) { operation in
                    writer.hasWritten = false
                    do {
                        try operation.work(writer)
                    } catch where writer.hasWritten {
                        throw FailedHalfway(cause: error)
                    }
                }
            } catch is FailedHalfway where batch.count > 1 {
                return try transact(batch) { operation in try writer.undoingFailure { try operation.work(writer) } }
            }
        } catch let halfway as FailedHalfway {
            // It was alone, and its transaction is undone.
            return [halfway.cause]
        } catch let failure as StoreError where failure.code == .unavailable {
            return batch.map { _ in failure }
        } catch {
            var undone = StoreError(.unavailable, "the commit that this was a part of was undone (\(error)): try again")
            undone.retryAfter = StoreError.storagePause
            return batch.map { _ in undone }
        }
    }

    /// An operation has failed after it had written. A savepoint for each would tell what is to be undone, but costs
    /// all the others a sixth of their time, because SQLite keeps a copy of what they change; so nothing of the
    /// transaction is kept, and it runs again with savepoints. What checks before it writes never comes here.
    private struct FailedHalfway: Error {
        let cause: any Error
    }

    /// Throws only what ends the whole transaction: a disk's failure, or an operation that failed halfway.
    private func transact(_ batch: [Operation], _ run: (Operation) throws -> Void) throws -> [(any Error)?] {
        var outcomes: [(any Error)?] = []
        outcomes.reserveCapacity(batch.count)
        do {
            if refusedIsLogged { try takeBack() }
            writer.unwrittenTallies = [:]
            try writer.run(SQLiteEngine.begin)
            for operation in batch {
                do {
                    try run(operation)
                    outcomes.append(nil)
                } catch where !endsTransaction(error) {
                    outcomes.append(error)
                }
            }
            try writer.writeTallies()
            try writer.writeAuditHead()
            try makeDurable()
            return outcomes
        } catch {
            writer.audit = AuditTrail()
            writer.forget()
            // Harmless where SQLite has already rolled back by itself.
            if writer.isInTransaction { _ = try? writer.run(SQLiteEngine.rollback) }
            throw error
        }
    }

    private func endsTransaction(_ error: any Error) -> Bool {
        // When memory runs out, say, SQLite ends the transaction, and with it all that came before.
        error is FailedHalfway || (error as? StoreError)?.code == .unavailable || !writer.isInTransaction
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

    private static let writeAhead = SQL("PRAGMA journal_mode = WAL")
    private static let begin = SQL("BEGIN IMMEDIATE")
    private static let commit = SQL("COMMIT")
    private static let rollback = SQL("ROLLBACK")
    private static let replace = SQL("PRAGMA user_version = 0")
}
