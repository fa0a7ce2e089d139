import StockCLI
import StockWire
import Testing

@Suite struct SummaryCommandTests {
    private let counts = #"{"healthy":94,"low":3,"critical":2,"out":25,"untracked":0,"stale":1}"#
    private let before = #"{"day":"2026-05-01","counts":{"healthy":95,"low":3,"critical":2,"out":24,"untracked":0,"stale":0}}"#

    private func result(before: String, recipients: String = "[]") -> String {
        """
        {"summary":{"tenant":"default","day":"2026-05-02","at":"2026-05-02T08:00:00.000Z","counts":\(counts),
        "before":\(before),"opened":2,"resolved":1,"most_urgent":[
        {"sku":"COF-001","product_name":"Beans \\u001b[31m","category":null,"location":"store-1","severity":"out","on_hand":0,
        "velocity_per_day":14,"days_until_stockout":0,"price":{"amount":2190,"currency":"EUR"},
        "at_risk_per_day":{"amount":30660,"currency":"EUR"}},
        {"sku":"TOY-9","product_name":"New","category":null,"location":"store-1","severity":"out","on_hand":0,
        "velocity_per_day":null,"days_until_stockout":null,"price":null,"at_risk_per_day":null}]},
        "recipients":\(recipients)}
        """.replacing("\n", with: "")
    }

    @Test func showsWhatHasChangedAndWhatIsMostUrgent() throws {
        let out = try run(["summary"], results: [result(before: before)]).out
        #expect(out.contains("Out       25 (+1)\n"))
        #expect(out.contains("Healthy   94 (-1)\n"))
        #expect(out.contains("Low       3\n"))
        #expect(out.contains("Changes   since 2026-05-01\n"))
        #expect(out.contains("Most urgent, by money at risk a day (2 of 30)"))
        #expect(out.contains("306.60 EUR"))
        #expect(out.contains("pace not known"))
        #expect(!out.contains("\u{1B}"))
        #expect(!out.contains("Told"))
        let first = try run(["summary"], results: [result(before: "null")]).out
        #expect(first.contains("Out       25\n"))
    }

    @Test func saysWhomTheSummaryOfADayWentTo() throws {
        let recipients = #"""
            [{"contact":"Ann","kind":"email","address":"a@b.c","state":"sent","sent_at":"2026-05-02T08:00:01.000Z","reason":null,"until":null,"error":null},
            {"contact":"Bob","kind":"sms","address":"+15550100","state":"untold","sent_at":null,"reason":"no_summaries","until":null,"error":null},
            {"contact":"Dee","kind":"email","address":"d@b.c","state":"queued","sent_at":null,"reason":"quiet_hours","until":"2026-05-02T09:00:00.000Z","error":null},
            {"contact":"Cem","kind":"email","address":"c@b.c","state":"dead","sent_at":null,"reason":null,"until":null,"error":"no such mailbox"}]
            """#.replacing("\n", with: "")
        let outcome = try run(["summary", "--day", "2026-05-02"], results: [result(before: before, recipients: recipients)])
        #expect(outcome.requests.first?.contains(#""params":{"day":"2026-05-02"}"#) == true)
        #expect(outcome.out.contains("untold"))
        #expect(outcome.out.contains("held") && !outcome.out.contains("queued"), "as in delivery list")
        #expect(outcome.out.contains("it wants no summaries") && outcome.out.contains("no such mailbox"))
    }

    @Test(arguments: [
        ("sent", "null", "null", "sent", false), ("untold", #""paused""#, "null", "it is paused until", false),
        ("untold", #""address_off""#, #""21610""#, "the address is off until", false), ("dead", "null", #""gone""#, "gone", true),
        ("queued", "null", #""later""#, "later", true), ("dropped", #""address_removed""#, "null", "the address was removed", true),
    ])
    func aDrillThatDoesNotArriveFails(state: String, reason: String, error: String, why: String, fails: Bool) throws {
        let until = state == "untold" ? #""2026-05-02T08:00:00.000Z""# : "null"
        let result = #"""
            {"results":[{"contact":"Ann","kind":"email","address":"a@b.c","state":"\#(state)","reason":\#(reason),"until":\#(until),
            "error":\#(error),"ms":12}]}
            """#.replacing("\n", with: "")
        let outcome = try run(["drill", "--contact", "Ann"], on: Terminal(width: 80, isColoured: false), results: [result])
        #expect(outcome.isFailedCheck == fails)
        #expect(outcome.out.contains("12 ms"))
        #expect(outcome.out.contains(state) && outcome.out.contains(why))
        if error == #""21610""# { #expect(outcome.out.contains(": 21610")) }
        if state == "untold" { #expect(outcome.out.contains(Format.time(Wire.Time("2026-05-02T08:00:00Z"))!)) }
    }
}
