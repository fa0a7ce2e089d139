import Foundation
import StockDomain
import Synchronization

/// What the store's rules need to know of the configuration. Replaced whole on reload.
package struct StorePolicy: Hashable, Sendable {
    package var suppress: Duration
    package var groupWait: Duration
    package var defaults: ThresholdDefaults

    package init(
        suppress: Duration = .hours(24), groupWait: Duration = .seconds(30), defaults: ThresholdDefaults = ThresholdDefaults()
    ) {
        self.suppress = suppress
        self.groupWait = groupWait
        self.defaults = defaults
    }
}

/// What a commit changed, for whoever waits for it; or that there could be none.
package struct Commit: Sendable {
    /// The number of the newest event, 0 where the commit brought none.
    package var lastEvent: Int64 = 0
    /// Of the events that it brought; what was placed and moved is no entry of its own, and not among them.
    package var kinds: Set<String> = []
    package var queuedDeliveries = false
    /// Something is to be told at a time of its own: when a window or a silence ends, by an escalation.
    package var heldBack = false
    /// The disk has begun to refuse what is written, or takes it again: see `Store.writeFailure`.
    package var writingTurned = false
    /// The earliest time that a hold placed or extended in it expires.
    package var holdExpiry: Timestamp?

    var isEmpty: Bool { lastEvent == 0 && !queuedDeliveries && !heldBack && !writingTurned && holdExpiry == nil }

    mutating func expects(_ expiry: Timestamp) { holdExpiry = min(holdExpiry ?? expiry, expiry) }

    mutating func add(_ other: Commit) {
        lastEvent = max(lastEvent, other.lastEvent)
        if !other.kinds.isEmpty { kinds.formUnion(other.kinds) }
        queuedDeliveries = queuedDeliveries || other.queuedDeliveries
        heldBack = heldBack || other.heldBack
        writingTurned = writingTurned || other.writingTurned
        if let expiry = other.holdExpiry { expects(expiry) }
    }
}

