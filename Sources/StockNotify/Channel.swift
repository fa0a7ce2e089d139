import StockDomain

/// A way to reach people. Renders the message, sends it, and turns whatever happens into a verdict.
package protocol Channel: Sendable {
    var kind: ChannelKind { get }

    /// Never throws: a failure is a verdict. `value` is the address as the contact has it. `now` is the wall clock.
    func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict

    /// What the message will say, where each attempt must say the same: what an earlier one has left is known by it. nil:
    /// it need not.
    func words(for message: Message) -> String?

    /// Whether it can say what has become of a message that it has sent.
    var follows: Bool { get }

    /// What has become of a message that was `accepted` under that reference. Never throws: where nobody can say now, it is
    /// under way.
    func fate(of reference: String) async -> Fate
}

extension ChannelKind {
    /// What the configuration must have for it to send.
    package var neededSettings: String {
        switch self {
        case .email: "channels.email"
        case .sms: "channels.twilio with sms_from"
        case .whatsapp: "channels.twilio with whatsapp_from"
        case .slack, .webhook: "channels.webhooks"
        case .inbox: "nothing"
        }
    }
}

extension Channel {
    package func words(for message: Message) -> String? { nil }
    package var follows: Bool { false }
    package func fate(of reference: String) async -> Fate { .underWay }
}
