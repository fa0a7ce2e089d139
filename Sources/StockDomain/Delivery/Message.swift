/// What one delivery tells one address: alerts of one group, worst first, or something about stockd itself.
package struct Message: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable { case alert, reminder, resolved, summary, operational, drill }

    /// Why an alert is in the message.
    package enum Occasion: String, CaseIterable, Sendable { case opened, worsened, reminder, escalated, resolved, drill }

    package struct Item: Hashable, Sendable {
        package var occasion: Occasion
        package var alert: Alert

        package init(occasion: Occasion, alert: Alert) {
            self.occasion = occasion
            self.alert = alert
        }
    }

    /// Something the operator must know of stockd itself: a source that fails, a channel that is misconfigured.
    package struct Notice: Hashable, Sendable {
        package var subject: String
        package var detail: String
        package var resolved: Bool

        package init(subject: String, detail: String, resolved: Bool) {
            self.subject = subject
            self.detail = detail
            self.resolved = resolved
        }
    }

    /// That this is not the first attempt: an earlier one may have arrived, though nobody knows.
    package struct Earlier: Hashable, Sendable {
        /// What the other side calls other messages to the same address that were sent of late.
        package var othersReferences: Set<String>

        package init(othersReferences: Set<String>) { self.othersReferences = othersReferences }
    }

    package var deliveryID: Int64
    /// The same on every attempt, unique per delivery: for Message-ID and `X-Stockd-Delivery`.
    package var idempotencyKey: String
    package var kind: Kind
    package var tenant: String
    package var createdAt: Timestamp
    /// All alerts of the group.
    package var total: Int { bySeverity.values.reduce(0, +) }

    /// Worst first. May be fewer than `total`: a digest of thousands carries the worst of them.
    package var items: [Item]
    /// How many alerts of the group have each severity, and how many locations they are at: of all, not only of `items`.
    package var bySeverity: [Severity: Int]
    package var locationCount: Int
    package var notice: Notice?
    /// Only where `kind` is `summary`.
    package var summary: Summary?
    /// The idempotency key of the first message that told this address of the (only) alert, for threading.
    package var threadKey: String?
    /// What it says, where each attempt must say the same, whatever has changed since the first.
    package var words: String?
    /// nil: the first attempt.
    package var earlier: Earlier?

    package init(
        deliveryID: Int64, idempotencyKey: String, kind: Kind, tenant: String, createdAt: Timestamp,
        items: [Item], bySeverity: [Severity: Int]? = nil, locationCount: Int? = nil, notice: Notice? = nil,
        summary: Summary? = nil, threadKey: String? = nil
    ) {
        self.deliveryID = deliveryID
        self.idempotencyKey = idempotencyKey
        self.kind = kind
        self.tenant = tenant
        self.createdAt = createdAt
        self.items = items
        self.bySeverity = bySeverity ?? Dictionary(grouping: items, by: \.alert.severity).mapValues(\.count)
        self.locationCount = locationCount ?? Set(items.map(\.alert.location)).count
        self.notice = notice
        self.summary = summary
        self.threadKey = threadKey
    }
}
