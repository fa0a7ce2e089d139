/// A database that runs transactions. Closures are synchronous and free of effects beyond the database: an engine may
/// run one again.
protocol SQLEngine: Sendable {
    /// For `system.status`.
    var name: String { get }
    /// Size on disk.
    var bytes: Int64 { get }

    /// Queues `work`. It is run in order of arrival, together with whatever else waits, and `done` is called once it
    /// is durable, or with why it is not; nothing of it is stored then.
    func write(_ work: @escaping @Sendable (any SQLConnection) throws -> Void, done: @escaping @Sendable ((any Error)?) -> Void)

    /// Runs `work` on a snapshot that holds everything whose `done` was called before.
    func read(_ work: @escaping @Sendable (any SQLConnection) throws -> Void, done: @escaping @Sendable ((any Error)?) -> Void)

    /// Waits for what was queued, then closes the database.
    func close() throws
}
