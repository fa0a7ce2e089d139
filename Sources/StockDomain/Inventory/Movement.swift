/// One row of the append-only ledger. `onHand` of a level is the sum of its movements' deltas, always.
package struct Movement: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// An absolute count that replaced the level.
        case count
        case sale, `return`, receipt, adjustment
        case transferOut = "transfer_out", transferIn = "transfer_in"
        case waste
    }

    package var kind: Kind
    /// Signed; of a count: what it changed.
    package var delta: Quantity
    /// On hand afterwards.
    package var balance: Quantity
    package var at: Timestamp
    package var by: String?
    package var reason: String?
    package var source: String?
    package var externalID: String?

    package init(
        kind: Kind, delta: Quantity, balance: Quantity, at: Timestamp, by: String?, reason: String?, source: String?,
        externalID: String?
    ) {
        self.kind = kind
        self.delta = delta
        self.balance = balance
        self.at = at
        self.by = by
        self.reason = reason
        self.source = source
        self.externalID = externalID
    }
}

package enum Tracking: Int, CaseIterable, Sendable {
    /// Nobody has ever counted it (or only a zero that nothing confirms).
    case unknown = 0
    case tracked = 1
    case untracked = 2

    package var name: String {
        switch self {
        case .unknown: "unknown"
        case .tracked: "tracked"
        case .untracked: "untracked"
        }
    }
}
