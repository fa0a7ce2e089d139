import StockDomain
import StockTransport
import StockWire

/// Slack by incoming webhooks. An address names one of the configured webhooks, whose URL is a secret.
package struct SlackChannel: Channel {
    package let kind = ChannelKind.slack
    private let urls: [String: String]
    private let http: any HTTPClient
    private let tls: TLSTrust

    /// - Parameter urls: secret URLs by name.
    package init(urls: [String: String], http: any HTTPClient, tls: TLSTrust = .system) {
        self.urls = urls
        self.http = http
        self.tls = tls
    }

    package func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict {
        guard let url = urls[value] else { return Webhooks.unknown(value) }
        guard let body = try? JSON.encode(SlackMessage(message)) else {
            return .dead(reason: "the message cannot be written as JSON", disablesAddress: false)
        }
        let request = HTTPRequest(
            .post, url, headers: [("Content-Type", "application/json; charset=utf-8")], body: body,
            responseLimit: 65_536, tls: tls)
        do {
            return SlackChannel.verdict(try await http.send(request))
        } catch {
            return Webhooks.verdict(error)
        }
    }

    /// Slack answers `ok`, or a plain-text error: all of 4xx but 429 will not get better by repeating.
    static func verdict(_ response: HTTPResponse) -> Verdict {
        let text = Text.mended(String(decoding: response.body.prefix(200), as: UTF8.self)) ?? ""
        let reason = "Slack answered \(response.status)\(text.isEmpty ? "" : " \(text)")"
        switch response.status {
        case 200..<300: return .sent(reference: nil)
        case 429: return .retry(after: response.retryAfter ?? .seconds(1), reason: reason)
        case 500...: return .unreachable(after: response.retryAfter, reason: reason)
        case 404, 410: return .dead(reason: "\(reason): the webhook or its channel is gone", disablesAddress: true)
        default: return .dead(reason: reason, disablesAddress: false)
        }
    }
}
