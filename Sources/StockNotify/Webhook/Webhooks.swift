import StockDomain
import StockTransport

/// What Slack's and generic webhooks share.
enum Webhooks {
    static func unknown(_ name: String) -> Verdict {
        .dead(
            reason: "no webhook is named \"\(name)\": add it under channels.webhooks, then stockctl delivery retry",
            disablesAddress: false)
    }

    /// No answer at all. One endpoint that fails is no reason to pause all others: it is tried again for a day.
    static func verdict(_ error: TransportError) -> Verdict {
        switch error.code {
        case .invalidRequest: .dead(reason: error.description, disablesAddress: false)
        case .unreachable, .timedOut, .tls, .tooLarge, .cancelled, .broken: .unreachable(after: nil, reason: error.description)
        }
    }
}
