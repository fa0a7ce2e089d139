/// What an attempt to deliver came to, in the queue's terms. Every channel maps each of its outcomes to one of these.
package enum Verdict: Hashable, Sendable {
    /// Taken by the other side; `reference` is what it calls the message, if it says.
    case sent(reference: String?)
    /// Worth another try; `after` is what the other side asked for.
    case retry(after: Duration?, reason: String)
    /// Never worth another try. `disablesAddress`: nor is anything else sent to this address (it is gone).
    case dead(reason: String, disablesAddress: Bool)
    /// Credentials or settings are wrong: the channel pauses, its deliveries stay queued.
    case misconfigured(reason: String)
}

/// The kinds of address a contact can have, and so the kinds of channel.
package enum ChannelKind: String, CaseIterable, Sendable { case email, sms, whatsapp, slack, webhook, inbox }
