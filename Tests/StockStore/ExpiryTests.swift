import StockDomain
import Testing
@testable import StockStore

@Suite struct ExpiryTests {
    @Test func eventsAreForgottenAfterAWeekAndTheRestIsStillHandedOut() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 4)
        let last = try f.range().last
        f.now = f.now + .days(5)
        try f.set(key, 0)
        let newest = try f.range().last

        f.now = f.now + .days(1)
        try f.forgetExpired()
        #expect(try f.range().floor == 0)

        f.now = f.now + .days(2)
        try f.forgetExpired()
        #expect(try f.range() == EventRange(floor: last, last: newest))
        let kept = try f.write { [tenantID = f.tenantID] tx, _ in
            try tx.events(after: last, kinds: nil, tenantID: tenantID, limit: 100).events.map(\.kind)
        }
        #expect(kept == ["stock.changed", "alert.changed"])
    }

    /// They were written while the clock was ahead, more of them than one transaction forgets.
    @Test func eventsFromTheFutureKeepNoOtherFromBeingForgotten() throws {
        let f = try StoreFixture()
        let today = f.now
        try f.stock("A", 4)
        f.now = today + .days(3650)
        let key = try f.stock("B", 4)
        for index in 1...4 { try f.set(key, index % 2 * 40) }
        f.now = today + .hours(1)
        try f.set(key, 40)
        try f.set(key, 0)
        let old = try f.range().last
        f.now = today + .days(8)
        try f.set(key, 40)
        let young = try f.range().last
        // What is dated ahead and stands behind all that is old may be young.
        f.now = today + .days(3650)
        try f.set(key, 0)
        let newest = try f.range().last
        f.now = today + .days(8) + .hours(2)
        try f.forgetExpired(limit: 2)
        #expect(try f.int("SELECT MIN(id) FROM event") > old && f.range().floor <= old)
        #expect(try f.int("SELECT COUNT(*) FROM event WHERE id > \(old) AND id <= \(young)") > 0)
        f.now = today + .days(20)
        try f.forgetExpired(limit: 2)
        #expect(try f.int("SELECT COUNT(*) FROM event WHERE id <= \(young)") == 0)
        #expect(try f.int("SELECT COUNT(*) FROM event") > 0)
        #expect(try f.range().last == newest)
    }

    @Test func recordsFromTheFutureKeepNoOtherFromBeingForgotten() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        let today = f.now
        /// An alert that was told and is over, and a notice.
        func trouble(_ sku: String) throws {
            let key = try f.stock(sku, 0)
            try f.set(key, 40)
            for delivery in try f.claim() { _ = try f.complete(delivery, .sent(reference: nil)) }
            _ = try f.write { [tenantID = f.tenantID] tx, now in
                try tx.raiseNotice("stale.\(sku)", subject: "Silent", detail: "…", tenantID: tenantID, now: now)
                try tx.resolveNotice("stale.\(sku)", now: now)
            }
            for delivery in try f.claim() { _ = try f.complete(delivery, .sent(reference: nil)) }
        }
        f.now = today + .days(3650)
        try trouble("AHEAD")
        f.now = today
        try trouble("OLD")
        f.now = today + .days(401)
        try f.forgetExpired(limit: 1)
        #expect(try f.alerts(.all).map(\.sku) == ["AHEAD"])
        #expect(try f.int("SELECT COUNT(*) FROM notice") == 1)
        #expect(try f.int("SELECT COUNT(*) FROM delivery WHERE created_at <= \(f.now.milliseconds)") == 0)
    }

    /// Rules that are over are kept for as long as what they did can be looked up, and those that are followed for longer.
    @Test func rulesThatAreOverAreForgottenAfterFourHundredDays() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        try f.contact("Boss", value: "boss@example.com")
        let tenantID = f.tenantID
        func silence(for time: Duration) throws -> Int64 {
            try f.write { tx, now in
                try tx.createSilence(
                    Silence(
                        id: 0, scope: AlertScope(sku: Glob("S*")), severity: nil, startsAt: now, endsAt: now + time, author: "ann",
                        comment: "…", createdAt: now), tenantID: tenantID, now: now).silence.id
            }
        }
        let short = try silence(for: .hours(1)), long = try silence(for: .days(500))
        func set(_ after: Duration) throws {
            _ = try f.write { tx, now in
                try tx.setEscalation(
                    "all", scope: AlertScope(), severity: nil, steps: [.init(after: after, contact: "Boss")], repeatAfter: nil, by: "root",
                    tenantID: tenantID, now: now)
            }
        }
        try set(.hours(1))
        try set(.hours(2))
        let key = try f.stock("TEA", 0)
        _ = try f.write { tx, now in
            try tx.acknowledge(try #require(try tx.alerts(AlertFilter(tenantID: nil), after: nil, limit: 1).first).alert.id, by: "ann", note: nil, tenantID: nil, now: now)
        }
        try set(.hours(3))
        f.now = f.now + .days(400)
        try f.forgetExpired(limit: 1)
        #expect(try f.int("SELECT COUNT(*) FROM escalation") == 3)
        f.now = f.now + .days(1)
        try f.forgetExpired(limit: 1)
        #expect(try f.int("SELECT COUNT(*) FROM silence WHERE id = \(short)") == 0)
        #expect(try f.int("SELECT COUNT(*) FROM silence WHERE id = \(long)") == 1)
        // What the alert was to follow when it was acknowledged stays with it.
        #expect(try f.int("SELECT COUNT(*) FROM escalation") == 2)
        #expect(try f.int("SELECT COUNT(*) FROM escalation_step") == 2)
        try f.set(key, 40)
        try f.forgetExpired(limit: 1)
        #expect(try f.int("SELECT COUNT(*) FROM escalation") == 1)
    }

    @Test func aFileIsKnownForFourHundredDaysSinceItCameLast() throws {
        let f = try StoreFixture()
        let source = try f.write { tx, now in
            _ = try tx.registerSource("drop", kind: "csv", tenant: "default", now: now)
            return try tx.sources(name: "drop")[0]
        }
        func come(_ digest: String) throws {
            try f.write { tx, now in
                var page = ImportPage(countedAt: now, phase: digest, resume: { _ in "" })
                page.finished = AppliedFile(digest: digest, name: digest, countedAt: now)
                _ = try tx.apply(page, from: source, now: now)
            }
        }
        func known(_ digest: String) throws -> Bool {
            try f.write { tx, _ in try tx.appliedFile(digest: digest, sourceID: source.id) != nil }
        }
        try come("a")
        try come("b")
        f.now = f.now + .days(300)
        try come("b")
        f.now = f.now + .days(101)
        try f.forgetExpired(limit: 1)
        #expect(try !known("a"))
        #expect(try known("b"))
    }

    @Test func whereAllEventsAreOldTheLogIsEmptiedAndItsNumbersGoOn() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 4)
        let last = try f.range().last
        f.now = f.now + .days(8)
        try f.forgetExpired()
        #expect(try f.range() == EventRange(floor: last, last: last))
        try f.set(key, 3)
        #expect(try f.range().last > last)
    }

    @Test func whatIsOverIsForgottenAfterFourHundredDaysUnlessSomethingRefersToIt() throws {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact()
        let kept = try f.stock("KEPT", 4)
        let dead = try #require(try f.claim().first)
        #expect(try f.complete(dead, .dead(reason: "550", disablesAddress: false)) == .dead)
        let open = try f.stock("OPEN", 4)
        let gone = try f.stock("GONE", 0)
        for delivery in try f.claim() { _ = try f.complete(delivery, .sent(reference: nil)) }
        f.now = f.now + .days(1)
        for key in [kept, gone] { try f.set(key, 40) }
        for delivery in try f.claim() { _ = try f.complete(delivery, .sent(reference: nil)) }
        _ = try f.write { [tenantID = f.tenantID] tx, now in
            try tx.raiseNotice("stale.x", subject: "Silent", detail: "…", tenantID: tenantID, now: now)
            try tx.resolveNotice("stale.x", now: now)
        }
        for delivery in try f.claim() { _ = try f.complete(delivery, .sent(reference: nil)) }

        f.now = f.now + .days(400)
        try f.forgetExpired(limit: 1)
        #expect(try f.alerts(.all).count == 3)
        #expect(try f.int("SELECT COUNT(*) FROM delivery WHERE state = 'sent'") > 0)

        f.now = f.now + .days(1)
        try f.forgetExpired(limit: 1)
        // What a dead delivery tells of stays as long as that does.
        #expect(Set(try f.alerts(.all).map(\.sku)) == ["KEPT", "OPEN"])
        #expect(try f.alerts(.all).allSatisfy { !$0.timeline.isEmpty })
        #expect(try f.deliveries().map(\.state) == [.dead])
        #expect(try f.int("SELECT COUNT(*) FROM alert_event WHERE alert_id NOT IN (SELECT id FROM alert)") == 0)
        #expect(try f.int("SELECT COUNT(*) FROM notice") == 0)
        #expect(try f.int("SELECT COUNT(*) FROM outage") == 0)
        let (tallied, counted) = try f.tallies()
        #expect(tallied == counted)
        _ = open
    }
}

extension StoreFixture {
    fileprivate func range() throws -> EventRange { try write { tx, _ in try tx.eventRange() } }
}
