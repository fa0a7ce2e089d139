/// What went wrong in the store, in its callers' terms.
package struct StoreError: Error, Hashable, CustomStringConvertible, Sendable {
    package enum Code: Hashable, Sendable {
        /// Names what does not exist.
        case notFound
        /// The request contradicts what is stored.
        case conflict(reason: String)
        /// A value that no constraint allows; `field` is the member's name on the wire.
        case invalid(field: String)
        /// The database cannot be written or read now: full disk, I/O error, read-only or corrupt file. Nothing was
        /// changed, but where `mayBeDone`; the same may succeed later.
        case unavailable
        /// More waits to be written than can be soon. Nothing was changed; the same succeeds later.
        case overloaded(retryAfter: Duration)
        /// A defect of ours.
        case `internal`
    }

    package var code: Code
    /// For operators: names the place and the fix.
    package var description: String
    /// The member on the wire that names what does not exist.
    package var field: String?
    /// Of `unavailable`: when it may have been mended; nil where waiting alone mends nothing.
    package var retryAfter: Duration?
    /// The disk failed in the midst of making it durable, and then failed to take it back: it is not done now, and
    /// after a crash it may be found done.
    package var mayBeDone = false

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// `field`: the member that names it, where several could.
    package static func notFound(_ what: String, field: String? = nil) -> StoreError {
        // A name that is looked for may be of any length.
        var error = StoreError(.notFound, what.count > 400 ? what.prefix(400) + "…" : what)
        error.field = field
        return error
    }
    package static func conflict(_ reason: String, _ text: String) -> StoreError {
        StoreError(.conflict(reason: reason), text)
    }
    package static func invalid(_ field: String, _ text: String) -> StoreError {
        StoreError(.invalid(field: field), text)
    }

    /// A full disk is not freed sooner, and a failing one not mended.
    package static let storagePause = Duration.seconds(5)

    /// The same failure of a commit that could not be taken back.
    func inDoubt() -> StoreError {
        var error = StoreError(
            .unavailable,
            """
            \(description); the disk has not taken this change back for certain: if stockd ends before it works again, \
            the change may be found done, so repeat it with the same idempotency_key
            """)
        error.mayBeDone = true
        error.retryAfter = retryAfter
        return error
    }

    /// `waiting` operations are queued, and each took `pace` seconds of late.
    static func overloaded(waiting: Int, pace: Double) -> StoreError {
        // Never so short that everybody is back before anything has changed, never so long that a queue runs dry.
        let wait = min(max(Double(waiting) * pace, 0.02), 10)
        return StoreError(
            .overloaded(retryAfter: .milliseconds(Int64(wait * 1000))),
            "stockd has more changes waiting than it can commit soon: try again in \(Int(wait * 1000)) ms")
    }
}
