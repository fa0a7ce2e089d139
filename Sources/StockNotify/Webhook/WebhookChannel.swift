import Crypto
import Foundation
import StockDomain
import StockTransport
import StockWire

/// Any program that takes a signed POST. An address names one of the configured webhooks, whose URL is a secret.
package struct WebhookChannel: Channel {
    package let kind = ChannelKind.webhook
    private let urls: [String: String]
    private let signingKey: String?
    private let http: any HTTPClient
    private let tls: TLSTrust

    /// - Parameters:
    ///   - urls: secret URLs by name.
    ///   - signingKey: nil: bodies go unsigned.
    package init(urls: [String: String], signingKey: String?, http: any HTTPClient, tls: TLSTrust = .system) {
        self.urls = urls
        self.signingKey = signingKey
        self.http = http
        self.tls = tls
    }

    package func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict {
        guard let url = urls[value] else { return Webhooks.unknown(value) }
        guard let body = try? JSON.encode(WebhookBody(message)) else {
            return .dead(reason: "the message cannot be written as JSON", disablesAddress: false)
        }
        let timestamp = String(now.milliseconds / 1000)
        var headers = [
            ("Content-Type", "application/json"), ("X-Stockd-Delivery", message.idempotencyKey),
            ("X-Stockd-Timestamp", timestamp),
        ]
        if let signingKey {
            headers.append(("X-Stockd-Signature", WebhookChannel.signature(of: body, at: timestamp, key: signingKey)))
        }
        let request = HTTPRequest(.post, url, headers: headers, body: body, responseLimit: 65_536, tls: tls)
        do {
            return WebhookChannel.verdict(try await http.send(request))
        } catch {
            return Webhooks.verdict(error)
        }
    }

    /// `v1=` and the hex HMAC-SHA256 of `TIMESTAMP.BODY`: with the timestamp in it, an old message cannot be replayed.
    static func signature(of body: [UInt8], at timestamp: String, key: String) -> String {
        var mac = HMAC<SHA256>(key: SymmetricKey(data: Data(key.utf8)))
        mac.update(data: Data("\(timestamp).".utf8))
        mac.update(data: body)
        return "v1=" + mac.finalize().withUnsafeBytes(Hex.text)
    }

    static func verdict(_ response: HTTPResponse) -> Verdict {
        let reason = "the webhook answered \(response.status)"
        switch response.status {
        case 200..<300: return .sent(reference: nil)
        case 300..<400: return .dead(reason: "\(reason): redirects are not followed, configure the final address", disablesAddress: false)
        case 408, 425, 429: return .retry(after: response.retryAfter, reason: reason)
        case 500...: return .unreachable(after: response.retryAfter, reason: reason)
        default: return .dead(reason: reason, disablesAddress: false)
        }
    }
}

/// What is posted. A later version may add members; `version` changes only when one changes its meaning.
struct WebhookBody: Encodable {
    struct Notice: Encodable {
        var subject: String
        var detail: String
        var resolved: Bool
    }

    var version = 1
    var deliveryID: Int64
    var kind: String
    var tenant: String
    /// The worst of them; `total` counts all.
    var alerts: [Wire.Alert]
    var total: Int
    /// Only where `kind` is about stockd itself.
    var notice: Notice?
    /// Only where `kind` is `summary`.
    var summary: Wire.Summary?

    private enum CodingKeys: String, CodingKey {
        case version, kind, tenant, alerts, total, notice, summary
        case deliveryID = "delivery_id"
    }

    init(_ message: Message) {
        deliveryID = message.deliveryID
        kind = message.kind.rawValue
        tenant = message.tenant
        alerts = message.items.map { Wire.Alert($0.alert, tenant: message.tenant) }
        total = message.total
        summary = message.summary.map { Wire.Summary($0, tenant: message.tenant) }
        notice = message.notice.map { Notice(subject: $0.subject, detail: $0.detail, resolved: $0.resolved) }
    }
}
