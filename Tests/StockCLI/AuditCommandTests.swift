import StockCLI
import Testing

@Suite struct AuditCommandTests {
    @Test func anAuditThatIsNotWholeFailsTheCheckAndSaysWhere() throws {
        let broken = #"{"intact":false,"entries":15,"broken_at":16,"last":15,"hash":"42760b"}"#
        let outcome = try run(["audit", "verify"], results: [broken])
        #expect(outcome.isFailedCheck)
        #expect(outcome.out.contains("entry 16 was changed, is missing or does not belong there"))
        let asJSON = try run(["audit", "verify", "--json"], results: [broken])
        #expect(asJSON.isFailedCheck && asJSON.out == broken + "\n")
        let whole = try run(
            ["audit", "verify"], results: [#"{"intact":true,"entries":1,"broken_at":null,"last":1,"hash":"42760b"}"#])
        #expect(whole.error == nil)
        #expect(whole.out == "The audit is whole: 1 entry, up to 1 with the hash 42760b.\n")
    }

    @Test func aPageWithoutEntriesIsNotTheEnd() throws {
        let entry = #"""
            {"id":3,"at":"2026-05-04T08:00:00.000Z","tenant":null,"uid":1001,"name":"anna","role":null,"method":"*",
            "params":{"repeated":7},"outcome":"denied"}
            """#.replacing("\n", with: "")
        let outcome = try run(
            ["audit", "list", "--all-tenants", "--outcome", "denied"],
            results: [#"{"entries":[],"next_cursor":"100"}"#, #"{"entries":[\#(entry)],"next_cursor":null}"#])
        #expect(outcome.requests.count == 2)
        #expect(outcome.requests[0].contains(#""all_tenants":true"#) && outcome.requests[0].contains(#""outcome":"denied""#))
        #expect(outcome.requests[1].contains(#""cursor":"100""#))
        #expect(outcome.out.contains(#"{"repeated":7}"#))
    }

    private let entry = #"{"id":3,"at":"2026-05-04T08:00:00.000Z","tenant":"default","uid":1001,"name":"olivia","role":"operator","method":"contact.update","params":{"name":"ann","addresses":[{"kind":"email","value":"ann@example.com"}]},"outcome":"invalid_params"}"#

    @Test func anEntryShowsItsParamsOnANarrowTerminal() throws {
        let narrow = Terminal(width: 80, isColoured: false)
        let out = try run(["audit", "list"], on: narrow, results: [#"{"entries":[\#(entry)],"next_cursor":null}"#]).out
        #expect(out.contains("Params") && out.contains(#"{"addresses":"#))
        #expect(out.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func anEntryIsShownWhole() throws {
        let outcome = try run(["audit", "get", "3"], on: Terminal(width: 80, isColoured: false), results: [#"{"entry":\#(entry)}"#])
        #expect(outcome.requests[0].contains(#""method":"audit.get","params":{"id":3}"#))
        for text in ["User     olivia (1001)", "Outcome  invalid_params", "Params\naddresses:\n  - kind: email\n    value: ann@example.com\nname: ann"] {
            #expect(outcome.out.contains(text), "\(outcome.out)")
        }
    }

    @Test func tenantsAreMadeAndChangedByName() throws {
        let reply = #"{"tenant":{"name":"acme","time_zone":"Europe/Berlin"}}"#
        let made = try run(["tenant", "create", "acme", "--time-zone", "Europe/Berlin", "--idempotency-key", "k"], results: [reply])
        #expect(made.requests[0].contains(#""params":{"idempotency_key":"k","name":"acme","time_zone":"Europe/Berlin"}"#))
        #expect(made.out.contains("acme") && made.out.contains("Europe/Berlin"))
        let changed = try run(["tenant", "update", "acme", "--time-zone", "Europe/Berlin"], results: [reply])
        #expect(changed.requests[0].contains(#""method":"tenant.update""#))
    }
}
