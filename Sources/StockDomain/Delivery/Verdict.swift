/// What an attempt to deliver came to, in the queue's terms. Every channel maps each of its outcomes to one of these.
package enum Verdict: Hashable, Sendable {
    /// Taken by the other side; `reference` is what it calls the message, if it says.
    case sent(reference: String?)
    /// Taken by the other side, under that name; whether it arrives shows later, and is followed.
    case accepted(reference: String)
    /// Worth another try; `after` is what the other side asked for.
    case retry(after: Duration?, reason: String)
    /// As `retry`, and nothing else gets through there either: the server is down, hangs, or is out of order.
    case unreachable(after: Duration?, reason: String)
    /// Never worth another try. `disablesAddress`: nor is anything else sent to this address (it is gone).
    case dead(reason: String, disablesAddress: Bool)
    /// Credentials or settings are wrong: the channel pauses, its deliveries stay queued.
    case misconfigured(reason: String)
}

extension Verdict {
    /// Why it is not `sent`; nil: it is.
    package var reason: String? {
        switch self {
        case .sent, .accepted: nil
        case .retry(_, let reason), .unreachable(_, let reason), .dead(let reason, _), .misconfigured(let reason): reason
        }
    }
}

/// What became of a message that was accepted.
package enum Fate: Hashable, Sendable {
    /// Nothing final yet, or nobody can say.
    case underWay
    case delivered
    /// It did not arrive: `dead`, worth another `retry`, or `misconfigured`.
    case failed(Verdict)
}

/// The kinds of address a contact can have, and so the kinds of channel.
package enum ChannelKind: String, CaseIterable, Sendable {
    case email, sms, whatsapp, slack, webhook, inbox

    /// How long after an attempt that may have arrived the next one waits at least: it is to be found out first. Zero where
    /// nobody can be asked, or need be, as both bear one key.
    package var doubt: Duration {
        switch self {
        case .sms, .whatsapp: FollowPolicy.doubt
        case .email, .slack, .webhook, .inbox: .zero
        }
    }
}
