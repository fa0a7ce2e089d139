import StockControl
import StockDomain
import StockTransport

/// Everything `stockd.yaml` can say, checked, with defaults filled in and secrets looked up.
package struct Configuration: Sendable {
    /// The file it was read from; nil where there is none (`--demo`).
    package var file: String?
    package var database = "/var/lib/stockd/stock.db"
    package var control = Control()
    package var alerts = Alerts()
    package var delivery = Delivery()
    package var sources: [Source] = []
    package var channels = Channels()
    package var tls: TLSTrust = .system

    package init() {}

    package struct Control: Hashable, Sendable {
        package var socket = "/run/stockd/control.sock"
        /// The first match wins; root and the daemon's own user are admins without a rule.
        package var access: [AccessRule] = []
    }

    package struct Alerts: Hashable, Sendable {
        package var checkInterval: Duration = .minutes(15)
        package var suppress: Duration = .hours(24)
        /// UTC.
        package var remindAt = TimeOfDay(minutes: 9 * 60)
        /// In the tenant's time zone.
        package var summaryAt = TimeOfDay(minutes: 8 * 60)
        package var thresholds = ThresholdDefaults()
    }

    package struct Delivery: Hashable, Sendable {
        package enum Mode: String, CaseIterable, Sendable { case send, log }

        package var mode = Mode.send
        package var groupWait: Duration = .seconds(30)
    }

    /// A point-of-sale system that feeds one tenant.
    package struct Source: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case square(Square)
            case csv(CSV)
            case demo(Demo)
        }

        package struct Square: Hashable, Sendable {
            package enum Environment: String, CaseIterable, Sendable { case production, sandbox }

            package var environment: Environment
            /// Base URL without a final slash.
            package var url: String
            package var token: Secret
            /// nil: all of them; else Square's location ids.
            package var locations: [String]?
            package var tls: TLSTrust
        }

        package struct CSV: Hashable, Sendable {
            package var path: String
            package var decimalComma: Bool
        }

        package struct Demo: Hashable, Sendable {
            package var seed: UInt64
        }

        package var name: String
        package var tenant: String
        package var interval: Duration
        package var kind: Kind
    }

    package struct Channels: Hashable, Sendable {
        package var email: Email?
        package var twilio: Twilio?
        package var slack = Slack()
        /// Secret addresses by the names that contacts use.
        package var webhooks: [String: Secret] = [:]
        package var webhookSigningKey: Secret?
        /// For the addresses of `webhooks`.
        package var tls: TLSTrust = .system
    }

    package struct Email: Hashable, Sendable {
        package var url: String
        package var security: MailServer.Security
        package var username: String?
        package var password: Secret?
        package var from: Mailbox
        package var tls: TLSTrust
    }

    package struct Twilio: Hashable, Sendable {
        package var url: String
        package var accountSID: String
        package var authToken: Secret
        /// E.164.
        package var smsFrom: String?
        /// E.164.
        package var whatsappFrom: String?
        package var whatsappTemplate: String?
        package var tls: TLSTrust
    }

    package struct Slack: Hashable, Sendable {
        package var tls: TLSTrust = .system
    }
}

/// A time of day to the minute.
package struct TimeOfDay: Hashable, Sendable, CustomStringConvertible {
    /// Since midnight, 0 to 1439.
    package var minutes: Int

    package init(minutes: Int) { self.minutes = minutes }

    package var description: String { "\((minutes / 60).padded(2)):\((minutes % 60).padded(2))" }
}

/// `Stock alerts <alerts@example.com>`, taken apart.
package struct Mailbox: Hashable, Sendable, CustomStringConvertible {
    package var name: String?
    package var address: String

    package var description: String { name.map { "\($0) <\(address)>" } ?? address }
}
