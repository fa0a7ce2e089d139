import StockDomain
import StockStore
import StockWire
import Testing

@testable import StockControl

@Suite(.timeLimit(.minutes(1))) struct SummaryMethodTests {
    @Test func whoeverIsNotSentTheSummaryIsListedWithTheReason() async throws {
        try await ControlFixture.run(more: {
            $0.addSummaryMethods()
            $0.addContactMethods(configured: { ChannelKind.allCases }) { _, _ in nil }
        }) { fixture in
            let client = try fixture.client()
            for (name, wish) in [
                ("ann", #""summaries":false"#), ("ben", #""paused_until":"2026-05-05T08:00:00Z""#), ("cem", #""enabled":false"#),
                ("dan", #""summaries":true"#),
            ] {
                _ = try await client.call(
                    "contact.create", #"{"name":"\#(name)","addresses":[{"kind":"inbox","value":"\#(name)",\#(wish)}]}"#)
            }
            let now = fixture.time.now
            try await fixture.store.write { tx in
                let today = try tx.summary(of: now.day(in: .gmt), counts: Summary.Counts(), tenantID: 1, now: now)
                try tx.tellSummary(today, tenantID: 1, now: now)
            }
            let told = try #require(try await client.call("summary.get", #"{"day":"2026-05-04"}"#).result?["recipients"])
            #expect((0..<4).map { told[$0]?["contact"] } == ["ann", "ben", "cem", "dan"])
            #expect((0..<4).map { told[$0]?["state"] } == ["untold", "queued", "untold", "queued"])
            #expect((0..<4).map { told[$0]?["reason"] } == ["no_summaries", "paused", "address_off", .null])
            #expect((0..<4).map { told[$0]?["until"] } == [.null, "2026-05-05T08:00:00.000Z", .null, .null])
            #expect((0..<4).map { told[$0]?["error"] } == [.null, .null, .null, .null])
        }
    }
}
