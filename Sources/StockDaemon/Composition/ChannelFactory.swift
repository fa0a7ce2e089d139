import Logging
import StockDomain
import StockNotify
import StockStore
import StockTransport

/// From what the configuration says of channels to what sends.
struct ChannelFactory: Sendable {
    let logger: Logger
    let store: Store
    let http: any HTTPClient
    let mail: any MailSender
    let outbox: (@Sendable (String) -> Void)?

    func channels(_ configuration: Configuration) -> [ChannelKind: any Channel] {
        let inbox = InboxChannel(store: store)
        switch configuration.delivery.mode {
        case .log:
            let channels = ChannelKind.allCases.map { ($0, LogChannel(kind: $0, logger: logger, inbox: inbox, outbox: outbox)) }
            return Dictionary(uniqueKeysWithValues: channels)
        case .send:
            return sending(configuration.channels).merging([.inbox: inbox]) { $1 }
        }
    }

    private func sending(_ configuration: Configuration.Channels) -> [ChannelKind: any Channel] {
        let urls = configuration.webhooks.mapValues { $0.reveal() }
        var channels: [ChannelKind: any Channel] = [
            .slack: SlackChannel(urls: urls, http: http, tls: configuration.slack.tls),
            .webhook: WebhookChannel(
                urls: urls, signingKey: configuration.webhookSigningKey?.reveal(), http: http, tls: configuration.tls),
        ]
        if let email = configuration.email {
            let server = MailServer(
                url: email.url, security: email.security, username: email.username, password: email.password?.reveal(),
                tls: email.tls)
            channels[.email] = EmailChannel(
                server: server, fromName: email.from.name, fromAddress: email.from.address, sender: mail)
        }
        if let twilio = configuration.twilio {
            let account = TwilioAccount(
                url: twilio.url, accountSID: twilio.accountSID, authToken: twilio.authToken.reveal(), tls: twilio.tls)
            if let from = twilio.smsFrom { channels[.sms] = TwilioChannel(.sms, account: account, from: from, http: http) }
            if let from = twilio.whatsappFrom {
                channels[.whatsapp] = TwilioChannel(
                    .whatsapp, account: account, from: from, template: twilio.whatsappTemplate, http: http)
            }
        }
        return channels
    }
}
