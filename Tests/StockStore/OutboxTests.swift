import StockDomain
@testable import StockStore
import Testing

@Suite struct OutboxTests {
    @Test func aTestGoesToAddressesThatAreInUseAlone() throws {
        let f = try StoreFixture()
        try f.contact()
        let tenantID = f.tenantID
        func set(_ addresses: [String]) throws {
            _ = try f.write { tx, now in
                try tx.updateContact(
                    "Ops", enabled: nil,
                    addresses: addresses.map { AddressRecord(kind: .email, value: $0, preferences: AddressPreferences(minSeverity: .low)) },
                    tenantID: tenantID, now: now)
            }
        }
        func test() throws -> [Int64] {
            try f.write { tx, now in try tx.enqueueTest(contact: "Ops", kind: .email, tenantID: tenantID, now: now) }
        }
        try set(["new@example.com"])
        #expect(try test().count == 1)
        #expect(try f.claim(.email, limit: 10).map(\.address) == ["new@example.com"])
        try set([])
        #expect(throws: StoreError.self) { try test() }
    }

    @Test func alertsWithinTheGroupWaitGoOutTogetherWorstFirst() throws {
        let f = try StoreFixture()
        try f.contact()
        try f.stock("A", 4)
        f.now = f.now + .seconds(29)
        try f.stock("B", 0)
        #expect(try f.claim().isEmpty)
        f.now = f.now + .seconds(1)
        let message = try #require(try f.claim().first?.message)
        #expect(message.items.map(\.alert.sku) == ["B", "A"])
        #expect(message.items.map(\.alert.severity) == [.out, .low])
    }

