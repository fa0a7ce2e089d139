/// What a rule of `control.access` lets somebody do. Each may what the ones before it may.
package enum Role: String, WireEnum, Comparable {
    /// Reads.
    case viewer
    /// Changes the data of its tenants, too.
    case `operator`
    /// Everything: tenants, the configuration, all tenants at once.
    case admin

    package static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }
}
