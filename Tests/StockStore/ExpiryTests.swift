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
        try f.write { tx, now in try tx.forgetExpired(now: now) }
        #expect(try f.range().floor == 0)

        f.now = f.now + .days(2)
        try f.write { tx, now in try tx.forgetExpired(now: now) }
        #expect(try f.range() == EventRange(floor: last, last: newest))
        let kept = try f.write { [tenantID = f.tenantID] tx, _ in
            try tx.events(after: last, kinds: nil, tenantID: tenantID, limit: 100).events.map(\.kind)
        }
        #expect(kept == ["stock.changed", "alert.changed"])
    }

    @Test func whereAllEventsAreOldTheLogIsEmptiedAndItsNumbersGoOn() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 4)
        let last = try f.range().last
        f.now = f.now + .days(8)
        try f.write { tx, now in try tx.forgetExpired(now: now) }
        #expect(try f.range() == EventRange(floor: last, last: last))
        try f.set(key, 3)
        #expect(try f.range().last > last)
    }
}

extension StoreFixture {
    fileprivate func range() throws -> EventRange { try write { tx, _ in try tx.eventRange() } }
}
