import FoundationEssentials
import StockControl
import StockTransport
import StockWire

extension Configuration {
    /// In the shape of the file, defaults filled in, a secret as where it comes from.
    package var shown: JSONValue {
        .object([
            "database": .text(database),
            "control": .object([
                "socket": .text(control.socket),
                "access": .array(control.access.map(Self.shown)),
            ]),
            "alerts": shown(alerts),
            "delivery": .object([
                "mode": .text(delivery.mode.rawValue), "group_wait": .duration(delivery.groupWait),
            ]),
            "sources": .array(sources.map(Self.shown)),
            "channels": shown(channels),
            "tls": Self.shown(tls),
        ])
    }

    /// The single values of `shown` by their keys, as in problems: `alerts.suppress`, `sources[0].name`.
    var leaves: [String: JSONValue] {
        var leaves: [String: JSONValue] = [:]
        func walk(_ value: JSONValue, _ path: String) {
            switch value {
            case .object(let members) where !members.isEmpty:
                for (key, value) in members { walk(value, path.isEmpty ? key : "\(path).\(key)") }
            case .array(let list) where !list.isEmpty:
                for (index, value) in list.enumerated() { walk(value, "\(path)[\(index)]") }
            default: leaves[path] = value
            }
        }
        walk(shown, "")
        return leaves
    }

    /// As the file has it: `30s 15m 24h 7d 0`. A day and more in days only where that is what people write.
    package static func written(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        if seconds == 0 { return "0" }
        if seconds % 86_400 == 0, seconds > 86_400 { return "\(seconds / 86_400)d" }
        if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }

    private func shown(_ alerts: Alerts) -> JSONValue {
        .object([
            "check_interval": .duration(alerts.checkInterval), "suppress": .duration(alerts.suppress),
            "remind_at": .text(alerts.remindAt.description), "summary_at": .text(alerts.summaryAt.description),
            "low": .text(alerts.thresholds.low.description), "critical": .text(alerts.thresholds.critical.description),
            "low_without_par": .number(alerts.thresholds.lowWithoutPar.decimal),
            "critical_without_par": .number(alerts.thresholds.criticalWithoutPar.decimal),
        ])
    }

    private func shown(_ channels: Channels) -> JSONValue {
        var members: [String: JSONValue] = [
            "slack": .object(["tls": Self.shown(channels.slack.tls)]),
            "webhooks": .object(channels.webhooks.mapValues(Self.shown)),
            "webhook_signing_key": Self.shown(channels.webhookSigningKey),
            "tls": Self.shown(channels.tls),
        ]
        if let email = channels.email {
            members["email"] = .object([
                "url": .text(email.url), "security": .text(email.security.rawValue), "username": .text(email.username),
                "password": Self.shown(email.password), "from": .text(email.from.description), "tls": Self.shown(email.tls),
            ])
        }
        if let twilio = channels.twilio {
            members["twilio"] = .object([
                "url": .text(twilio.url), "account_sid": .text(twilio.accountSID), "auth_token": Self.shown(twilio.authToken),
                "sms_from": .text(twilio.smsFrom), "whatsapp_from": .text(twilio.whatsappFrom),
                "whatsapp_template": .text(twilio.whatsappTemplate), "tls": Self.shown(twilio.tls),
            ])
        }
        return .object(members)
    }

    private static func shown(_ rule: AccessRule) -> JSONValue {
        var members: [String: JSONValue] = ["role": .text(rule.role.rawValue)]
        switch rule.peer {
        case .user(let name): members["user"] = .text(name)
        case .group(let name): members["group"] = .text(name)
        }
        if let tenants = rule.tenants { members["tenants"] = .array(tenants.map { .text($0) }) }
        return .object(members)
    }

    private static func shown(_ source: Source) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .text(source.name), "tenant": .text(source.tenant), "interval": .duration(source.interval),
        ]
        switch source.kind {
        case .square(let square):
            members["kind"] = .text("square")
            members["environment"] = .text(square.environment.rawValue)
            members["url"] = .text(square.url)
            members["token"] = shown(square.token)
            members["locations"] = square.locations.map { .array($0.map { .text($0) }) } ?? .text("all")
            members["tls"] = shown(square.tls)
        case .csv(let csv):
            members["kind"] = .text("csv")
            members["path"] = .text(csv.path)
            members["decimal_comma"] = .bool(csv.decimalComma)
        case .demo(let demo):
            members["kind"] = .text("demo")
            members["seed"] = .number(Decimal(demo.seed))
        }
        return .object(members)
    }

    private static func shown(_ secret: Secret?) -> JSONValue { secret.map(shown) ?? .null }

    private static func shown(_ secret: Secret) -> JSONValue {
        switch secret.origin {
        case .credential(let name): .object(["credential": .text(name)])
        case .file(let path): .object(["file": .text(path)])
        case .environment(let name): .object(["env": .text(name)])
        }
    }

    private static func shown(_ trust: TLSTrust) -> JSONValue {
        switch trust {
        case .system: .text("system")
        case .caFile(let path): .object(["ca_file": .text(path)])
        }
    }
}

extension JSONValue {
    fileprivate static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    fileprivate static func duration(_ duration: Duration) -> JSONValue { .string(Configuration.written(duration)) }
}
