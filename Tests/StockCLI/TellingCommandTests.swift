import StockCLI
import StockWire
import Testing

/// `stockctl silence …`, `escalation …`, and what contacts want, against a daemon that answers what it is told to.
@Suite struct TellingCommandTests {
    private static func moment(_ time: String) -> String { Format.moment(Wire.Time(time)!) }

    // MARK: Silences

    private func silence(_ state: String = "active", members: [String: String] = [:]) -> String {
        let all = [
            "id": "3", "tenant": #""default""#, "state": "\"\(state)\"", "sku": #""WID-*""#, "category": "null",
            "location": #""store-1""#, "severity": #""critical""#, "starts_at": #""2026-05-01T08:00:00.000Z""#,
            "ends_at": #""2026-05-01T12:00:00.000Z""#, "author": #""ann""#, "comment": #""stock\u001b[2Jtaking""#,
            "created_at": #""2026-05-01T08:00:00.000Z""#, "expired_at": "null", "expired_by": "null", "alerts": "2",
        ].merging(members) { $1 }
        return "{\(all.map { "\"\($0)\":\($1)" }.joined(separator: ","))}"
    }

    private func params<P>(_ outcome: Outcome, _ type: P.Type, at index: Int = 0) throws -> P {
        guard case .single(.request(let request)) = IncomingLine(Array(outcome.requests[index].utf8)) else {
            throw TestFailure(text: outcome.requests[index])
        }
        return try #require(request.params as? P)
    }

    private struct TestFailure: Error { var text: String }

    @Test func aSilenceLastsFromWhenItBegins() throws {
        let outcome = try run(
            [
                "silence", "create", "--sku", "WID-*", "--location", "store-1", "--severity", "critical", "--from",
                "2026-05-01T08:00:00Z", "--for", "4h", "--comment", "stocktaking",
            ], results: [#"{"silence":\#(silence())}"#])
        let asked = try params(outcome, SilenceCreate.Params.self)
        #expect(asked.startsAt?.description == "2026-05-01T08:00:00.000Z" && asked.endsAt.description == "2026-05-01T12:00:00.000Z")
        #expect(asked.sku == "WID-*" && asked.location == "store-1" && asked.severity == .critical)
        #expect(
            outcome.out == """
                Silence 3 active until \(Self.moment("2026-05-01T12:00:00Z")): SKU WID-*, at store-1, critical or milder.
                2 alerts stand beneath it now.

                """)
    }

    @Test(arguments: [
        ["--for", "4h", "--comment", "c"], ["--sku", "A", "--comment", "c"], ["--sku", "A", "--for", "4h"],
        ["--sku", "A", "--comment", "c", "--for", "4h", "--until", "+4h"], ["--sku", "A", "--comment", "c", "--for", "soon"],
    ])
    func aSilenceWithoutSubjectEndOrReasonIsWrongUsage(arguments: [String]) {
        #expect(throws: (any Error).self) { try Stockctl.parseAsRoot(["silence", "create"] + arguments) }
    }

    @Test func silencesAreListedWithWhatTheyCover() throws {
        let ended = silence(
            "expired",
            members: [
                "severity": "null", "sku": #""*""#, "location": "null", "alerts": "null",
                "expired_at": #""2026-05-01T09:00:00.000Z""#, "expired_by": #""bob""#,
            ])
        let outcome = try run(
            ["silence", "list", "--state", "active"], results: [#"{"silences":[\#(silence()),\#(ended)],"next_cursor":null}"#])
        #expect(try params(outcome, SilenceList.Params.self).state == .active)
        let lines = outcome.out.split(separator: "\n")
        #expect(lines[1].contains("active   SKU WID-*, at store-1, critical or milder"))
        #expect(lines[1].contains(#"  2  ann  stock\u{1B}[2Jtaking"#))
        #expect(lines[2].contains("expired  all products") && lines[2].contains(Self.moment("2026-05-01T09:00:00Z").dropLast(3)))
        let got = try run(["silence", "get", "3"], results: [#"{"silence":\#(ended)}"#])
        #expect(got.out.contains("Ended     \(Self.moment("2026-05-01T09:00:00Z")) by bob"))
        #expect(
            try run(["silence", "expire", "3"], results: [#"{"silence":\#(ended)}"#]).out == "Silence 3 is over: all products.\n")
    }

    // MARK: Escalations

    private let escalation = #"{"name":"default","tenant":"default","severity":"critical","category":null,"location":"store-?","steps":[{"after":"30m","contact":"manager"},{"after":"2h","contact":"the=owner"}],"repeat":"24h","set_at":"2026-05-01T08:00:00.000Z","set_by":"ann"}"#

    @Test func anEscalationIsSetStepByStep() throws {
        let outcome = try run(
            [
                "escalation", "set", "default", "--step", "30m=manager", "--step", "2h=the=owner", "--repeat", "24h", "--severity",
                "critical", "--location", "store-?",
            ], results: [#"{"escalation":\#(escalation),"coming_up_again":["manager"]}"#])
        #expect(
            outcome.requests == [
                #"{"id":1,"jsonrpc":"2.0","method":"escalation.set","params":{"location":"store-?","name":"default","repeat":"24h","severity":"critical","steps":[{"after":"30m","contact":"manager"},{"after":"2h","contact":"the=owner"}]}}"#
            ])
        #expect(
            outcome.out == """
                Escalation  default
                For         critical or worse, at store-?
                After 30m   manager
                After 2h    the=owner
                Then        again from the first, 24h later
                But         manager: not told again so soon, unless it got worse
                Set         \(Self.moment("2026-05-01T08:00:00Z")) by ann

                """)
        let listed = try run(["escalation", "list"], results: [#"{"escalations":[\#(escalation)],"next_cursor":null}"#])
        #expect(listed.out.contains("default  critical or worse, at store-?  manager after 30m, the=owner after 2h  24h later"))
    }

    @Test func whoIsToldIsNotCutForWhenItWasSet() throws {
        let list = #"{"escalations":[\#(escalation)],"next_cursor":null}"#
        let out = try run(["escalation", "list"], on: Terminal(width: 80, isColoured: false), results: [list]).out
        #expect(out.contains("manager after 30m, the=owner after 2h") && !out.contains("Set"))
    }

    @Test func aSilenceOfASeveritySaysSo() throws {
        let made = try run(
            ["silence", "create", "--severity", "low", "--for", "4h", "--comment", "c"],
            results: [#"{"silence":\#(silence(members: ["sku": "null", "location": "null", "severity": #""low""#]))}"#])
        #expect(made.out.contains(": everything low.\n"))
    }

    @Test(arguments: ["manager", "=manager", "soon=manager", "30m=", "-1m=manager", "1.5h=manager"])
    func aStepIsADurationAndAContact(step: String) {
        #expect(throws: (any Error).self) { try Stockctl.parseAsRoot(["escalation", "set", "x", "--step", step]) }
    }

    // MARK: Contacts

    private func contact(_ quiet: String = "null", paused: String = "null") -> String {
        func address(_ kind: String, _ value: String, _ severity: String) -> String {
            #"{"kind":"\#(kind)","value":"\#(value)","enabled":true,"min_severity":"\#(severity)","locations":["s"],"categories":[],"reminders":true,"resolves":true,"summaries":false,"quiet_hours":\#(quiet),"paused_until":\#(paused)}"#
        }
        return #"{"contact":{"id":1,"tenant":"default","name":"Ann","enabled":true,"time_zone":"Europe/London","addresses":[\#(address("email", "a@b.example", "low")),\#(address("sms", "+1555", "critical"))]}}"#
    }

    @Test func whatIsSaidOfAnAddressLeavesTheRestOfItAsItIs() throws {
        let outcome = try run(
            ["contact", "update", "Ann", "--sms", "+1555", "--quiet", "22:00-7:00", "--quiet-lets-out"], results: [contact()])
        let addresses = try #require(try params(outcome, ContactUpdate.Params.self, at: 1).addresses)
        #expect(addresses[0].quietHours == nil)
        #expect(addresses[1].quietHours == Wire.QuietHours(from: "22:00", to: "07:00", letOutThrough: true))
        #expect(addresses[1].minSeverity == .critical && addresses[1].locations == ["s"] && addresses[1].summaries == false)
    }

    @Test func whatIsSaidWithoutNamingAnAddressIsSaidOfAll() throws {
        let quiet = #"{"from":"22:00","to":"07:00","let_out_through":true}"#
        let outcome = try run(
            ["contact", "update", "Ann", "--quiet", "off", "--summaries", "--only-location", "", "--time-zone", ""],
            results: [contact(quiet)])
        let asked = try params(outcome, ContactUpdate.Params.self, at: 1)
        #expect(asked.timeZone == .clear)
        #expect(asked.addresses?.map(\.quietHours) == [nil, nil] && asked.addresses?.map(\.summaries) == [true, true])
        #expect(asked.addresses?.map(\.locations) == [[], []])
    }

    @Test(arguments: [
        ["contact", "create", "Ann", "--quiet", "22:00-07:00"], ["contact", "update", "Ann", "--email", "a@b", "--quiet", "night"],
        ["contact", "update", "Ann", "--quiet-lets-out"], ["contact", "update", "Ann", "--quiet", "off", "--quiet-lets-out"],
        ["contact", "pause", "Ann"], ["contact", "pause", "Ann", "--for", "1d", "--until", "+1d"],
    ])
    func preferencesThatSayNothingAreWrongUsage(arguments: [String]) {
        #expect(throws: (any Error).self) { try Stockctl.parseAsRoot(arguments) }
    }

    @Test func aContactShowsWhenItIsLeftAlone() throws {
        let quiet = #"{"from":"22:00","to":"07:00","let_out_through":true}"#
        let shown = try run(["contact", "get", "Ann"], results: [contact(quiet, paused: #""2999-01-01T00:00:00.000Z""#)]).out
        let until = Self.moment("2999-01-01T00:00:00Z").dropLast(3)
        #expect(shown.contains("Time zone  Europe/London"))
        #expect(shown.contains("22:00-07:00, out gets through") && shown.contains("paused until \(until)"))
        #expect(try !run(["contact", "get", "Ann"], results: [contact(paused: #""2020-01-01T00:00:00.000Z""#)]).out.contains("paused"))
        let paused = try run(["contact", "pause", "Ann", "--until", "2999-01-01T00:00:00Z"], results: [contact()])
        #expect(paused.out == "Ann is told nothing until \(until):00.\n")
        #expect(paused.requests[0].contains(#""method":"contact.pause","params":{"name":"Ann","until":"2999-01-01T00:00:00.000Z"}"#))
        let resumed = try run(["contact", "resume", "Ann", "--address", "+1555"], results: [contact()])
        #expect(resumed.requests[0].contains(#""params":{"address":"+1555","name":"Ann"}"#))
    }

    @Test func anAddressThatItsChannelSwitchedOffSaysWhy() throws {
        let off = contact().replacing(#""enabled":true,"min_severity":"critical""#, with: #""enabled":false,"disabled_reason":"replied STOP","min_severity":"critical""#)
        #expect(try run(["contact", "get", "Ann"], results: [off]).out.contains("off: replied STOP"))
        let list = off.replacing(#"{"contact":{"#, with: #"{"contacts":[{"#).dropLast() + #"],"next_cursor":null}"#
        #expect(try run(["contact", "list"], results: [String(list)]).out.contains("off: replied STOP"))
    }

    // MARK: Sources, deliveries, alerts, events

    private let source = #"{"name":"till","kind":"square","tenant":"default","state":"paused","phase":null,"last_success_at":null,"next_run_at":"2026-05-01T10:00:00.000Z","pages":1,"counts_applied":2,"sales_applied":3,"skipped":[],"skipped_count":0,"error":null,"pause":{"since":"2026-05-01T08:00:00.000Z","until":"2026-05-01T10:00:00.000Z","by":"ann","comment":"new till"}}"#

    @Test func aPausedSourceIsNoFailure() throws {
        let paused = try run(
            ["sync", "pause", "till", "--until", "2026-05-01T10:00:00Z", "--comment", "new till"],
            results: [#"{"source":\#(source)}"#])
        #expect(
            paused.requests[0].contains(
                #""method":"sync.pause","params":{"comment":"new till","source":"till","until":"2026-05-01T10:00:00.000Z"}"#))
        let said = "till is paused by ann until \(Self.moment("2026-05-01T10:00:00Z")): new till"
        #expect(paused.out == "\(said)\n")
        let synced = try run(["sync"], results: [#"{"sources":[\#(source)]}"#])
        #expect(synced.error == nil && synced.out.contains(said))
        #expect(try run(["sync", "resume", "till"], results: [#"{"source":\#(source)}"#]).requests[0].contains("sync.resume"))
    }

    private func delivery(_ members: String) -> String {
        #"{"id":7,"tenant":"default","alert_ids":[1],"alert_count":1,"message":"alert","contact":"Ann","kind":"sms","address":"+1555","attempts":0,"last_error":null,"created_at":"2026-05-01T08:00:00.000Z","sent_at":null,\#(members)}"#
    }

    @Test func whatIsRetriedToAnAddressThatIsOffIsSaidToBeDropped() throws {
        let off = delivery(#""state":"dropped","reason":"address_off","next_attempt_at":null,"held_until":null,"held_because":null"#)
        let out = try run(["delivery", "retry"], results: [#"{"count":2,"delivery":null,"deliveries":[\#(off),\#(off.replacing("dropped", with: "queued"))]}"#]).out
        #expect(out == "1 delivery tried again.\nDelivery 7 to Ann is dropped: the address is off.\n")
    }

    @Test func aDigestSaysHowManyAlertsItIsAboutAlsoWhereNotAllAreNamed() throws {
        let sent = #""state":"sent","reason":null,"next_attempt_at":null,"held_until":null,"held_because":null"#
        let digest = delivery(sent).replacing(#""alert_count":1"#, with: #""alert_count":10000"#)
        let out = try run(["delivery", "list"], results: [#"{"deliveries":[\#(digest)],"next_cursor":null}"#]).out
        #expect(out.contains("10000 alerts"))
    }

    @Test func anAddressIsWholeOnANarrowTerminal() throws {
        let sent = delivery(
            #""state":"sent","reason":null,"next_attempt_at":null,"held_until":null,"held_because":null,"delivered_at":"2026-05-01T08:00:00.000Z""#
        ).replacing(#""sent_at":null"#, with: #""sent_at":"2026-05-01T08:00:00.000Z""#).replacing("+1555", with: "olivia@example.com")
        let out = try run(
            ["delivery", "list"], on: Terminal(width: 80, isColoured: false), results: [#"{"deliveries":[\#(sent)],"next_cursor":null}"#]).out
        #expect(out.contains("olivia@example.com") && !out.contains("Why"), "\(out)")
    }

    @Test func aNameIsWholeOnANarrowTerminal() throws {
        let named = source.replacing(#""name":"till""#, with: #""name":"square-main-street""#)
        let out = try run(
            ["sync", "status"], on: Terminal(width: 80, isColoured: false), results: [#"{"sources":[\#(named)]}"#]).out
        #expect(out.contains("square-main-street "), "\(out)")
    }

    @Test func aStepAtOnceIsSaidToBeSo() throws {
        let reply = #"{"escalation":{"name":"e","tenant":"default","severity":null,"category":null,"location":null,"steps":[{"after":"0","contact":"ann"},{"after":"2h","contact":"bob"}],"repeat":null,"set_at":"2026-05-01T08:00:00.000Z","set_by":"root"},"coming_up_again":[]}"#
        let out = try run(["escalation", "set", "e", "--step", "0=ann", "--step", "2h=bob"], results: [reply]).out
        #expect(out.contains("At once     ann\nAfter 2h    bob\n"), "\(out)")
    }

    @Test func aHeldMessageSaysUntilWhenAndWhy() throws {
        let held = delivery(
            #""state":"queued","reason":null,"next_attempt_at":"2026-05-01T10:00:00.000Z","held_until":"2026-05-01T10:00:00.000Z","held_because":"quiet_hours""#)
        let dropped = delivery(
            #""state":"dropped","reason":"over_before_told","next_attempt_at":null,"held_until":null,"held_because":null"#)
        let out = try run(["delivery", "list"], results: [#"{"deliveries":[\#(held),\#(dropped)],"next_cursor":null}"#]).out
        let lines = out.split(separator: "\n")
        #expect(lines[1].contains("held") && lines[1].contains("it has quiet hours until \(Self.moment("2026-05-01T10:00:00Z").dropLast(3))"))
        #expect(lines[2].contains("dropped") && lines[2].contains("when it could be told, nothing was left to tell"))
    }

    @Test func anAlertShowsItsSilenceAndWhoIsToldNext() throws {
        let alert = #"{"id":1,"tenant":"default","sku":"A","product_name":"Tea","category":null,"location":"s","severity":"low","state":"open","current_stock":2,"threshold":5,"threshold_origin":"configuration","days_until_stockout":null,"opened_at":"2026-05-01T08:00:00.000Z","last_notified_at":null,"next_notify_at":null,"acknowledged_by":null,"resolved_at":null,"resolved_cause":null,"silence":{"id":3,"ends_at":"2026-05-01T12:00:00.000Z","author":"ann","comment":"stocktaking"},"escalation":{"name":"default","next_step_at":"2026-05-01T09:00:00.000Z","next_contact":"owner"},"timeline":[]}"#
        let got = try run(["alert", "get", "1"], results: [#"{"alert":\#(alert)}"#]).out
        #expect(got.contains("Silenced   until \(Self.moment("2026-05-01T12:00:00Z")) by ann: stocktaking (silence 3)"))
        #expect(got.contains("Escalates  \(Self.moment("2026-05-01T09:00:00Z")) to owner (default)"))
        let listed = try run(["alert", "list"], results: [#"{"alerts":[\#(alert)],"next_cursor":null}"#]).out
        #expect(listed.contains("\(Self.moment("2026-05-01T09:00:00Z").dropLast(3)) to owner"))
    }

    @Test func theWatchTellsOfEscalationsSilencesAndPauses() throws {
        let at = #""at":"2026-05-01T08:00:00.000Z","tenant":"default""#
        let events = [
            #"{"kind":"alert.escalated",\#(at),"alert":{"id":1,"sku":"A","product_name":"Tea","category":null,"location":"s","severity":"low","state":"open","current_stock":2,"threshold":5,"opened_at":"2026-05-01T08:00:00.000Z","acknowledged_by":null,"resolved_cause":null,"escalated_to":"owner"}}"#,
            #"{"kind":"silence.created",\#(at),"silence":\#(silence())}"#,
            #"{"kind":"sync.paused",\#(at),"source":{"name":"till","kind":"square","state":"paused"},"note":"new till"}"#,
        ]
        let out = try run(["watch"], results: [#"{"subscription":1,"cursor":"0"}"#], events: events).out
        #expect(out.contains("to owner: low, A Tea at s, 2 on hand, alert 1"))
        #expect(out.contains("silence 3: SKU WID-*, at store-1, critical or milder, until "))
        #expect(out.contains("till: new till"))
    }
}
