import FoundationEssentials

package enum EventWatch: Method {
    package static let name = "event.watch"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary =
        "Tells what happens from now on, or since `since` without a gap, as notifications named `event`."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var since: String?
        package var kinds: [Wire.EventKind]?

        package init(since: String? = nil, kinds: [Wire.EventKind]? = nil) {
            self.since = since
            self.kinds = kinds
        }

        package static let notes = [
            "since":
                "The cursor of the last event seen, or a time (RFC 3339): all that is kept if that is earlier. From now on if left out.",
            "kinds":
                "Only these kinds; all if left out.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var subscription: Int64
        package var cursor: String

        package init(subscription: Int64, cursor: String) {
            self.subscription = subscription
            self.cursor = cursor
        }

        package static let notes = [
            "cursor":
                "Where the subscription begins: pass it as `since` to resume.",
        ]
    }
}

/// The params of a notification named `event`.
package struct EventNotification: Codable, Hashable, Sendable, Noted {
    package var subscription: Int64
    package var cursor: String
    package var event: Wire.Event

    package init(subscription: Int64, cursor: String, event: Wire.Event) {
        self.subscription = subscription
        self.cursor = cursor
        self.event = event
    }

    package static let notes = [
        "cursor":
            "Pass it as `since` to resume after this event.",
        "event":
            "What happened.",
    ]
}

extension Wire {
    /// Something that happened, with what was so of the object it happened to: then, whenever it is read. Only names may be
    /// newer.
    package struct Event: Codable, Hashable, Sendable, Noted {
        package var kind: String
        package var at: Time
        package var tenant: String
        package var alert: AlertNews?
        package var level: LevelNews?
        package var delivery: DeliveryNews?
        package var source: SourceNews?
        package var hold: HoldNews?
        package var sale: Sale?
        package var refund: RefusedPayment?
        package var silence: Silence?
        package var note: String?

        package init(
            kind: String, at: Time, tenant: String, alert: AlertNews? = nil, level: LevelNews? = nil,
            delivery: DeliveryNews? = nil, source: SourceNews? = nil, hold: HoldNews? = nil, sale: Sale? = nil,
            refund: RefusedPayment? = nil, silence: Silence? = nil, note: String? = nil
        ) {
            self.kind = kind
            self.at = at
            self.tenant = tenant
            self.alert = alert
            self.level = level
            self.delivery = delivery
            self.source = source
            self.hold = hold
            self.sale = sale
            self.refund = refund
            self.silence = silence
            self.note = note
        }

        package static let notes = [
            "kind":
                "What happened, for example `alert.opened`.",
            "at":
                "When it happened.",
            "alert":
                "The alert, of kinds that begin with `alert.`.",
            "level":
                "The stock level, of kinds that begin with `stock.`, and of `hold.at_risk`.",
            "delivery":
                "The delivery, of kinds that begin with `delivery.`.",
            "source":
                "The source, of kinds that begin with `sync.`.",
            "hold":
                "The hold, of kinds that begin with `hold.`.",
            "sale":
                "The flash sale as it was then, of kinds that begin with `sale.`; without lines in events from before they were kept.",
            "refund":
                "The payment to give back, of `hold.refund_due`.",
            "silence":
                "The silence as it was then, of kinds that begin with `silence.`. One that ends by itself, at its `ends_at`, has no event.",
            "note":
                "What stockd itself has trouble with, of kinds that begin with `notice.`; of `hold.cancelled` and `sync.paused`, why.",
        ]
    }

    /// What an event says of a hold: enough to follow a sale by.
    package struct HoldNews: Codable, Hashable, Sendable, Noted {
        package struct Line: Codable, Hashable, Sendable, Noted {
            package var sku: String
            package var location: String
            package var quantity: Decimal
            @OrNull package var remaining: Decimal?

            package init(sku: String, location: String, quantity: Decimal, remaining: Decimal? = nil) {
                self.sku = sku
                self.location = location
                self.quantity = quantity
                self.remaining = remaining
            }

            package static let notes = [
                "quantity":
                    "How much of it the hold is about.",
                "remaining":
                    "What could be held of it right afterwards, in the sale if it is of one; null where that did not change.",
            ]
        }

        package var id: Int64
        package var state: HoldState
        package var orderRef: String
        @OrNull package var sale: String?
        package var expiresAt: Time
        package var lines: [Line]

        package init(
            id: Int64, state: HoldState, orderRef: String, sale: String? = nil, expiresAt: Time, lines: [Line]
        ) {
            self.id = id
            self.state = state
            self.orderRef = orderRef
            self.sale = sale
            self.expiresAt = expiresAt
            self.lines = lines
        }

        enum CodingKeys: String, CodingKey {
            case id, state, sale, lines
            case orderRef = "order_ref"
            case expiresAt = "expires_at"
        }

        package static let notes = [
            "id":
                "The hold's id.",
            "state":
                "What had become of it by then.",
            "order_ref":
                "The caller's name for the order.",
            "sale":
                "The flash sale it was bought in, or null.",
            "expires_at":
                "When it was to expire then, or did.",
            "lines":
                "What is held.",
        ]
    }

    /// The kinds of event this version sends; a later one may send more.
    package enum EventKind: String, WireEnum {
        case alertOpened = "alert.opened", alertChanged = "alert.changed",
            alertAcknowledged = "alert.acknowledged", alertResolved = "alert.resolved",
            alertEscalated = "alert.escalated",
            stockChanged = "stock.changed", deliverySent = "delivery.sent", deliveryFailed = "delivery.failed",
            syncStarted = "sync.started", syncFinished = "sync.finished", syncFailed = "sync.failed",
            syncPaused = "sync.paused", syncResumed = "sync.resumed",
            silenceCreated = "silence.created", silenceExpired = "silence.expired",
            noticeOpened = "notice.opened", noticeResolved = "notice.resolved",
            holdPlaced = "hold.placed", holdConfirmed = "hold.confirmed", holdCancelled = "hold.cancelled",
            holdExpired = "hold.expired", holdExtended = "hold.extended", holdAtRisk = "hold.at_risk",
            holdRefundDue = "hold.refund_due", saleCreated = "sale.created", saleEnded = "sale.ended"
    }
}
