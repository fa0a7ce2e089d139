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
        /// changed; the same may succeed later.
        case unavailable
        /// A defect of ours.
        case `internal`
    }

    package var code: Code
    /// For operators: names the place and the fix.
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    package static func notFound(_ what: String) -> StoreError { StoreError(.notFound, what) }
    package static func conflict(_ reason: String, _ text: String) -> StoreError {
        StoreError(.conflict(reason: reason), text)
    }
    package static func invalid(_ field: String, _ text: String) -> StoreError {
        StoreError(.invalid(field: field), text)
    }
}
