import StockDomain

/// A system that knows what a shop has and sells.
package protocol PointOfSale: Sendable {
    /// One run from where `resume` (nil: the very first) left off to the present, handing each page to `sink`
    /// before fetching the next: memory holds one page, and a crash loses none that was applied.
    ///
    /// Throws `SyncFailure`; objects that cannot be used are `skipped` in their page instead.
    func sync(resume: String?, into sink: any SyncSink, now: Timestamp) async throws

    /// Whether a run would find anything; where not, the source is well all the same. Throws `SyncFailure`.
    func hasNews(now: Timestamp) async throws -> Bool

    /// Calls `ring` whenever there is something to sync before the interval is over, until what is returned is called.
    func watch(_ ring: @escaping @Sendable () -> Void) -> (@Sendable () -> Void)?
}

extension PointOfSale {
    package func hasNews(now: Timestamp) async throws -> Bool { true }
    package func watch(_ ring: @escaping @Sendable () -> Void) -> (@Sendable () -> Void)? { nil }
}

/// Where pages go.
package protocol SyncSink: Sendable {
    /// Applies the page, and with the end of it its bookmark.
    func apply(_ page: SyncPage) async throws
    /// Applies rows of a file that name products by SKU and locations by name, and moves the bookmark.
    func apply(_ page: ImportPage) async throws -> ImportOutcome
    /// The file of that digest, if one was applied, and whether it was the last that was.
    func appliedFile(digest: String) async throws -> (file: AppliedFile, isLast: Bool)?
    /// Those of `keys` whose level has never been counted (or is not known at all): a zero there needs confirming.
    func uncounted(_ keys: [SourceLevelKey]) async throws -> Set<SourceLevelKey>
    /// Products, not retired, whose `SourceProduct.conversion` names one of `productIDs`, by their own external id.
    func conversions(from productIDs: [String]) async throws -> [String: StockConversion]
}

/// Why a run could not be finished.
package struct SyncFailure: Error, CustomStringConvertible, Sendable {
    package enum Kind: Sendable {
        /// Worth trying again at the next interval, or after the time the source asked for.
        case transient(retryAfter: Duration?)
        /// Credentials or permissions: nobody but the operator can mend it.
        case misconfigured
        /// The source broke its own protocol (a cursor that repeats, a page that cannot be read).
        case protocolBroken
    }

    package var kind: Kind
    /// For operators, never with a secret.
    package var description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
