/// How badly a product is short at a location, mildest first.
package enum Severity: Int, Comparable, CaseIterable, Sendable {
    case healthy = 0, low, critical, out

    /// Goes by what is on hand; a hold is no sale yet.
    package init(onHand: Quantity, low: Quantity, critical: Quantity) {
        self = onHand <= .zero ? .out : onHand <= critical ? .critical : onHand <= low ? .low : .healthy
    }

    package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }

    /// As on the wire and in logs: `healthy low critical out`.
    package var name: String {
        switch self {
        case .healthy: "healthy"
        case .low: "low"
        case .critical: "critical"
        case .out: "out"
        }
    }

    package init?(name: String) {
        guard let match = Severity.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}
