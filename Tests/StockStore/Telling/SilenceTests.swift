import StockDomain
import Testing
@testable import StockStore

/// Silences in the store: what they hold back, and what comes when they end.
@Suite struct SilenceTests {
    private func silence(
        _ f: StoreFixture, _ scope: AlertScope = AlertScope(sku: Glob("*")), severity: Severity? = nil,
        from: Duration = .zero, for length: Duration = .hours(4)
    ) throws -> SilenceRecord {
        let tenantID = f.tenantID
        return try f.write { tx, now in
            try tx.createSilence(
                Silence(
                    id: 0, scope: scope, severity: severity, startsAt: now + from, endsAt: now + from + length, author: "ann",
                    comment: "stocktaking", createdAt: now),
                tenantID: tenantID, now: now)
        }
    }

    private func reasons(_ f: StoreFixture) throws -> [String] {
        try f.alerts(.all).flatMap(\.timeline).filter { $0.kind == "suppressed" }.compactMap(\.note)
    }

    @Test func whatOpensBeneathASilenceIsToldWhenItEnds() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("TEA", 100)
        let silence = try silence(f)
        try f.set(key, 2)
        #expect(try f.deliveries().isEmpty)
        #expect(try reasons(f) == ["silenced"])
        f.now = silence.silence.endsAt - .milliseconds(1)
        #expect(try f.due().notified == 0)
        f.now = silence.silence.endsAt
        #expect(try f.due().notified == 1)
        #expect(try f.deliveries().map(\.kind) == [.alert])
    }

    @Test func onlyWhomAnAlertBeneathConcernsHearsThatItsSilenceEnds() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Here")
        let tenantID = f.tenantID
        var preferences = AddressPreferences(minSeverity: .low)
        preferences.locations = ["far"]
        let elsewhere = AddressRecord(kind: .email, value: "e@x.example", preferences: preferences)
        _ = try f.write { tx, now in
            try tx.createContact("Elsewhere", enabled: true, addresses: [elsewhere], tenantID: tenantID, now: now)
        }
        let key = try f.stock("TEA", 100)
        let silence = try silence(f)
        try f.set(key, 2)
        f.now = silence.silence.endsAt - .minutes(1)
        #expect(try f.write { tx, now in try tx.announceEndingSilences(now: now) } == 1)
        #expect(try f.deliveries().map(\.contact) == ["Here"])
    }

    @Test func thatASilenceIsOverIsNoNews() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        let key = try f.stock("TEA", 100)
        let silence = try silence(f)
        try f.set(key, 2)
        f.now = silence.silence.endsAt - .minutes(1)
        #expect(try f.write { tx, now in try tx.announceEndingSilences(now: now) } == 1)
        let announced = try #require(try f.deliveries().first)
        // It cannot be sent before the silence is over.
        f.now = silence.silence.endsAt
        try f.write { tx, now in try tx.endSilenceNotices(now: now) }
        #expect(try f.deliveries().map(\.id) == [announced.id])
        #expect(try f.deliveries().map(\.state) == [.dropped])
        #expect(try f.write { tx, _ in try tx.counts().deliveriesQueued } == 0)
    }

    @Test func whatIsOverBeforeTheSilenceEndsIsNeverTold() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("TEA", 100)
        let silence = try silence(f)
        try f.set(key, 2)
        try f.set(key, 100)
        f.now = silence.silence.endsAt
        #expect(try f.due().evaluated == 0)
        #expect(try f.deliveries().isEmpty)
    }

    @Test func whatWasToldBeforeTheSilenceIsToldAsOverBeneathIt() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("TEA", 2)
        _ = try silence(f)
        try f.set(key, 100)
        #expect(try f.deliveries().map(\.kind) == [.resolved, .alert])
    }

    @Test func whatIsWorseThanTheSilenceMeansIsTold() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("TEA", 100)
        _ = try silence(f, severity: .low)
        try f.set(key, 4)
        #expect(try f.deliveries().isEmpty)
        try f.set(key, 1)
        #expect(try f.deliveries().count == 1)
    }

    /// Told as what it is: whoever wants no reminders still hears that it got worse.
    @Test func aWorseningBeneathASilenceIsToldAsOneWhenItEnds() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("TEA", 4)
        let silence = try silence(f)
        try f.set(key, 0)
        f.now = silence.silence.endsAt
        #expect(try f.due().notified == 1)
        let claimed = try f.claim()
        f.now = f.now + .minutes(1)
        let later = try f.claim()
        #expect((claimed + later).flatMap(\.message.items).map(\.occasion).contains(.worsened))
    }

    @Test func aSilenceHoldsBackOnlyWhatItNamesAndOnlyInItsTime() throws {
        let f = try StoreFixture()
        try f.contact()
        let tea = try f.stock("TEA", 100, category: "Drinks"), nails = try f.stock("NAIL-4", 100, category: "Hardware")
        _ = try silence(f, AlertScope(sku: Glob("NAIL-?"), category: Glob("Hard*")), from: .hours(1))
        try f.set(nails, 2)
        #expect(try f.deliveries().count == 1, "planned, it holds nothing back yet")
        try f.set(nails, 100)
        f.now = f.now + .hours(25)
        _ = try silence(f, AlertScope(sku: Glob("NAIL-?"), category: Glob("Hard*")))
        let before = try f.deliveries().count
        try f.set(nails, 2)
        #expect(try f.deliveries().count == before)
        try f.set(tea, 2)
        #expect(try f.deliveries().count == before + 1)
    }

    @Test func ofTwoSilencesTheOneThatEndsLastCounts() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("TEA", 100)
        let short = try silence(f, for: .hours(2))
        let long = try silence(f, AlertScope(location: Glob("store-*")), for: .hours(6))
        try f.set(key, 2)
        f.now = short.silence.endsAt
        #expect(try f.due().notified == 0)
        f.now = long.silence.endsAt
        #expect(try f.due().notified == 1)
    }

    @Test func endedByHandItTellsAtOnceWhatNothingElseHoldsBack() throws {
        let f = try StoreFixture()
        try f.contact()
        let tea = try f.stock("TEA", 100), milk = try f.stock("MILK", 100)
        let all = try silence(f)
        _ = try silence(f, AlertScope(sku: Glob("MILK")), for: .hours(8))
        try f.set(tea, 2)
        try f.set(milk, 2)
        f.now = f.now + .minutes(10)
        let ended = try f.write { tx, now in try tx.expireSilence(all.silence.id, by: "bob", tenantID: nil, now: now) }
        #expect(ended.silence.state(at: f.now) == .expired && ended.silence.expiredBy == "bob")
        #expect(try f.due().notified == 1)
        #expect(throws: StoreError.self) {
            try f.write { tx, now in try tx.expireSilence(all.silence.id, by: "bob", tenantID: nil, now: now) }
        }
    }

    @Test func aSilenceThatEndsSoonIsAnnouncedOnceIfAnythingIsShortBeneathIt() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("TEA", 100)
        let silence = try silence(f)
        func announce() throws -> Int { try f.write { tx, now in try tx.announceEndingSilences(now: now) } }
        try f.set(key, 2)
        f.now = silence.silence.announceAt - .milliseconds(1)
        #expect(try announce() == 0)
        f.now = silence.silence.announceAt
        #expect(try announce() == 1)
        #expect(try announce() == 0)
        #expect(try f.deliveries().map(\.kind) == [.operational])
    }

    @Test func whatOpensAfterTheAnnouncementIsAnnouncedToo() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("TEA", 100)
        let silence = try silence(f)
        f.now = silence.silence.announceAt
        #expect(try f.write { tx, now in try tx.announceEndingSilences(now: now) } == 0)
        try f.set(key, 2)
        try f.set(key, 100)
        try f.set(key, 2)
        #expect(try f.deliveries().map(\.kind) == [.operational])
    }

    @Test func theEndOfASilenceThatAnotherOutlastsIsNotAnnounced() throws {
        let f = try StoreFixture()
        try f.contact()
        let key = try f.stock("TEA", 100)
        let short = try silence(f), long = try silence(f, for: .hours(8))
        try f.set(key, 2)
        f.now = short.silence.announceAt
        #expect(try f.write { tx, now in try tx.announceEndingSilences(now: now) } == 0)
        f.now = long.silence.announceAt
        #expect(try f.write { tx, now in try tx.announceEndingSilences(now: now) } == 1)
    }

    /// Only a step that it put off comes at once.
    @Test func endedByHandItLeavesTheTimeOfStepsThatItNeverPutOff() throws {
        let f = try StoreFixture()
        try f.contact("Clerk")
        try f.contact("Boss", value: "boss@example.com", min: .out)
        let tenantID = f.tenantID, began = f.now
        _ = try f.write { tx, now in
            try tx.setEscalation(
                "default", scope: AlertScope(), severity: nil, steps: [Escalation.Step(after: .hours(1), contact: "Boss")],
                repeatAfter: nil, by: "root", tenantID: tenantID, now: now)
        }
        try f.stock("TEA", 2)
        f.now = began + .minutes(5)
        let silence = try silence(f)
        f.now = began + .minutes(6)
        _ = try f.write { tx, now in try tx.expireSilence(silence.silence.id, by: "ann", tenantID: nil, now: now) }
        #expect(try f.write { tx, _ in try tx.nextEscalation() } == began + .hours(1))
    }

    @Test func itsStateGoesByTheTime() throws {
        let f = try StoreFixture()
        let planned = try silence(f, from: .hours(1)).silence
        func listed(_ state: Silence.State) throws -> Int {
            try f.write { tx, now in try tx.silences(tenantID: nil, state: state, before: nil, limit: 10, now: now).count }
        }
        #expect(try [listed(.planned), listed(.active), listed(.expired)] == [1, 0, 0])
        f.now = planned.startsAt
        #expect(try [listed(.planned), listed(.active), listed(.expired)] == [0, 1, 0])
        f.now = planned.endsAt
        #expect(try [listed(.planned), listed(.active), listed(.expired)] == [0, 0, 1])
    }
}
