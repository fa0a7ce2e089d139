import StockDomain

/// A way to reach people. Renders the message, sends it, and turns whatever happens into a verdict.
package protocol Channel: Sendable {
    var kind: ChannelKind { get }

    /// Never throws: a failure is a verdict. `value` is the address as the contact has it. `now` is the wall clock.
    func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict
}
