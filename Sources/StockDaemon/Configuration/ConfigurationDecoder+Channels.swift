import StockTransport

extension ConfigurationDecoder {
    func channels(_ section: Section, trust outer: TLSTrust) -> Configuration.Channels {
        var channels = Configuration.Channels()
        let trust = trust(section, default: outer)
        channels.tls = trust
        channels.slack.tls = trust
        if let email = section.section("email") { channels.email = self.email(email, trust: trust) }
        if let twilio = section.section("twilio") { channels.twilio = self.twilio(twilio, trust: trust) }
        if let slack = section.section("slack") {
            channels.slack.tls = self.trust(slack, default: trust)
            slack.close()
        }
        if let webhooks = section.section("webhooks") { channels.webhooks = self.webhooks(webhooks) }
        channels.webhookSigningKey = section.secret("webhook_signing_key")
        section.close()
        return channels
    }

    private func email(_ section: Section, trust outer: TLSTrust) -> Configuration.Email? {
        let url = section.required("url") { text throws(Invalid) in
            let url = try ServerURL(text)
            guard url.scheme == "smtp" || url.scheme == "smtps" else { throw Invalid("must be smtp:// or smtps://") }
            guard url.path.isEmpty || url.path == "/" else { throw Invalid("must not have a path") }
            return (text: text, url: url)
        }
        let implicit = url?.url.scheme == "smtps"
        let security = section.value(
            "security", default: implicit ? .tls : .starttls, Parse.oneOf(MailServer.Security.self))
        if let url {
            let line = section.line(of: "security"), path = section.entry.path + ".security"
            if implicit != (security == .tls) {
                let fix = implicit ? "smtps:// has TLS from the start: must be tls or left out" : "tls needs an smtps:// url"
                reading.report(line, path, fix)
            } else if security == .none, !url.url.isLoopback {
                reading.report(line, path, "none is for loopback addresses only")
            }
        }
        let username = section.value("username", Parse.text)
        let password = section.secret("password")
        if section.has("username") != section.has("password") {
            section.entry.report("must give both a username and a password, or neither")
        }
        let from = section.required("from", Parse.mailbox)
        let trust = trust(section, default: outer)
        section.close()
        guard let url, let from else { return nil }
        return .init(url: url.text, security: security, username: username, password: password, from: from, tls: trust)
    }

    private func twilio(_ section: Section, trust outer: TLSTrust) -> Configuration.Twilio? {
        let url = section.value("url", default: "https://api.twilio.com", ServerURL.base)
        let account = section.required("account_sid", Parse.sid("AC"))
        let token = section.requiredSecret("auth_token")
        let sms = section.value("sms_from", Parse.phone)
        let whatsapp = section.value("whatsapp_from", Parse.phone)
        let template = section.value("whatsapp_template", Parse.sid("HX"))
        if !section.has("sms_from"), !section.has("whatsapp_from") {
            section.entry.report("must give sms_from, whatsapp_from or both")
        }
        if section.has("whatsapp_template"), !section.has("whatsapp_from") {
            reading.report(
                section.line(of: "whatsapp_template"), section.entry.path + ".whatsapp_template", "needs whatsapp_from, the number it is sent from")
        }
        let trust = trust(section, default: outer)
        section.close()
        guard let account, let token else { return nil }
        return .init(
            url: url, accountSID: account, authToken: token, smsFrom: sms, whatsappFrom: whatsapp,
            whatsappTemplate: template, tls: trust)
    }

    private func webhooks(_ section: Section) -> [String: Secret] {
        var webhooks: [String: Secret] = [:]
        for (name, line, value) in section.all {
            do {
                // A key that is no name may be the secret address itself: it isn't echoed.
                _ = try Parse.name(name)
            } catch {
                reading.report(line, section.entry.path, "each key " + error.text)
                continue
            }
            guard let secret = value.secret() else { continue }
            do {
                _ = try ServerURL.http(secret.reveal())
                webhooks[name] = secret
            } catch {
                value.report("the address it names \(error.text)")
            }
        }
        return webhooks
    }
}
