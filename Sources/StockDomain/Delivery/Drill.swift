/// A stockout that did not happen, told by the real way to see whether word arrives.
package enum Drill {
    /// The same whenever it is asked for: a message that is sent again must be the message that was sent.
    package static func item(at time: Timestamp) -> Message.Item {
        Message.Item(
            occasion: .drill,
            alert: Alert(
                id: 0, sku: "DRILL", productName: "Example product", category: nil, location: "Example location",
                severity: .out, state: .open, currentStock: .zero, threshold: nil, thresholdOrigin: "drill",
                daysUntilStockout: 0, openedAt: time))
    }
}
