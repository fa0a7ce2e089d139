import StockDomain
import StockNotify
import StockStore

/// Messages to read in stockd itself.
struct InboxChannel: Channel {
    /// Alerts of a message that are written out.
    private static let shown = 20

    let kind = ChannelKind.inbox
    let store: Store

    func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict {
        let text = Wording.plainText(message, limit: Self.shown)
        let worst = message.items.map(\.alert.severity).max()
        do {
            try await store.write { try $0.putIntoInbox(message.deliveryID, severity: worst, text: text, now: now) }
            return .sent(reference: nil)
        } catch {
            return .retry(after: nil, reason: (error as? StoreError)?.description ?? "the inbox cannot be written")
        }
    }
}
