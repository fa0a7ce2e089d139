import Foundation

/// Copies the write-ahead log back into the database beside the writer, by a connection and a thread of its own. In a large
/// database the pages that a burst has changed lie far apart, and to sync them takes longer than the commits do.
final class Checkpointer: @unchecked Sendable {
    private let path: String
    private let done: @Sendable (_ copiedPages: Int32?) -> Void
    private let work = NSCondition()
    private var asked = false
    private var closing = false
    private var isRunning = false

    /// - Parameter done: called on its thread with how many pages of the log have been copied by then, from its beginning;
    ///   nil: it failed.
    init(path: String, done: @escaping @Sendable (_ copiedPages: Int32?) -> Void) {
        self.path = path
        self.done = done
    }

    /// Begins to copy what the log holds now; `done` says when that has ended.
    func copy() {
        work.withLock {
            asked = true
            if isRunning { return work.broadcast() }
            isRunning = true
            let thread = Thread { [self] in run() }
            thread.name = "store-checkpoint"
            thread.start()
        }
    }

    /// Waits for what is under way, and gives the connection back.
    func close() {
        work.withLock {
            closing = true
            work.broadcast()
            while isRunning { work.wait() }
        }
    }

    private func run() {
        var connection: SQLiteConnection?
        while next() {
            if connection == nil { connection = try? open() }
            done(connection?.checkpoint())
        }
        connection?.close()
        work.withLock {
            isRunning = false
            work.broadcast()
        }
    }

    private func next() -> Bool {
        work.withLock {
            while !asked, !closing { work.wait() }
            defer { asked = false }
            return asked
        }
    }

    private func open() throws -> SQLiteConnection {
        let connection = try SQLiteConnection(path: path)
        // What it copies must have reached the disk before the log begins anew.
        try connection.script("PRAGMA synchronous = FULL")
        return connection
    }
}
