import StockTransport

extension Configuration {
    /// In the shape of the file, defaults filled in, a secret as where it comes from.
    package var shown: ShownValue {
        .members([
            "database": .text(database),
            "control": .members([
                "socket": .text(control.socket),
                "access": .list(control.access.map(Self.shown)),
            ]),
            "alerts": shown(alerts),
            "delivery": .members([
                "mode": .text(delivery.mode.rawValue), "group_wait": .duration(delivery.groupWait),
            ]),
            "sources": .list(sources.map(Self.shown)),
            "channels": shown(channels),
            "tls": Self.shown(tls),
        ])
    }

    /// The keys of `shown` that stand at their defaults, as far as they have one name each: `alerts.suppress`.
    package var defaulted: [String] {
        var keys: [String] = []
        func walk(_ value: ShownValue, _ path: String) {
            if case .members(let members) = value {
                for (key, value) in members { walk(value, path.isEmpty ? key : "\(path).\(key)") }
            } else if !given.contains(path) {
                keys.append(path)
            }
        }
        walk(.members(["alerts": shown(alerts), "control": .members(["socket": .null]), "database": .null,
            "delivery": .members(["mode": .null, "group_wait": .null])]), "")
        return keys.sorted()
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

    private func shown(_ alerts: Alerts) -> ShownValue {
        .members([
            "check_interval": .duration(alerts.checkInterval), "suppress": .duration(alerts.suppress),
            "remind_at": .text(alerts.remindAt.description), "summary_at": .text(alerts.summaryAt.description),
            "low": .text(alerts.thresholds.low.description), "critical": .text(alerts.thresholds.critical.description),
            "low_without_par": .text(alerts.thresholds.lowWithoutPar.description),
            "critical_without_par": .text(alerts.thresholds.criticalWithoutPar.description),
        ])
    }

    private func shown(_ channels: Channels) -> ShownValue {
        var members: [String: ShownValue] = [
            "slack": .members(["tls": Self.shown(channels.slack.tls)]),
            "webhooks": .members(channels.webhooks.mapValues(Self.shown)),
            "webhook_signing_key": Self.shown(channels.webhookSigningKey),
            "tls": Self.shown(channels.tls),
        ]
        if let email = channels.email {
            members["email"] = .members([
                "url": .text(email.url), "security": .text(email.security.rawValue), "username": .text(email.username),
                "password": Self.shown(email.password), "from": .text(email.from.description), "tls": Self.shown(email.tls),
            ])
        }
        if let twilio = channels.twilio {
            members["twilio"] = .members([
                "url": .text(twilio.url), "account_sid": .text(twilio.accountSID), "auth_token": Self.shown(twilio.authToken),
                "sms_from": .text(twilio.smsFrom), "whatsapp_from": .text(twilio.whatsappFrom),
                "whatsapp_template": .text(twilio.whatsappTemplate), "tls": Self.shown(twilio.tls),
            ])
        }
        return .members(members)
    }

    private static func shown(_ rule: AccessRule) -> ShownValue {
        var members: [String: ShownValue] = ["role": .text(rule.role.rawValue)]
        switch rule.peer {
        case .user(let name): members["user"] = .text(name)
        case .group(let name): members["group"] = .text(name)
        }
        if let tenants = rule.tenants { members["tenants"] = .list(tenants.map { .text($0) }) }
        return .members(members)
    }

    private static func shown(_ source: Source) -> ShownValue {
        var members: [String: ShownValue] = [
            "name": .text(source.name), "tenant": .text(source.tenant), "interval": .duration(source.interval),
        ]
        switch source.kind {
        case .square(let square):
            members["kind"] = .text("square")
            members["environment"] = .text(square.environment.rawValue)
            members["url"] = .text(square.url)
            members["token"] = shown(square.token)
            members["locations"] = square.locations.map { .list($0.map { .text($0) }) } ?? .text("all")
            members["tls"] = shown(square.tls)
        case .csv(let csv):
            members["kind"] = .text("csv")
            members["path"] = .text(csv.path)
            members["decimal_comma"] = .flag(csv.decimalComma)
        case .demo(let demo):
            members["kind"] = .text("demo")
            members["seed"] = .text(String(demo.seed))
        }
        return .members(members)
    }

    private static func shown(_ secret: Secret?) -> ShownValue { secret.map(shown) ?? .null }

    private static func shown(_ secret: Secret) -> ShownValue {
        switch secret.origin {
        case .credential(let name): .members(["credential": .text(name)])
        case .file(let path): .members(["file": .text(path)])
        case .environment(let name): .members(["env": .text(name)])
        }
    }

    private static func shown(_ trust: TLSTrust) -> ShownValue {
        switch trust {
        case .system: .text("system")
        case .caFile(let path): .members(["ca_file": .text(path)])
        }
    }
}
