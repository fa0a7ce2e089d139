import Foundation
import StockDomain
@testable import StockNotify
import StockTestSupport
import StockTransport
import Testing

@Suite struct SlackTests {
    @Test func nothingOfANameIsMarkupAndNoLimitIsExceeded() throws {
        var random = SeededGenerator(seed: 9)
        let alphabet = Array("<>&!@#*_~`|\"'\\ \u{202E}😀é\nabcXYZ")
        for round in 0..<60 {
            let name = round == 0 ? Sample.hostile : String((0..<Int.random(in: 1...4000, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
            let message = SlackMessage(Sample.message(items: [
                Message.Item(occasion: .opened, alert: Sample.alert(name: name, category: name, location: name))
            ]))
            #expect(message.blocks.count <= 50)
            for text in message.blocks.flatMap({ [$0.text].compactMap(\.self) + ($0.elements ?? []) }) {
                #expect(!text.text.contains("<") && !text.text.contains(">"))
                #expect(!text.text.contains("\u{202E}"))
                #expect(text.text.utf16.count <= (text.type == "plain_text" ? 150 : 3000))
                let unescaped = text.text.replacing("&amp;", with: "").replacing("&lt;", with: "").replacing("&gt;", with: "")
                #expect(!unescaped.contains("&"), "cut through an escape")
            }
        }
    }

    @Test func aDigestShowsTheWorstAndCountsTheRest() {
        let message = SlackMessage(Sample.digest)
        #expect(message.blocks.count == 22)
        #expect(message.blocks.last?.elements?.first?.text == "and 9980 more: stockctl alert list · stockd")
    }

    @Test(arguments: [
        (200, "ok", Verdict.sent(reference: nil)), (429, "", .retry(after: .seconds(30), reason: "Slack answered 429")),
        (500, "", .unreachable(after: .seconds(30), reason: "Slack answered 500")),
        (400, "invalid_payload", .dead(reason: "Slack answered 400 invalid_payload", disablesAddress: false)),
        (403, "action_prohibited", .dead(reason: "Slack answered 403 action_prohibited", disablesAddress: false)),
        (404, "no_service", .dead(reason: "Slack answered 404 no_service: the webhook or its channel is gone", disablesAddress: true)),
        (410, "channel_is_archived", .dead(reason: "Slack answered 410 channel_is_archived: the webhook or its channel is gone", disablesAddress: true)),
        (302, "", .dead(reason: "Slack answered 302", disablesAddress: false)),
    ])
    func everyOutcomeHasItsVerdict(status: Int, body: String, verdict: Verdict) async {
        let headers = status == 429 || status == 500 ? [(name: "retry-after", value: "30")] : []
        let http = ScriptedHTTP(.success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8))))
        let channel = SlackChannel(urls: ["ops": "https://hooks.slack.example/T/B/secret"], http: http)
        #expect(await channel.send(Sample.single, to: "ops", now: Sample.noon) == verdict)
    }

    @Test func aNameThatIsNotConfiguredIsDeadWithTheMend() async {
        let channel = SlackChannel(urls: [:], http: ScriptedHTTP(.success(HTTPResponse(status: 200))))
        guard case .dead(let reason, false) = await channel.send(Sample.single, to: "nope", now: Sample.noon) else {
            Issue.record("not dead")
            return
        }
        #expect(reason.contains("channels.webhooks"))
    }
}
