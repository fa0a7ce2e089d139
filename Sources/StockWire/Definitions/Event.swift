package enum EventWatch: Method {
    package static let name = "event.watch"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary =
        "Tells what happens from now on, or from `since` without a gap, as notifications named `event`."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var since: String?
        package var kinds: [Wire.EventKind]?

        package init(since: String? = nil, kinds: [Wire.EventKind]? = nil) {
            self.since = since
            self.kinds = kinds
        }

        package static let notes = [
            "since":
                "The cursor of the last event seen; from now on if left out.",
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
    /// Something that happened, with the object it happened to.
    package struct Event: Codable, Hashable, Sendable, Noted {
        package var kind: String
        package var at: Time
        package var tenant: String
        package var alert: Alert?
        package var level: Level?
        package var delivery: Delivery?
        package var source: Source?
        package var note: String?

        package init(
            kind: String, at: Time, tenant: String, alert: Alert? = nil, level: Level? = nil,
            delivery: Delivery? = nil, source: Source? = nil, note: String? = nil
        ) {
            self.kind = kind
            self.at = at
            self.tenant = tenant
            self.alert = alert
            self.level = level
            self.delivery = delivery
            self.source = source
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
                "The stock level, of kinds that begin with `stock.`.",
            "delivery":
                "The delivery, of kinds that begin with `delivery.`.",
            "source":
                "The source, of kinds that begin with `sync.`.",
            "note":
                "What stockd itself has trouble with, of kinds that begin with `notice.`.",
        ]
    }

    /// The kinds of event this version sends; a later one may send more.
    package enum EventKind: String, WireEnum {
        case alertOpened = "alert.opened", alertChanged = "alert.changed",
            alertAcknowledged = "alert.acknowledged", alertResolved = "alert.resolved",
            stockChanged = "stock.changed", deliverySent = "delivery.sent", deliveryFailed = "delivery.failed",
            syncStarted = "sync.started", syncFinished = "sync.finished", syncFailed = "sync.failed",
            noticeOpened = "notice.opened", noticeResolved = "notice.resolved"
    }
}
