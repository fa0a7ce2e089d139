import StockDomain
import Testing

@Suite struct EscalationTests {
    private func again(_ steps: [(Int64, String)], repeat hours: Int64? = nil) -> [String] {
        Escalation(
            id: 1, name: "e", scope: AlertScope(), severity: nil,
            steps: steps.map { Escalation.Step(after: .minutes($0.0), contact: $0.1) }, repeatAfter: hours.map { .hours($0) }
        ).comingUpAgain(within: .hours(24))
    }

    @Test func whoComesUpAgainWithinTheWindowIsNamed() {
        #expect(again([(30, "ann"), (60, "bob")]) == [])
        #expect(again([(30, "ann"), (60, "bob"), (90, "ann")]) == ["ann"])
        #expect(again([(30, "ann"), (60, "bob")], repeat: 4) == ["ann", "bob"])
        // From one round's turn to the next, and not from the last step.
        #expect(again([(30, "ann"), (90, "bob")], repeat: 23) == [])
        #expect(again([(30, "ann"), (89, "bob")], repeat: 23) == ["ann", "bob"])
        #expect(again([(30, "ann")], repeat: 24) == [])
    }
}
