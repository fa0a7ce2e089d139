package enum SystemStatus: Method {
    package static let name = "system.status"
    package static let effect = Effect.reads
    package static let scope = Scope.system
    package static let summary = "What runs here, how much it holds, and how its sources and channels are."

    package typealias Params = NoParams

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var version: String
        package var protocolVersion: Int
        package var uptimeS: Int
        package var ready: Bool
        package var database: Wire.Database
        package var counts: Wire.Counts
        @OrNull package var holds: Wire.HoldCounts?
        package var sources: [Wire.Source]
        package var channels: [Wire.Channel]
        @OrNull package var time: Wire.Time?

        package init(
            version: String, protocolVersion: Int, uptimeS: Int, ready: Bool, database: Wire.Database,
            counts: Wire.Counts, holds: Wire.HoldCounts? = nil, sources: [Wire.Source], channels: [Wire.Channel],
            time: Wire.Time? = nil
        ) {
            self.time = time
            self.version = version
            self.protocolVersion = protocolVersion
            self.uptimeS = uptimeS
            self.ready = ready
            self.database = database
            self.counts = counts
            self.holds = holds
            self.sources = sources
            self.channels = channels
        }

        enum CodingKeys: String, CodingKey {
            case version, ready, database, counts, holds, sources, channels, time
            case protocolVersion = "protocol"
            case uptimeS = "uptime_s"
        }

        package static let notes = [
            "holds": "What is held, and what is the matter with it; null where a daemon does not tell.",
            "time": "What the daemon's clock says; null where a daemon does not tell.",
        ]
    }
}

package enum SystemHealth: Method {
    package static let name = "system.health"
    package static let effect = Effect.reads
    package static let scope = Scope.system
    package static let summary =
        "Whether everything works; false while a source or channel is failing or misconfigured."

    package typealias Params = NoParams

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var healthy: Bool
        package var checks: [Wire.HealthCheck]

        package static let notes = ["healthy": "Whether all checks are well.", "checks": "What was looked at, one by one."]

        package init(healthy: Bool, checks: [Wire.HealthCheck]) {
            self.healthy = healthy
            self.checks = checks
        }
    }
}

extension Wire {
    /// The store behind the daemon.
    package struct Database: Codable, Hashable, Sendable, Noted {
        package var engine: String
        package var bytes: Int64

        package init(engine: String, bytes: Int64) {
            self.engine = engine
            self.bytes = bytes
        }

        package static let notes = [
            "engine":
                "Which database engine keeps the data, for example `sqlite`.",
            "bytes":
                "Size on disk in bytes.",
        ]
    }

    /// How much there is, over all tenants.
    package struct Counts: Codable, Hashable, Sendable, Noted {
        package var tenants: Int
        package var locations: Int
        package var products: Int
        package var levels: Int
        package var alertsOpen: Int
        package var deliveriesQueued: Int
        package var deliveriesDead: Int
        @OrNull package var inboxUnread: Int?

        package init(
            tenants: Int, locations: Int, products: Int, levels: Int, alertsOpen: Int, deliveriesQueued: Int,
            deliveriesDead: Int, inboxUnread: Int? = nil
        ) {
            self.tenants = tenants
            self.locations = locations
            self.products = products
            self.levels = levels
            self.alertsOpen = alertsOpen
            self.deliveriesQueued = deliveriesQueued
            self.deliveriesDead = deliveriesDead
            self.inboxUnread = inboxUnread
        }

        enum CodingKeys: String, CodingKey {
            case tenants, locations, products, levels
            case alertsOpen = "alerts_open"
            case deliveriesQueued = "deliveries_queued"
            case deliveriesDead = "deliveries_dead"
            case inboxUnread = "inbox_unread"
        }

        package static let notes = [
            "tenants":
                "Number of tenants.",
            "locations":
                "Number of locations.",
            "products":
                "Number of products that are not retired.",
            "levels":
                "Number of stock levels.",
            "alerts_open":
                "Alerts that are open or acknowledged.",
            "deliveries_queued":
                "Deliveries that wait for their next attempt or are under way.",
            "deliveries_dead":
                "Deliveries that were given up.",
            "inbox_unread":
                "Messages of inboxes that nobody has read; null where a daemon does not tell.",
        ]
    }

    /// Holds that stand and what has become doubtful of them, over all tenants.
    package struct HoldCounts: Codable, Hashable, Sendable, Noted {
        package var held: Int
        package var levelsAtRisk: Int
        package var refundsDue: Int

        package init(held: Int, levelsAtRisk: Int, refundsDue: Int) {
            self.held = held
            self.levelsAtRisk = levelsAtRisk
            self.refundsDue = refundsDue
        }

        enum CodingKeys: String, CodingKey {
            case held
            case levelsAtRisk = "levels_at_risk"
            case refundsDue = "refunds_due"
        }

        package static let notes = [
            "held":
                "Holds that are held: neither paid for, nor cancelled or expired.",
            "levels_at_risk":
                "Stock levels of which more is held than is there.",
            "refunds_due":
                "Payments that could not be given goods, and are to be refunded, of holds that are kept.",
        ]
    }

    /// How one way of reaching people is doing.
    package struct Channel: Codable, Hashable, Sendable, Noted {
        package var kind: ChannelKind
        package var state: ChannelState
        @OrNull package var error: String?

        package init(kind: ChannelKind, state: ChannelState, error: String? = nil) {
            self.kind = kind
            self.state = state
            self.error = error
        }

        package static let notes = [
            "kind":
                "The way of reaching people.",
            "state":
                "How it is doing.",
            "error":
                "What is wrong with the channel; null: nothing, or that is for those to know who may see all tenants.",
        ]
    }

    /// `failing`: the last attempts failed and are tried again; `misconfigured`: held until somebody mends the configuration.
    package enum ChannelState: String, WireEnum {
        case ready, failing, misconfigured
    }

    /// One thing that can be well or not.
    package struct HealthCheck: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var healthy: Bool
        package var detail: String

        package init(name: String, healthy: Bool, detail: String) {
            self.name = name
            self.healthy = healthy
            self.detail = detail
        }

        package static let notes = [
            "name":
                "What is checked, for example `database` or `source square-main`.",
            "healthy":
                "Whether it is well.",
            "detail":
                "What was found.",
        ]
    }
}
