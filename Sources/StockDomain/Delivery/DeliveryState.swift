/// How a delivery stands.
package enum DeliveryState: String, CaseIterable, Sendable { case queued, sending, sent, dead, dropped }

/// What came of an attempt at a delivery.
package enum AttemptOutcome: String, CaseIterable, Sendable {
    case sent, retry, unreachable, dead, misconfigured
    /// It was sent, and did not arrive.
    case undelivered
}
