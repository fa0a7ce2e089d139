import FoundationEssentials

// What events say of the objects they happened to: what was so then, and says the same whenever it is read. What an event
// cannot know any more is left out, and stands in what the object's own methods answer.

extension Wire {
    /// What an event says of an alert: as it was then. `alert.get` has the rest, as it is now.
    package struct AlertNews: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var sku: String
        package var productName: String
        @OrNull package var category: String?
        package var location: String
        package var severity: Severity
        package var state: AlertState
        package var currentStock: Decimal
        @OrNull package var threshold: Decimal?
        package var openedAt: Time
        @OrNull package var acknowledgedBy: String?
        @OrNull package var resolvedCause: ResolvedCause?
        @OrNull package var escalatedTo: String?

        package init(
            id: Int64, sku: String, productName: String, category: String? = nil, location: String,
            severity: Severity, state: AlertState, currentStock: Decimal, threshold: Decimal? = nil, openedAt: Time,
            acknowledgedBy: String? = nil, resolvedCause: ResolvedCause? = nil, escalatedTo: String? = nil
        ) {
            self.id = id
            self.sku = sku
            self.productName = productName
            self.category = category
            self.location = location
            self.severity = severity
            self.state = state
            self.currentStock = currentStock
            self.threshold = threshold
            self.openedAt = openedAt
            self.acknowledgedBy = acknowledgedBy
            self.resolvedCause = resolvedCause
            self.escalatedTo = escalatedTo
        }

        enum CodingKeys: String, CodingKey {
            case id, sku, category, location, severity, state, threshold
            case productName = "product_name"
            case currentStock = "current_stock"
            case openedAt = "opened_at"
            case acknowledgedBy = "acknowledged_by"
            case resolvedCause = "resolved_cause"
            case escalatedTo = "escalated_to"
        }

        package static let notes = [
            "id":
                "The alert's id.",
            "severity":
                "How short it was; of an alert that is over, how short it had been.",
            "state":
                "What had become of it by then.",
            "current_stock":
                "What was on hand then.",
            "threshold":
                "The quantity at or below which that severity began; null for `out`.",
            "acknowledged_by":
                "Who took care of it, or null.",
            "resolved_cause":
                "Why it ended, or null.",
            "escalated_to":
                "The contact that was told because nobody had acknowledged it, of `alert.escalated`, or null.",
        ]
    }

    /// What an event says of a stock level: as it was right afterwards.
    package struct LevelNews: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var name: String
        package var location: String
        package var onHand: Decimal
        @OrNull package var held: Decimal?
        @OrNull package var available: Decimal?
        @OrNull package var severity: Severity?

        package init(
            sku: String, name: String, location: String, onHand: Decimal, held: Decimal? = nil,
            available: Decimal? = nil, severity: Severity? = nil
        ) {
            self.sku = sku
            self.name = name
            self.location = location
            self.onHand = onHand
            self.held = held
            self.available = available
            self.severity = severity
        }

        enum CodingKeys: String, CodingKey {
            case sku, name, location, held, available, severity
            case onHand = "on_hand"
        }

        package static let notes = [
            "name":
                "The product's name.",
            "held":
                "What was held of it; null in events from before it was kept.",
            "available":
                "What could be held of it: on hand less held; null where that is.",
            "severity":
                "How short it was, by what was on hand; null where stock was not tracked.",
        ]
    }

    /// What an event says of a delivery: what it came to then. It may have been tried again since.
    package struct DeliveryNews: Codable, Hashable, Sendable, Noted {
        package var id: Int64
        package var alertIds: [Int64]
        package var message: MessageKind
        package var contact: String
        package var kind: ChannelKind
        package var address: String
        package var state: DeliveryState
        @OrNull package var reason: String?

        package init(
            id: Int64, alertIds: [Int64], message: MessageKind, contact: String, kind: ChannelKind, address: String,
            state: DeliveryState, reason: String? = nil
        ) {
            self.id = id
            self.alertIds = alertIds
            self.message = message
            self.contact = contact
            self.kind = kind
            self.address = address
            self.state = state
            self.reason = reason
        }

        enum CodingKeys: String, CodingKey {
            case id, message, contact, kind, address, state, reason
            case alertIds = "alert_ids"
        }

        package static let notes = [
            "id":
                "The delivery's id.",
            "alert_ids":
                "The alerts it told of.",
            "message":
                "What it was about.",
            "kind":
                "The channel it went by.",
            "state":
                "`sent` or `dead`.",
            "reason":
                "Why it is dead, or null.",
        ]
    }

    /// What an event says of a source: how its run stood then.
    package struct SourceNews: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var kind: String
        package var state: SyncState
        @OrNull package var pages: Int?
        @OrNull package var countsApplied: Int?
        @OrNull package var salesApplied: Int?
        @OrNull package var error: String?

        package init(
            name: String, kind: String, state: SyncState, pages: Int? = nil, countsApplied: Int? = nil,
            salesApplied: Int? = nil, error: String? = nil
        ) {
            self.name = name
            self.kind = kind
            self.state = state
            self.pages = pages
            self.countsApplied = countsApplied
            self.salesApplied = salesApplied
            self.error = error
        }

        enum CodingKeys: String, CodingKey {
            case name, kind, state, pages, error
            case countsApplied = "counts_applied"
            case salesApplied = "sales_applied"
        }

        package static let notes = [
            "name":
                "The source's name in the configuration.",
            "state":
                "What it went on to do; `waiting` means that it tries again.",
            "pages":
                "How many pages the run had brought when it ended; null when it began.",
            "counts_applied":
                "How many counts of it were news; null when it began.",
            "sales_applied":
                "How many sales of it were; null when it began.",
            "error":
                "What went wrong, or null.",
        ]
    }
}
