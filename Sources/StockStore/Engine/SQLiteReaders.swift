import Dispatch
import Synchronization

/// The connections that read: each read has a snapshot of its own, waits for no writer, and makes none wait.
final class SQLiteReaders: Sendable {
    private struct Job: Sendable {
        let work: @Sendable (any SQLConnection) throws -> Void
        let done: @Sendable ((any Error)?) -> Void
    }

    private struct State {
        var idle: [SQLiteConnection] = []
        var waiting: [Job] = []
        /// Of those, the first that was not taken.
        var first = 0
        var running = 0
        var closed = false
    }

    /// The snapshots that have begun, which `close` waits for. Entered under the lock of `state`, so that none is missed.
    private let underWay = DispatchGroup()

    /// Reads that run on the pool's own threads at once: enough for the cores to be busy while a disk is slow.
    private static let width = 4

    private let path: String
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "stockd.store.readers", qos: .userInitiated, attributes: .concurrent)

    init(path: String) { self.path = path }

    /// On a thread of the pool's.
    func run(_ work: @escaping @Sendable (any SQLConnection) throws -> Void, done: @escaping @Sendable ((any Error)?) -> Void) {
        let start = state.withLock { state in
            state.waiting.append(Job(work: work, done: done))
            guard state.running < SQLiteReaders.width else { return false }
            state.running += 1
            return true
        }
        if start { queue.async { self.drain() } }
    }

    private func drain() {
        while true {
            let job = state.withLock { state -> Job? in
                guard state.first < state.waiting.count else {
                    state.waiting.removeAll(keepingCapacity: state.first <= 256)
                    state.first = 0
                    state.running -= 1
                    return nil
                }
                defer { state.first += 1 }
                return state.waiting[state.first]
            }
            guard let job else { return }
            do {
                try read(job.work)
                job.done(nil)
            } catch {
                job.done(error)
            }
        }
    }

    private func read(_ work: (any SQLConnection) throws -> Void) throws {
        let connection = try begin()
        defer { end(connection) }
        try work(connection)
    }

    /// A snapshot for the calling thread, until it is ended.
    func begin() throws -> SQLiteConnection {
        let kept = try state.withLock { state in
            guard !state.closed else { throw StoreError(.unavailable, "the database is closed: stockd is stopping") }
            underWay.enter()
            return state.idle.popLast()
        }
        let connection: SQLiteConnection
        do {
            connection = try kept ?? open()
        } catch {
            underWay.leave()
            throw error
        }
        do {
            try connection.run(SQLiteReaders.begin)
        } catch {
            release(connection)
            throw error
        }
        return connection
    }

    func end(_ connection: SQLiteConnection) {
        // After a disk's failure SQLite may have ended it.
        if connection.isInTransaction, (try? connection.run(SQLiteReaders.commit)) == nil {
            _ = try? connection.run(SQLiteReaders.rollback)
        }
        release(connection)
    }

    private func open() throws -> SQLiteConnection {
        let connection = try SQLiteConnection(path: path)
        try connection.script("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY")
        return connection
    }

    private func release(_ connection: SQLiteConnection) {
        let isKept = state.withLock { state in
            if !state.closed { state.idle.append(connection) }
            return !state.closed
        }
        if !isKept { connection.close() }
        underWay.leave()
    }

    /// Waits for what is under way; nothing new begins. Afterwards no connection is open.
    func close() {
        let idle = state.withLock { state in
            defer { (state.idle, state.closed) = ([], true) }
            return state.idle
        }
        for connection in idle { connection.close() }
        underWay.wait()
    }

    private static let begin = SQL("BEGIN")
    private static let commit = SQL("COMMIT")
    private static let rollback = SQL("ROLLBACK")
}