/// The store: one database, whose transactions are named for the invariant they keep.
package final class Store: Sendable {
    private let engine: any SQLEngine
    private let state: Mutex<State>

    private struct State {
        var policy: StorePolicy
        var writeFailure: String?
        /// What the transactions of the commit that is being answered have changed.
        var unannounced = Commit()
        var listeners: [Int: @Sendable (Commit) -> Void] = [:]
        var nextListener = 0
    }

    /// Opens the SQLite database at `path`, creating it where there is none, and brings its schema up to date.
    /// Throws `StoreError.unavailable` naming what is wrong: another daemon, a newer schema, a damaged file.
    /// More than `queueLimit` transactions that may be refused never wait: two or three seconds' worth of a busy disk.
    /// `upgrading` is told, on this thread, how a schema that is not up to date comes to be.
    package static func open(
        path: String, policy: StorePolicy = StorePolicy(), queueLimit: Int = 8192, now: Timestamp,
        upgrading: @escaping (Upgrade) -> Void = { _ in }
    ) throws -> Store {
        let engine = try SQLiteEngine(
            path: path, migrations: Migration.all, queueLimit: queueLimit, now: { now.milliseconds }, upgrading: upgrading)
        return try open(engine, policy: policy, now: now)
    }

    /// Closes the engine where the database can't be made ready: its thread and its lock would outlive the failure.
    static func open(_ engine: any SQLEngine, policy: StorePolicy, now: Timestamp) throws -> Store {
        let store = Store(engine: engine, policy: policy)
        do {
            try store.writeAndWait { try $0.prepare(now: now) }
        } catch {
            try? store.close()
            throw error
        }
        return store
    }

    init(engine: any SQLEngine, policy: StorePolicy) {
        self.engine = engine
        state = Mutex(State(policy: policy))
    }

    package var policy: StorePolicy {
        get { state.withLock(\.policy) }
        set { state.withLock { $0.policy = newValue } }
    }

    /// Why nothing can be written, as of the last attempt that had something to write; nil while writing works.
    package var writeFailure: String? { state.withLock(\.writeFailure) }

    package var engineName: String { engine.name }

    /// Queues a transaction. `completion` runs once the change is durable, on any thread, also before this returns, or with a
    /// `StoreError`. Operations take effect in the order they were queued.
    package func write<T: Sendable>(
        admission: Admission = .certain, _ body: @escaping @Sendable (StoreTransaction) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        let (work, done) = transaction(body, completion)
        if admission == .alone, engine.writeHere(work, done: done) { return }
        engine.write(admission, work, done: done)
    }

    private func transaction<T: Sendable>(
        _ body: @escaping @Sendable (StoreTransaction) throws -> T,
        _ completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) -> (work: @Sendable (any SQLConnection) throws -> Void, done: @Sendable (Completion) -> Void) {
        let outcome = Outcome<(T, Commit)>()
        return (
            { [self] connection in
                let transaction = StoreTransaction(connection, policy: policy)
                let value = try body(transaction)
                transaction.passOn()
                outcome.value = (value, transaction.commit)
            },
            { [self] done in
                note(done)
                let result = outcome.value
                if done.failure == nil, let result {
                    completion(.success(result.0))
                } else {
                    completion(.failure(done.failure ?? StoreError(.internal, "a transaction ended without an outcome")))
                }
                announce(done.failure == nil ? result?.1 : nil, endsCommit: done.endsCommit)
            }
        )
    }

    private func note(_ done: Completion) {
        let failure: String?
        switch done.failure {
        case nil where done.reachedDisk: failure = nil
        case let error as StoreError where error.code == .unavailable: failure = error.description
        default: return
        }
        state.withLock { state in
            if (state.writeFailure == nil) != (failure == nil) { state.unannounced.writingTurned = true }
            state.writeFailure = failure
        }
    }

    /// Passes on what a commit has changed, once all of it is answered.
    private func announce(_ changes: Commit?, endsCommit: Bool) {
        let announcement = state.withLock { state -> (Commit, [@Sendable (Commit) -> Void])? in
            if let changes { state.unannounced.add(changes) }
            guard endsCommit, !state.unannounced.isEmpty else { return nil }
            defer { state.unannounced = Commit() }
            return (state.unannounced, Array(state.listeners.values))
        }
        guard let (commit, listeners) = announcement else { return }
        for listener in listeners { listener(commit) }
    }

    package func read<T: Sendable>(
        _ body: @escaping @Sendable (StoreReader) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        let outcome = Outcome<T>()
        engine.read({ [self] connection in
            outcome.value = try body(StoreReader(connection, policy: policy))
        }, done: { failure in
            if failure == nil, let value = outcome.value {
                completion(.success(value))
            } else {
                completion(.failure(failure ?? StoreError(.internal, "a read ended without an outcome")))
            }
        })
    }

    /// For reads on the calling thread: only what looks at a handful of rows, however large the database is.
    package func snapshot() -> Snapshot {
        Snapshot { [self] in
            let (connection, end) = try engine.beginRead()
            return (StoreReader(connection, policy: policy), end)
        }
    }

    /// One such read.
    package func readHere<T>(_ body: (StoreReader) throws -> T) throws -> T {
        let snapshot = snapshot()
        defer { snapshot.end() }
        return try snapshot.read(body)
    }

    package func write<T: Sendable>(
        admission: Admission = .certain, _ body: @escaping @Sendable (StoreTransaction) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            write(admission: admission, body) { continuation.resume(with: $0) }
        }
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (StoreReader) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            read(body) { continuation.resume(with: $0) }
        }
    }

    /// For start-up and tools that have no other thread to wait on. Never from the store's own threads.
    package func writeAndWait<T: Sendable>(_ body: @escaping @Sendable (StoreTransaction) throws -> T) throws -> T {
        let done = DispatchSemaphore(value: 0)
        let outcome = Outcome<Result<T, any Error>>()
        write(body) {
            outcome.value = $0
            done.signal()
        }
        done.wait()
        guard let result = outcome.value else { throw StoreError(.internal, "a transaction ended without an outcome") }
        return try result.get()
    }

    /// Calls `listener` after each commit that changed something to wait for, on the thread that committed: it must only pass
    /// the word on. The returned closure ends it.
    package func observe(_ listener: @escaping @Sendable (Commit) -> Void) -> @Sendable () -> Void {
        let key = state.withLock { state in
            defer { state.nextListener += 1 }
            state.listeners[state.nextListener] = listener
            return state.nextListener
        }
        return { [self] in
            _ = state.withLock { $0.listeners.removeValue(forKey: key) }
        }
    }

    /// Waits for what was queued, then closes.
    package func close() throws { try engine.close() }

    /// Carries a value from the engine's thread to the completion that it calls afterwards.
    private final class Outcome<Value>: @unchecked Sendable {
        var value: Value?
    }
}

/// A snapshot of the database. Its methods stand in files by subject.
package class StoreReader {
    let sql: any SQLConnection
    package let policy: StorePolicy
    /// What a transaction has counted.
    var counted: [Tally: Int] = [:]
    /// The threshold settings of tenants that have few, once they are asked for often.
    var knownSettings = KnownSettings()

    init(_ sql: any SQLConnection, policy: StorePolicy) {
        self.sql = sql
        self.policy = policy
    }
}

/// A transaction, to which everything in one fact belongs.
package final class StoreTransaction: StoreReader {
    /// What to announce once it is durable.
    var commit = Commit()
    /// Addresses by tenant, and the groups that this transaction has found or begun: a sync that opens thousands of
    /// alerts looks each up once.
    var addresses: [Int64: [StoredAddress]] = [:]
    var groups: [DeliveryGroup: Int64] = [:]
    /// Of tenants: what is in force now.
    var silences: [Int64: [Silence]] = [:]
    /// Those whose announcement it has looked after.
    var lateSilences: Set<Int64> = []
    var escalations: [Int64: [Escalation]] = [:]
    var zones: [Int64: TimeZone] = [:]
    /// Where it has told already that holds are at risk.
    var locationsAtRisk: Set<Int64> = []
    /// The last entry of the audit that it has written.
    var newAuditHead: AuditHead?
}
