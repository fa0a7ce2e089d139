import StockDomain
import Testing
@testable import StockStore

/// Maintenance of a source: nobody is alarmed while it lasts, and everybody again when it does not end well.
@Suite struct PausedSourceTests {
    private let f: StoreFixture
    private let interval = Duration.minutes(15)

    init() throws {
        f = try StoreFixture()
        try f.contact()
        _ = try f.write { tx, now in try tx.registerSource("till", kind: "demo", tenant: "default", now: now) }
    }

    private func source() throws -> SourceRecord { try f.write { tx, _ in try #require(try tx.sources(name: "till").first) } }

    private func pause(until: Timestamp?) throws {
        let tenantID = f.tenantID
        _ = try f.write { tx, now in
            try tx.pauseSource("till", until: until, by: "ann", comment: "new till", tenantID: tenantID, now: now)
        }
    }

    private func resume() throws {
        let tenantID = f.tenantID
        _ = try f.write { tx, now in try tx.resumeSource("till", tenantID: tenantID, now: now) }
    }

    private func isStale() throws -> Bool { try source().isStale(interval: interval, now: f.now) }

    @Test func itIsNotMissedWhilePausedAndHasItsTimeAnewAfterwards() throws {
        try pause(until: f.now + .hours(10))
        f.now = f.now + .hours(10) - .milliseconds(1)
        #expect(try source().pause(at: f.now) != nil && !isStale())
        f.now = f.now + .milliseconds(1)
        #expect(try source().pause(at: f.now) == nil && !isStale(), "it has ended by itself")
        f.now = f.now + interval + interval
        #expect(try !isStale())
        f.now = f.now + .milliseconds(1)
        #expect(try isStale())
    }

    @Test func resumedByHandItHasItsTimeFromThenOn() throws {
        try pause(until: nil)
        f.now = f.now + .days(2)
        #expect(try !isStale())
        try resume()
        #expect(try !isStale())
        f.now = f.now + interval + interval + .milliseconds(1)
        #expect(try isStale())
        #expect(throws: StoreError.self) { try resume() }
    }

    @Test func aClockThatJumpsBackPausesNothingAgain() throws {
        try pause(until: f.now + .hours(10))
        f.now = f.now + .hours(5)
        try resume()
        f.now = f.now - .hours(1)
        #expect(try source().pause(at: f.now) == nil)
    }

    @Test func whatWasSaidOfItsSilenceIsOverWhenItIsPaused() throws {
        f.now = f.now + .hours(1)
        let source = try source()
        #expect(try f.write { tx, now in try tx.markStale(source, now: now) })
        try pause(until: nil)
        #expect(try f.write { tx, _ in try tx.standingNotices() }.isEmpty)
        #expect(try f.deliveries().map(\.kind) == [.resolved, .operational])
    }

    @Test func aPauseCanBeMadeLongerAndKeepsWhenItBegan() throws {
        let begun = f.now
        try pause(until: f.now + .hours(1))
        f.now = f.now + .minutes(30)
        try pause(until: f.now + .hours(5))
        #expect(try source().pause == SourcePause(since: begun, until: f.now + .hours(5), by: "ann", comment: "new till"))
        #expect(throws: StoreError.self) { try pause(until: f.now) }
    }
}
