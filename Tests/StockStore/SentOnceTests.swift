import StockDomain
@testable import StockStore
import Testing

/// What may have arrived, though nobody knows, is not sent before it can be found out; and then says the same.
@Suite struct SentOnceTests {
    private func fixture() throws -> StoreFixture {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Phone", kind: .sms, value: "+15550199")
        try f.contact()
        try f.stock("A", 0)
        return f
    }

    private func attempts(_ store: Store, _ id: Int64) throws -> [String] {
        try store.writeAndWait { tx in try tx.attempts(ofDelivery: id) }.map { "\($0.outcome.rawValue) \($0.reason ?? "-")" }
    }

    @Test func aTextThatWasBeingSentWhenTheProcessEndedHasAMinuteToShowUp() throws {
        let f = try fixture()
        let text = try #require(try f.claim(.sms).first)
        _ = try #require(try f.claim().first)
        try f.store.close()
        let copy = f.directory.appendingPathComponent("copy.db").path
        try copyDatabase(f.path, to: copy)
        let restart = f.now + .seconds(2)
        let again = try Store.open(path: copy, policy: StorePolicy(groupWait: .zero), now: restart)
        func claim(_ channel: ChannelKind, at now: Timestamp) throws -> [ClaimedDelivery] {
            try again.writeAndWait { try $0.claim(channel, limit: 10, lease: .minutes(2), now: now) }
        }
        // A mail bears the same Message-ID each time: it need not wait.
        #expect(try claim(.email, at: restart).count == 1)
        #expect(try claim(.sms, at: restart + .seconds(59)).isEmpty)
        let claimed = try claim(.sms, at: restart + .minutes(1))
        #expect(claimed.map(\.id) == [text.id] && claimed.allSatisfy { $0.message.earlier != nil })
        #expect(try attempts(again, text.id) == ["unreachable stockd ended while it was being sent"])
        try again.close()
    }

    @Test func aTextWithoutAnAnswerThatIsRetriedByHandHasTheRestOfItsMinute() throws {
        let f = try fixture()
        let text = try #require(try f.claim(.sms).first), mail = try #require(try f.claim().first)
        for delivery in [text, mail] { _ = try f.complete(delivery, .unreachable(after: .hours(1), reason: "no answer")) }
        f.now = f.now + .seconds(20)
        for delivery in [text, mail] {
            let retried = try f.write { tx, now in try tx.retryDelivery(delivery.id, tenantID: nil, now: now) }
            #expect(retried.state == .queued)
        }
        #expect(try f.claim().map(\.id) == [mail.id])
        #expect(try f.write { tx, _ in try tx.nextAttempt(.sms) } == f.now + .seconds(40))
        f.now = f.now + .seconds(40)
        #expect(try f.claim(.sms).map(\.id) == [text.id])
    }

    @Test func aTextThatWasAnsweredIsRetriedByHandAtOnce() throws {
        let f = try fixture()
        let text = try #require(try f.claim(.sms).first)
        _ = try f.complete(text, .dead(reason: "the country is not enabled", disablesAddress: false))
        _ = try f.write { tx, now in try tx.retryDelivery(text.id, tenantID: nil, now: now) }
        #expect(try f.claim(.sms).map(\.id) == [text.id])
    }

    @Test func eachAttemptSaysWhatTheFirstSaid() throws {
        let f = try fixture()
        func claim(_ words: String) throws -> Message? {
            try f.write { tx, now in
                try tx.claim(.sms, limit: 1, lease: .minutes(2), words: { "\(words) \($0.items.count)" }, now: now).first?.message
            }
        }
        #expect(try claim("lasts 3 days")?.words == "lasts 3 days 1")
        f.now = f.now + .minutes(3)
        #expect(try claim("lasts 2 days")?.words == "lasts 3 days 1")
        #expect(try f.claim().first?.message.words == nil)
    }
}