    @Test(arguments: [nil] + DeliveryRecord.State.allCases)
    func aListHasWhatIsAskedForNewestFirst(state: DeliveryRecord.State?) throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        try f.contact("Chat", kind: .slack, value: "ops-slack")
        let verdicts = [Verdict.sent(reference: nil), .dead(reason: "550", disablesAddress: false), .retry(after: nil, reason: "451")]
        for (index, verdict) in (verdicts + verdicts).enumerated() {
            try f.stock("P\(index)", 0)
            for channel in [ChannelKind.email, .slack] {
                for delivery in try f.claim(channel) { _ = try f.complete(delivery, verdict) }
            }
        }
        let dropped = try #require(try f.deliveries().first { $0.state == .queued }?.id)
        _ = try f.write { tx, now in try tx.dropDelivery(dropped, by: "root", tenantID: nil, now: now) }
        try f.stock("LAST", 0)
        _ = try f.claim(limit: 1)
        let all = try f.deliveries()
        #expect(Set(all.map(\.state)) == Set(DeliveryRecord.State.allCases))
        for tenantID in [nil, f.tenantID] {
            for contact in [nil, "Chat"] {
                for alert in [nil, all[5].alertIDs.first] {
                    var filter = DeliveryFilter(tenantID: tenantID)
                    (filter.state, filter.contact, filter.alertID) = (state, contact, alert)
                    let found = try f.write { [filter] tx, _ in try tx.deliveries(filter, before: all[1].id, limit: 3).map(\.id) }
                    let wanted = all.dropFirst(2).filter {
                        (state == nil || $0.state == state) && (contact == nil || $0.contact == contact)
                            && (alert.map($0.alertIDs.contains) ?? true)
                    }
                    #expect(found == wanted.prefix(3).map(\.id))
                }
            }
        }
    }

    @Test func aLeaseThatEndsUnfinishedIsTakenOverAndItsLateOutcomeIsIgnored() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        try f.stock("A", 4)
        let first = try #require(try f.claim().first)
        #expect(try f.claim().isEmpty)
        f.now = f.now + .minutes(2)
        let second = try #require(try f.claim().first)
        #expect(second.id == first.id && second.message.idempotencyKey == first.message.idempotencyKey)
        #expect(try f.complete(second, .sent(reference: "x")) == .sent)
        #expect(try f.complete(first, .retry(after: nil, reason: "late")) == nil)
        #expect(try f.deliveries().first?.state == .sent)
    }

    @Test func aRestartTakesOverWhatThePreviousProcessWasSending() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        try f.stock("A", 4)
        _ = try f.claim()
        try f.store.close()
        let copy = f.directory.appendingPathComponent("copy.db").path
        try copyDatabase(f.path, to: copy)
        let again = try Store.open(path: copy, now: f.now)
        let now = f.now
        let claimed = try again.writeAndWait { try $0.claim(.email, limit: 10, lease: .minutes(2), now: now).count }
        #expect(claimed == 1)
        try again.close()
    }

    @Test func aMisconfiguredChannelPausesKeepsItsQueueAndSaysSoOnceByTheOthers() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        try f.contact("Chat", kind: .slack, value: "ops-slack")
        for index in 0..<5 { try f.stock("P\(index)", 4) }
        let claimed = try f.claim()
        for delivery in claimed { _ = try f.complete(delivery, .misconfigured(reason: "535 bad credentials")) }
        #expect(try f.claim().isEmpty)
        #expect(try f.write { tx, _ in try tx.nextAttempt(.email) } == f.now + .hours(1))
        #expect(try f.deliveries().filter { $0.channel == .email && $0.kind == .alert }.allSatisfy { $0.state == .queued && $0.attempts == 0 })
        let notices = try f.deliveries().filter { $0.kind == .operational && $0.channel == .slack }
        #expect(notices.count == 1)
        // It is tried again after an hour, and once it works, that is over.
        f.now = f.now + .hours(1)
        let retried = try f.claim()
        #expect(!retried.isEmpty)
        _ = try f.complete(try #require(retried.first), .sent(reference: nil))
        #expect(try f.write { tx, _ in try tx.standingNotices() }.isEmpty)
    }

    @Test func aDeliveryThatKeepsFailingIsDeadAfterADayAndCanBeRetriedByHand() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        try f.stock("A", 4)
        let begin = f.now
        var state: DeliveryRecord.State?
        var attempts = 0
        while state != .dead {
            for delivery in try f.claim() {
                state = try f.complete(delivery, .retry(after: nil, reason: "451 later"))
                attempts += 1
            }
            f.now = f.now + .minutes(10)
        }
        #expect(f.now - begin >= .hours(24) && f.now - begin < .hours(26))
        #expect(attempts > 20)
        let tenantID = f.tenantID
        let id = try #require(try f.deliveries().first?.id)
        let retried = try f.write { tx, now in try tx.retryDelivery(id, tenantID: tenantID, now: now) }
        #expect(retried.state == .queued)
        #expect(try f.claim().count == 1)
    }

    /// Health is false while a channel is misconfigured, and nobody is left to mend it for.
    @Test(arguments: [true, false]) func aChannelThatNoAddressNeedsAnyMoreIsWell(deleted: Bool) throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Phone", kind: .sms, value: "+15550100")
        try f.contact("Ops")
        try f.stock("A", 0)
        let text = try #require(try f.claim(.sms).first)
        _ = try f.complete(text, .misconfigured(reason: "sms is not configured"))
        #expect(try f.write { tx, _ in try tx.pausedChannels().map(\.kind) } == [.sms])
        let tenantID = f.tenantID
        _ = try f.write { tx, now in
            deleted
                ? try tx.deleteContact("Phone", tenantID: tenantID, now: now)
                : try tx.updateContact("Phone", enabled: false, addresses: nil, tenantID: tenantID, now: now)
        }
        #expect(try f.write { tx, _ in try tx.pausedChannels() }.isEmpty)
        #expect(try f.write { tx, _ in try tx.standingNotices() }.isEmpty)
    }

    @Test func aChannelThatTurnsOutMisconfiguredAfterItsLastAddressIsGoneIsWell() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Phone", kind: .sms, value: "+15550100")
        try f.stock("A", 0)
        let text = try #require(try f.claim(.sms).first)
        let tenantID = f.tenantID
        _ = try f.write { tx, now in try tx.deleteContact("Phone", tenantID: tenantID, now: now) }
        _ = try f.complete(text, .misconfigured(reason: "sms is not configured"))
        #expect(try f.write { tx, _ in try tx.pausedChannels() }.isEmpty)
        #expect(try f.claim(.sms).isEmpty)
        #expect(try f.deliveries().map(\.reason) == ["address_removed"])
    }

    @Test func anAddressThatIsGoneIsNotWrittenToAgain() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Chat", kind: .slack, value: "ops-slack")
        try f.stock("A", 4)
        let delivery = try #require(try f.claim(.slack).first)
        #expect(try f.complete(delivery, .dead(reason: "404 no_service", disablesAddress: true)) == .dead)
        try f.stock("B", 4)
        #expect(try f.deliveries().count == 1)
        #expect(try f.alerts().first { $0.sku == "B" }?.timeline.last?.note == "nobody_to_tell")
    }

    @Test func whatNobodyWantedToHearIsToldOnceSomebodyDoes() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.stock("A", 1)
        let mild = try f.stock("B", 4)
        #expect(try f.deliveries().isEmpty)
        f.now = f.now + .hours(1)
        try f.contact("Ann", value: "ann@example.com", min: .critical)
        #expect(try f.due().notified == 1)
        let first = try #require(try f.claim().first)
        #expect(first.message.items.map(\.alert.sku) == ["A"] && first.message.items[0].occasion == .opened)
        // Who comes later is not told of what others were told of, and they not again.
        try f.contact("Bob", value: "bob@example.com")
        #expect(try f.due().notified == 1)
        let next = try f.claim()
        #expect(next.map(\.contact) == ["Bob"] && next[0].message.items.map(\.alert.sku) == ["B"])
        try f.set(mild, 3)
        #expect(try f.due().notified == 0)
    }

    @Test func timesThatLieTooFarAheadAreOfAClockThatJumpedBack() throws {
        let f = try StoreFixture()
        try f.contact()
        try f.stock("A", 4)
        f.now = f.now - .days(30)
        #expect(try f.claim().count == 1)
    }

    @Test func laterMailsOfAnAlertBelongToTheThreadOfItsFirst() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        let key = try f.stock("A", 4)
        let first = try #require(try f.claim().first)
        #expect(first.message.threadKey == nil)
        _ = try f.complete(first, .sent(reference: nil))
        f.now = f.now + .minutes(1)
        try f.set(key, 40)
        let second = try #require(try f.claim().first)
        #expect(second.message.kind == .resolved)
        #expect(second.message.threadKey == first.message.idempotencyKey)
    }

    @Test func aResultThatComesAfterItsLeaseEndedDoesNotSpeakForTheAttemptUnderWay() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        try f.stock("A", 4)
        let first = try #require(try f.claim().first)
        f.now = f.now + .minutes(2)
        let second = try #require(try f.claim().first)
        #expect(second.id == first.id && second.lease != first.lease)
        #expect(try f.complete(first, .dead(reason: "550 no such user", disablesAddress: true)) == nil)
        #expect(try f.deliveries().first?.state == .sending)
        #expect(try f.complete(second, .sent(reference: nil)) == .sent)
    }

    @Test func aClockThatJumpsAheadDoesNotTellAgainWhatIsBeingSent() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        try f.stock("A", 4)
        let first = try #require(try f.claim().first)
        f.now = f.now + .days(2)
        try f.stock("B", 4)
        let others = try f.write { tx, now in try tx.claim(.email, limit: 10, lease: .minutes(2), leased: false, now: now) }
        #expect(!others.isEmpty && !others.map(\.id).contains(first.id))
        #expect(try f.complete(first, .sent(reference: nil)) == .sent)
    }

    @Test func anAddressWhoseFilterIsDamagedIsToldNothingAndAnOperationalAlertSaysSo() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Chat", kind: .slack, value: "ops-slack")
        try f.contact()
        try f.run("UPDATE address SET locations = '[\"store-9\"' WHERE kind = 'email'")
        try f.stock("A", 4)
        try f.stock("B", 4)
        let told = try f.deliveries().map { "\($0.channel.rawValue) \($0.kind.rawValue)" }
        #expect(told.sorted() == ["slack alert", "slack alert", "slack operational"])
        let tenantID = f.tenantID
        let (notices, shown) = try f.write { tx, _ in (try tx.standingNotices(), try tx.contact("Ops", tenantID: tenantID).addresses) }
        #expect(notices.map(\.subject) == ["stockd cannot tell Ops by email"])
        #expect(shown.map(\.preferences.enabled) == [false])
        // Setting it again mends it.
        _ = try f.write { tx, now in
            try tx.updateContact(
                "Ops", enabled: nil,
                addresses: [AddressRecord(kind: .email, value: "ops@example.com", preferences: AddressPreferences(minSeverity: .low))],
                tenantID: tenantID, now: now)
        }
        #expect(try f.write { tx, _ in try tx.standingNotices() }.isEmpty)
        try f.stock("C", 4)
        #expect(try f.deliveries().contains { $0.channel == .email && $0.kind == .alert })
    }
}
