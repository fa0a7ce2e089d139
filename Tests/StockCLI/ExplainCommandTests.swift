import StockCLI
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
        let narrow = try run(["explain", "A"], on: Terminal(width: 60, isColoured: false), results: [result]).out
        #expect(narrow.contains("\nLow at 5, set by the configuration. Critical at 1, set by\n  the configuration.\n"), "\(narrow)")
        #expect(try run(["explain", "A", "--at", "2026-05-04T08:00:00Z"], results: [result]).out.contains("There was nobody to tell."))
        // As it is printed itself.
        let second = try run(["explain", "A", "--at", "2026-05-04 08:00:09"], results: [result]).requests[0]
        #expect(second.contains(":09.000Z"))
        #expect(try run(["explain", "A", "--at", "2026-05-04 08:00:09.25"], results: [result]).requests[0].contains(":09.250Z"))
    }

    @Test func whatComesNextAndWhatBecameOfTheEndIsSaidInWords() throws {
        func address(_ name: String, _ outcome: Wire.AddressOutcome, _ reason: Wire.Reason?, end: Wire.ExplainedDecision? = nil)
            -> Wire.ExplainedAddress
        {
            Wire.ExplainedAddress(
                contact: name, kind: .email, address: "\(name)@x.example", outcome: outcome, reason: reason, at: at,
                delivery: outcome == .told ? 3 : nil, end: end)
        }
        func out(
            retired: Bool = false, alert: Wire.Alert? = nil, silences: [Wire.ExplainedSilence] = [], next: Wire.ExplainedStep? = nil,
            _ addresses: [Wire.ExplainedAddress]
        ) throws -> String {
            let explanation = Wire.Explanation(
                tenant: "default", sku: "A", productName: "Tea", location: "store-1", at: at, onHand: retired ? 7 : 0,
                tracking: retired ? .untracked : .tracked, retired: retired,
                movement: retired ? Wire.Movement(kind: .count, delta: 7, balance: 7, at: at) : nil, lowThreshold: 5, criticalThreshold: 1,
                lowOrigin: "configuration", criticalOrigin: "configuration", settings: [], severity: retired ? .healthy : .out,
                reason: retired ? .notTracked : nil, alert: alert, silences: silences, escalations: [], nextStep: next, addresses: addresses,
                deliveries: [])
            let result = String(decoding: try JSON.encode(AlertExplain.Result(explanations: [explanation])), as: UTF8.self)
            return try run(["explain", "A"], results: [result]).out
        }
        let ended = try out([
            address("ann", .told, nil, end: Wire.ExplainedDecision(outcome: .notTold, reason: .noResolves, at: at)),
            address("bob", .nothingToTell, nil),
        ])
        #expect(ended.contains("(ann@x.example): told on \(Format.moment(at)), message 3. Of the end: not told on \(Format.moment(at)), because it does not want to hear that it is over.\n"))
        #expect(ended.contains("(bob@x.example): nothing was sent; it hears when it is told.\n"))
        let silenced = try out(
            silences: [Wire.ExplainedSilence(id: 1, startsAt: at, endsAt: at, author: "ann", comment: "c")],
            [address("bob", .nothingToTell, nil)])
        #expect(silenced.contains("it hears when the silence ends, on \(Format.moment(at)), if it is still short.\n"))
        let next = try out(
            next: Wire.ExplainedStep(afterS: 60, contact: "ann", dueAt: at, outcome: .notTold, reason: .toldLately), [])
        #expect(next.contains("it is the turn of ann on \(Format.moment(at)), who will not be told, because it was told as much within the last window.\n"))
        // Of what is over, the beginning is not told any more; the end is, when it may be.
        let over = Wire.Alert(
            id: 1, tenant: "default", sku: "A", productName: "Tea", location: "store-1", severity: .out, state: .resolved,
            currentStock: 9, openedAt: at, resolvedAt: at, timeline: [])
        let quiet = Wire.ExplainedDecision(outcome: .held, reason: .quietHours, at: at)
        let held = try out(alert: over, [address("ann", .told, nil, end: quiet), address("bob", .held, .paused)])
        #expect(held.contains("Of the end: held back on \(Format.moment(at)), because it has quiet hours.\n"))
        #expect(held.contains("(bob@x.example): held back on \(Format.moment(at)), because it is paused; it is over, and will not be told.\n"))
        var waiting = address("bob", .underWay, nil)
        waiting.detail = "email is not configured"
        #expect(try out([waiting]).contains("waits since \(Format.moment(at)) for the channel, which is misconfigured: email is not configured.\n"))
        let retired = try out(retired: true, [address("bob", .nothingToTell, nil)])
        #expect(retired.contains("nothing was sent; there is nothing to tell.\n"))
        #expect(retired.contains("It is retired, so it raises no alerts.\n7 on hand.\nThat is from") && !retired.contains("not tracked"))
    }
}
