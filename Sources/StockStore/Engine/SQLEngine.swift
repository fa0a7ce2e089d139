/// Whether a transaction may be turned away.
package enum Admission: Sendable {
    /// Refused with `StoreError.overloaded` while too many wait: for what clients ask, who can ask again.
    case refusable
    /// As `refusable`, of a caller whose thread nobody else waits for: committed on it where nothing else is being written.
    case alone
    /// Always queued: for the daemon's own work, of which only so much is ever under way.
    case certain
}

/// What became of a transaction.
struct Completion: Sendable {
    /// nil: it is durable. Otherwise why it is not; nothing of it is stored then.
    var failure: (any Error)?
    /// No other of the same commit is told after this one.
    var endsCommit: Bool
    /// The commit changed something: the disk has taken it. One that only read says nothing of the disk.
    var reachedDisk = false
}

/// A database that runs transactions. Closures are synchronous and free of effects beyond the database: an engine may
/// run one again.
protocol SQLEngine: Sendable {
    /// For `system.status`.
    var name: String { get }

    /// Queues `work`. It is run in order of arrival, together with whatever else waits, and `done` is called once it
    /// is durable or refused.
    func write(
        _ admission: Admission, _ work: @escaping @Sendable (any SQLConnection) throws -> Void,
        done: @escaping @Sendable (Completion) -> Void)

    /// As `write`, at once and on the calling thread, if nothing else is being written or waits to be; false: it was not
    /// taken. For a caller who would only wait, which saves passing it to another thread and back.
    func writeHere(
        _ work: @escaping @Sendable (any SQLConnection) throws -> Void, done: @escaping @Sendable (Completion) -> Void
    ) -> Bool

    /// Runs `work` on a snapshot that holds everything whose `done` was called before, on a thread of the engine's.
    func read(_ work: @escaping @Sendable (any SQLConnection) throws -> Void, done: @escaping @Sendable ((any Error)?) -> Void)

    /// A snapshot as `read` has it, for the calling thread, which must end it: for what looks at a handful of rows.
    func beginRead() throws -> (connection: any SQLConnection, end: () -> Void)

    /// Waits for what was queued, then closes the database.
    func close() throws
}
