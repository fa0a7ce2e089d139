import StockDomain
@testable import StockNotify
import StockTransport
import Testing

@Suite struct TwilioTests {
    private static let account = TwilioAccount(url: "https://twilio.example", accountSID: "AC" + String(repeating: "0", count: 32), authToken: "s3cret")

    private func channel(_ http: any HTTPClient, _ kind: ChannelKind = .sms, template: String? = nil) -> TwilioChannel {
        TwilioChannel(kind, account: Self.account, from: "+15550100", template: template, http: http)
    }

    /// Each row of the table, as a refusal.
    @Test(arguments: [
        (21211, 400, "gone"), (21610, 400, "gone"), (21614, 400, "gone"), (21635, 400, "gone"), (30005, 400, "gone"), (30006, 400, "gone"),
        (63024, 400, "gone"), (21408, 403, "refused"), (21617, 400, "refused"), (30004, 400, "refused"), (30007, 400, "refused"),
        (63013, 400, "refused"), (63016, 400, "refused"), (20429, 429, "retry"), (21611, 429, "retry"), (30001, 400, "retry"),
        (30003, 400, "retry"), (30008, 400, "retry"), (63018, 429, "retry"), (20003, 401, "misconfigured"), (20404, 404, "misconfigured"),
        (21606, 400, "misconfigured"), (21608, 400, "misconfigured"), (21609, 400, "misconfigured"), (21612, 400, "misconfigured"),
        (21654, 400, "misconfigured"), (30002, 400, "misconfigured"), (63007, 400, "misconfigured"),
        // What the table does not know goes by its status.
        (99999, 400, "refused"), (99999, 403, "misconfigured"), (99999, 404, "refused"), (99999, 408, "retry"), (99999, 429, "retry"),
        (99999, 500, "unreachable"), (99999, 503, "unreachable"),
    ])
    func everyErrorCodeHasItsVerdict(code: Int, status: Int, expected: String) async {
        let body = #"{"code":\#(code),"message":"as it says","more_info":"","status":\#(status)}"#
        let http = ScriptedHTTP(.success(HTTPResponse(status: status, body: Array(body.utf8))))
        let verdict = await channel(http).send(Sample.single, to: "+15550199", now: Sample.noon)
        #expect(Self.name(verdict) == expected)
        #expect(verdict.reason?.contains("as it says") == true)
        #expect(verdict.reason?.contains("s3cret") == false)
        // The same when it shows only after the message was taken.
        let later = TwilioMessage(sid: nil, status: "undelivered", error_code: code, error_message: "as it says")
        if TwilioCodes.meanings[code] != nil {
            guard case .failed(let verdict) = later.fate else {
                Issue.record("\(code) does not fail")
                return
            }
            #expect(Self.name(verdict) == expected)
        }
    }

    @Test func noRowOfTheTableIsLeftOut() {
        #expect(TwilioCodes.meanings.count == 28)
    }

    private static func name(_ verdict: Verdict) -> String {
        switch verdict {
        case .sent, .accepted: "sent"
        case .retry: "retry"
        case .unreachable: "unreachable"
        case .dead(_, let disablesAddress): disablesAddress ? "gone" : "refused"
        case .misconfigured: "misconfigured"
        }
    }

    @Test(arguments: [
        ("queued", "under way"), ("sending", "under way"), ("sent", "under way"), ("accepted", "under way"), ("scheduled", "under way"),
        ("new-status", "under way"), ("delivered", "delivered"), ("read", "delivered"), ("partially_delivered", "delivered"),
        ("undelivered", "failed"), ("failed", "failed"), ("canceled", "failed"),
    ])
    func everyStatusIsAFate(status: String, expected: String) {
        let name =
            switch TwilioMessage(status: status).fate {
            case .underWay: "under way"
            case .delivered: "delivered"
            case .failed: "failed"
            }
        #expect(name == expected)
    }

    @Test(arguments: [
        TransportError.Code.unreachable, .timedOut, .tls, .tooLarge, .cancelled, .broken, .invalidRequest,
    ], [false, true])
    func noAnswerIsTriedAgainAndLaterWhereItMayHaveBeenTaken(code: TransportError.Code, mayHaveBeenProcessed: Bool) async {
        let http = ScriptedHTTP(.failure(TransportError(code, "twilio: x", mayHaveBeenProcessed: mayHaveBeenProcessed)))
        let verdict = await channel(http).send(Sample.single, to: "+15550199", now: Sample.noon)
        switch (code, verdict) {
        case (.invalidRequest, .dead(_, disablesAddress: false)), (.tls, .misconfigured): break
        case (.invalidRequest, _), (.tls, _): Issue.record("\(verdict)")
        case (_, .unreachable(let after, _)): #expect(after == (mayHaveBeenProcessed ? .minutes(1) : nil))
        default: Issue.record("\(verdict)")
        }
    }

    @Test func aTemplateCarriesTheTextInOneLineWithBothNumbersMarked() async throws {
        let http = ScriptedHTTP(.success(HTTPResponse(status: 201, body: Array(#"{"sid":"SM\#(String(repeating: "1", count: 32))","status":"queued"}"#.utf8))))
        let template = "HX" + String(repeating: "2", count: 32)
        let verdict = await channel(http, .whatsapp, template: template).send(Sample.evil, to: "+15550199", now: Sample.noon)
        #expect(verdict == .accepted(reference: "SM" + String(repeating: "1", count: 32)))
        let form = String(decoding: try #require(http.last).body, as: UTF8.self)
        #expect(form.hasPrefix("To=whatsapp%3A%2B15550199&From=whatsapp%3A%2B15550100&ContentSid=\(template)&ContentVariables=%7B%221%22%3A%22"))
        #expect(!form.contains("Body=") && !form.contains("%5Cn") && !form.contains("%0A"))
    }

    @Test func dateCreatedIsReadAsTwilioWritesIt() {
        #expect(TwilioMessage(date_created: "Mon, 04 May 2026 12:00:00 +0000").createdAt == Sample.noon)
        #expect(TwilioMessage(date_created: "yesterday").createdAt == nil)
    }
}
