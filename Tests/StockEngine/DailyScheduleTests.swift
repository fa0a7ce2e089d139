import Foundation
import StockDomain
import StockTestSupport
import Testing
@testable import StockEngine

/// What is done once a day at a local time, wherever that is and whatever clocks do.
@Suite struct DailyScheduleTests {
    /// Time skipped and shown twice at night, at midnight, by half an hour; a zone that skipped a whole day; the farthest.
    private static let zones = [
        "UTC", "Europe/London", "America/New_York", "America/St_Johns", "America/Havana", "America/Sao_Paulo",
        "Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati",
        "Pacific/Pago_Pago", "America/Santiago", "Atlantic/Azores", "Antarctica/Troll",
    ]

    /// Looked at from time to time as the loop does, at the latest when it comes due. 2010 to 2012 has Apia's lost day, and
    /// clocks that were put back to the day before.
    @Test(arguments: zones, [2010, 2026])
    func everyLocalDayIsDoneExactlyOnce(name: String, year: Int) throws {
        let zone = try #require(TimeZone(identifier: name))
        var random = SeededGenerator(seed: UInt64(year))
        for minutes in [0, 1, 30, 90, 120, 150, 480, 1439, Int.random(in: 0..<1440, using: &random)] {
            let schedule = DailySchedule(minutes: minutes, zone: zone)
            var now = Timestamp.midnightUTC(try #require(Day(year: year, month: 1, day: 1)))
            let end = now + .days(800)
            var done: Day?
            var told: [Day] = []
            while now < end {
                switch schedule.decideSameDay(done: done, now: now) {
                case .due(let day):
                    told.append(day)
                    done = day
                    #expect(now.day(in: zone) == day)
                case .settle(let day): done = day
                case .wait: break
                }
                let next = schedule.next(after: now)
                #expect(next > now)
                now = min(max(next, now + .milliseconds(1)), now + .minutes(Int64.random(in: 1...720, using: &random)))
            }
            let first = try #require(told.first), last = try #require(told.last)
            // Days that the calendar of that place doesn't have, it has not.
            let days = (first.number...last.number).map { Day(Int64($0)) }
                .filter { Timestamp($0, minutes: minutes, in: zone).day(in: zone) == $0 }
            #expect(told == days, "\(name) at minute \(minutes)")
            #expect(told.count >= 798)
        }
    }

    /// Up and down at random: never twice, and every day on which it was up after its time.
    @Test(arguments: 0..<50) func whatWasMissedIsMadeUpOnTheSameDayOrNotAtAll(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let zone = try #require(TimeZone(identifier: ["Europe/Berlin", "America/New_York", "Pacific/Auckland"][Int(seed % 3)]))
        let schedule = DailySchedule(minutes: Int.random(in: 0..<1380, using: &random), zone: zone)
        var now = Timestamp(rfc3339: "2026-03-01T00:00:00Z")!
        let first = now.day(in: zone)
        var done = first + -1, told: [Day] = [], expected: Set<Day> = []
        for _ in 0..<400 {
            let today = now.day(in: zone)
            if now >= Timestamp(today, minutes: schedule.minutes, in: zone) { expected.insert(today) }
            switch schedule.decideSameDay(done: done, now: now) {
            case .due(let day): (done, told) = (day, told + [day])
            case .settle(let day): done = day
            case .wait: break
            }
            now = now + .minutes(Int64.random(in: 1...4320, using: &random))
        }
        #expect(Set(told).count == told.count)
        #expect(Set(told).isSuperset(of: expected), "missed \(expected.subtracting(told))")
    }

    @Test func aClockThatJumpsBackNeitherRepeatsNorStops() {
        let schedule = DailySchedule(minutes: 480, zone: .gmt)
        let day = Day(20_600)
        let time = Timestamp(day, minutes: 480, in: .gmt)
        // By hours: it has been done. By weeks: it goes on with the next day.
        #expect(schedule.decideSameDay(done: day, now: time - .hours(3)) == .wait)
        #expect(schedule.decideSameDay(done: day, now: time - .days(20)) == .settle(day + -20))
        #expect(schedule.decideSameDay(done: day + -20, now: time - .days(19)) == .due(day + -19))
    }

    @Test func theFirstDayIsNotMadeUp() {
        let schedule = DailySchedule(minutes: 480, zone: .gmt)
        let noon = Timestamp(Day(20_600), minutes: 720, in: .gmt)
        #expect(schedule.decideSameDay(done: nil, now: noon) == .settle(Day(20_600)))
    }

    @Test func aLateEveningIsStillToldShortlyAfterMidnight() {
        let schedule = DailySchedule(minutes: 1439, zone: .gmt)
        let day = Day(20_600)
        let time = Timestamp(day, minutes: 1439, in: .gmt)
        #expect(schedule.decideSameDay(done: day + -1, now: time + .minutes(30)) == .due(day))
        #expect(schedule.decideSameDay(done: day + -1, now: time + .minutes(61)) == .settle(day))
    }
}
