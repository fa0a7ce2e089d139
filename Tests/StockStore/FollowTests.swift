import StockDomain
@testable import StockStore
import Testing

/// What becomes of messages after they were taken.
@Suite struct FollowTests {
    private func accepted() throws -> (StoreFixture, FollowedDelivery) {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Phone", kind: .sms, value: "+15550199")
        try f.stock("A", 0)
        let delivery = try #require(try f.claim(.sms).first)
        #expect(delivery.message.earlier == nil)
        #expect(try f.complete(delivery, .accepted(reference: "SM1")) == .sent)
        #expect(try look(f).isEmpty)
        f.now = f.now + FollowPolicy.firstLook
        return (f, try #require(try look(f).first))
    }

    private func look(_ f: StoreFixture) throws -> [FollowedDelivery] {
        try f.write { tx, now in try tx.followed(.sms, limit: 10, now: now) }
    }

    private func follow(_ f: StoreFixture, _ delivery: FollowedDelivery, _ fate: Fate) throws -> DeliveryRecord.State? {
        try f.write { tx, now in try tx.follow(delivery, fate, now: now) }
    }

    private func attempts(_ f: StoreFixture, _ id: Int64) throws -> [String] {
        try f.write { tx, _ in try tx.attempts(ofDelivery: id) }.map { "\($0.outcome.rawValue) \($0.reason ?? "-")" }
    }

    private func expectTalliesToBeRight(_ f: StoreFixture) throws {
        let (kept, counted) = try f.tallies()
        #expect(kept == counted)
    }

    @Test func itIsAskedAfterLessAndLessOftenUntilNobodyWillSayAnyMore() throws {
        let (f, first) = try accepted()
        let sent = first.sentAt
        var looks: [Int64] = []
        var delivery: FollowedDelivery? = first
        while let following = delivery {
            looks.append((f.now - sent).components.seconds)
            #expect(try follow(f, following, .underWay) == .sent)
            guard let next = try f.write({ tx, _ in try tx.nextLook(.sms) }) else { break }
            f.now = next
            delivery = try look(f).first
        }
        #expect(Array(looks.prefix(6)) == [10, 20, 40, 80, 160, 320])
        #expect(looks.count < 40 && looks.last! >= 86_400 && looks.last! <= 90_000)
        #expect(try f.deliveries().first?.state == .sent)
    }

    @Test func whatHasArrivedIsNotAskedAfterAgain() throws {
        let (f, delivery) = try accepted()
        #expect(try follow(f, delivery, .delivered) == .sent)
        f.now = f.now + .days(1)
        #expect(try look(f).isEmpty)
        #expect(try f.int("SELECT COUNT(*) FROM delivery WHERE delivered_at IS NOT NULL") == 1)
        #expect(try attempts(f, delivery.id).isEmpty)
    }

    @Test func whatDidNotArriveIsDeadWithItsReasonAndAnEvent() throws {
        let (f, delivery) = try accepted()
        #expect(try follow(f, delivery, .failed(.dead(reason: "a landline", disablesAddress: true))) == .dead)
        let record = try #require(try f.deliveries().first)
        #expect(record.state == .dead && record.reason == "a landline")
        #expect(try attempts(f, delivery.id) == ["sent -", "undelivered a landline"])
        try expectTalliesToBeRight(f)
        let failed = try f.write { tx, _ in try tx.events(after: 0, kinds: ["delivery.failed"], tenantID: nil, limit: 9).events }
        #expect(failed.map(\.note) == ["a landline"])
        // Nothing more for that number, and no word of it twice.
        try f.stock("B", 0)
        #expect(try f.deliveries().count == 1)
        #expect(try follow(f, delivery, .delivered) == nil)
    }

    @Test func aPhoneThatIsOffIsTriedAFewTimesAndThenGivenUp() throws {
        let (f, first) = try accepted()
        var following = first
        var waited: [Int64] = []
        while try follow(f, following, .failed(.retry(after: nil, reason: "out of reach"))) == .queued {
            try expectTalliesToBeRight(f)
            let next = try #require(try f.write { tx, _ in try tx.nextAttempt(.sms) })
            waited.append((next - f.now).components.seconds)
            f.now = next
            let again = try #require(try f.claim(.sms).first)
            #expect(again.message.earlier != nil)
            #expect(try f.complete(again, .accepted(reference: "SM\(waited.count + 1)")) == .sent)
            f.now = f.now + FollowPolicy.firstLook
            following = try #require(try look(f).first)
        }
        #expect(waited == [300, 1800, 7200])
        let record = try #require(try f.deliveries().first)
        #expect(record.state == .dead && record.reason == "out of reach (sent 4 times)" && record.attempts == 4)
        try expectTalliesToBeRight(f)
    }

    @Test func whatMustBeMendedPausesTheChannelAndKeepsTheMessage() throws {
        let (f, delivery) = try accepted()
        #expect(try follow(f, delivery, .failed(.misconfigured(reason: "suspended"))) == .queued)
        #expect(try f.claim(.sms).isEmpty)
        f.now = f.now + .hours(1)
        #expect(try f.claim(.sms).count == 1)
        try expectTalliesToBeRight(f)
    }

    @Test func whatMustBeMendedIsNotPaidForWithoutEnd() throws {
        let (f, first) = try accepted()
        var following = first, times = 1
        while try follow(f, following, .failed(.misconfigured(reason: "the template is missing"))) == .queued {
            try expectTalliesToBeRight(f)
            f.now = f.now + .hours(1)
            let again = try #require(try f.claim(.sms).first)
            times += 1
            #expect(try f.complete(again, .accepted(reference: "SM\(times)")) == .sent)
            f.now = f.now + FollowPolicy.firstLook
            following = try #require(try look(f).first)
        }
        #expect(times == 4)
        let record = try #require(try f.deliveries().first { $0.kind == .alert })
        #expect(record.state == .dead && record.reason == "the template is missing (sent 4 times)")
        try expectTalliesToBeRight(f)
        // Others would fare no better.
        #expect(try f.write { tx, _ in try tx.pausedChannels().map(\.kind) } == [.sms])
    }

    @Test func troubleThatShowsAfterAMessageWasTakenIsOverWhenOneArrives() throws {
        let (f, first) = try accepted()
        try f.contact("Chat", kind: .slack, value: "ops-slack")
        func notices() throws -> [String] { try f.write { tx, _ in try tx.standingNotices().map(\.key) } }
        #expect(try follow(f, first, .failed(.misconfigured(reason: "suspended"))) == .queued)
        f.now = f.now + .hours(1)
        #expect(try f.complete(try #require(try f.claim(.sms).first), .accepted(reference: "SM2")) == .sent)
        #expect(try notices() == ["channel.sms"])
        f.now = f.now + FollowPolicy.firstLook
        #expect(try follow(f, try #require(try look(f).first), .delivered) == .sent)
        #expect(try notices().isEmpty)
        #expect(try f.deliveries().filter { $0.channel == .slack }.map(\.kind) == [.resolved, .operational])
    }

    @Test func whatWasSentBeforeTheTroubleBeganSaysNothingOfIt() throws {
        let (f, first) = try accepted()
        try f.stock("B", 0)
        let second = try #require(try f.claim(.sms).first)
        #expect(try f.complete(second, .misconfigured(reason: "20003")) == .queued)
        #expect(try follow(f, first, .delivered) == .sent)
        #expect(try f.write { tx, _ in try tx.standingNotices().map(\.key) } == ["channel.sms"])
    }

    @Test func aLaterAttemptKnowsWhatElseWasSentToItsAddress() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Phone", kind: .sms, value: "+15550199")
        try f.contact("Other", kind: .sms, value: "+15550188")
        try f.stock("A", 0)
        for delivery in try f.claim(.sms) { _ = try f.complete(delivery, .accepted(reference: "SM-\(delivery.contact)")) }
        try f.stock("B", 0)
        for delivery in try f.claim(.sms) { _ = try f.complete(delivery, .unreachable(after: nil, reason: "no answer")) }
        f.now = f.now + .minutes(1)
        let again = try f.claim(.sms)
        #expect(again.count == 2)
        for delivery in again { #expect(delivery.message.earlier?.othersReferences == ["SM-\(delivery.contact)"]) }
    }

    @Test func addressesThatTakeNothingNowArePassedOver() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("One", kind: .webhook, value: "erp_1")
        try f.contact("Two", kind: .webhook, value: "erp-1")
        try f.stock("A", 0)
        func claim(_ closed: Set<String>) throws -> [String] {
            try f.write { tx, now in try tx.claim(.webhook, limit: 10, lease: .minutes(2), except: closed, now: now).map(\.address) }
        }
        #expect(try f.write { tx, _ in try tx.nextAttempt(.webhook, except: ["erp_1", "erp-1"]) } == nil)
        #expect(try claim(["erp_1", "nobody"]) == ["erp-1"])
        #expect(try claim([]) == ["erp_1"])
    }

    @Test func attemptsAreKeptOfWhatDidNotSucceedAtOnceAndNotWithoutEnd() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        try f.stock("A", 0)
        let id = try #require(try f.deliveries().first?.id)
        for verdict in [Verdict.retry(after: nil, reason: "451 later"), .unreachable(after: nil, reason: "no answer"), .sent(reference: nil)] {
            f.now = f.now + .minutes(1)
            _ = try f.complete(try #require(try f.claim().first), verdict)
        }
        #expect(try attempts(f, id) == ["retry 451 later", "unreachable no answer", "sent -"])
        try f.stock("B", 0)
        let other = try #require(try f.deliveries().first?.id)
        for _ in 0..<220 {
            f.now = f.now + .hours(1)
            _ = try f.complete(try #require(try f.claim().first { $0.id == other }), .misconfigured(reason: "535"))
        }
        #expect(try attempts(f, other).count == 200)
    }
}
