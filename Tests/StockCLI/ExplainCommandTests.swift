import StockWire
import Testing

@Suite struct ExplainCommandTests {
    private let at = Wire.Time("2026-05-04T08:00:00Z")!

    private func delivery(_ state: Wire.DeliveryState, _ reason: String?) -> Wire.ExplainedDelivery {
        Wire.ExplainedDelivery(
            id: 7, occasion: "escalated", contact: "manager", kind: .sms, address: "+15550123", state: state, reason: reason,
            createdAt: at, attempts: [])
    }

    @Test func whoWasToldAndWhatBecameOfMessagesIsSaidInWords() throws {
        let alert = Wire.Alert(
            id: 1, tenant: "default", sku: "A", productName: "Tea", location: "store-1", severity: .out, state: .open,
            currentStock: 0, openedAt: at,
            timeline: [
                Wire.AlertEvent(at: at, kind: "suppressed", severity: .out, onHand: 0, note: "nobody_to_tell"),
                Wire.AlertEvent(at: at, kind: "escalated", severity: .out, onHand: 0, note: "manager, escalated, 1 address, 1 later"),
            ])
        let explanation = Wire.Explanation(
            tenant: "default", sku: "A", productName: "Tea", location: "store-1", at: at, onHand: 0, tracking: .tracked,
            lowThreshold: 5, criticalThreshold: 1, lowOrigin: "configuration", criticalOrigin: "configuration", settings: [],
            severity: .out, alert: alert, silences: [], escalations: [], addresses: [],
            deliveries: [delivery(.dropped, "address_removed"), delivery(.dropped, "by hand"), delivery(.dead, "no such number")])
        let result = String(decoding: try JSON.encode(AlertExplain.Result(explanations: [explanation])), as: UTF8.self)
        let out = try run(["explain", "A"], results: [result]).out
        for text in [
            "nobody told: no address wants it.", "escalated to manager: 1 address, 1 later\n", "dropped: the address was removed.",
            "dropped: by hand.", "gave up: no such number.",
        ] { #expect(out.contains(text), "\(text) is missing:\n\(out)") }
        #expect(out.contains("There is nobody to tell: stockctl contact create"))
        #expect(try run(["explain", "A", "--at", "2026-05-04T08:00:00Z"], results: [result]).out.contains("There was nobody to tell."))
        // As it is printed itself.
        let second = try run(["explain", "A", "--at", "2026-05-04 08:00:09"], results: [result]).requests[0]
        #expect(second.contains(":09.000Z"))
    }
}
