import FoundationEssentials
import FoundationInternationalization
import StockDomain
import StockTestSupport
import Testing

@Suite struct TimeTests {
    @Test func daysAndDatesAreEachOthersInverse() throws {
        for number in stride(from: -800_000, through: 800_000, by: 37) {
            let day = Day(Int64(number))
            let (year, month, dayOfMonth) = day.civil
            #expect(Day(year: year, month: month, day: dayOfMonth) == day)
        }
        #expect(Day(year: 1970, month: 1, day: 1)?.number == 0)
        #expect(Day(year: 2026, month: 5, day: 4)?.weekday == 1)
        #expect(Day(year: 2025, month: 2, day: 29) == nil)
        #expect(Day(year: 2024, month: 2, day: 29)?.description == "2024-02-29")
    }

    @Test(arguments: [
        ("2026-05-01T08:00:00.000Z", "2026-05-01T08:00:00.000Z"), ("2026-05-01T10:00:00.25+02:00", "2026-05-01T08:00:00.250Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"), ("2026-05-01t00:00:00-05:30", "2026-05-01T05:30:00.000Z"),
        ("2026-05-01T08:00:00.123456789Z", "2026-05-01T08:00:00.123Z"),
    ])
    func readsAndPrintsRFC3339(text: String, printed: String) throws {
        #expect(try #require(Timestamp(rfc3339: text)).description == printed)
    }

    @Test(arguments: ["", "2026-05-01", "2026-13-01T00:00:00Z", "2026-05-01T24:00:00Z", "2026-05-01T08:00:00", "2026-05-01T08:00:00.Z", "2026-05-01T08:00:00Zx"])
    func refusesEverythingElse(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    /// A local time that clocks jump over is the end of the jump; one that they show twice is the first.
    @Test func localTimesSurviveDaylightSaving() throws {
        let london = try #require(TimeZone(identifier: "Europe/London"))
        let spring = try #require(Day(year: 2026, month: 3, day: 29)), autumn = try #require(Day(year: 2026, month: 10, day: 25))
        #expect(Timestamp(spring, minutes: 90, in: london).description == "2026-03-29T01:00:00.000Z")
        #expect(Timestamp(spring, minutes: 150, in: london).description == "2026-03-29T01:30:00.000Z")
        #expect(Timestamp(autumn, minutes: 90, in: london).description == "2026-10-25T00:30:00.000Z")
        #expect(Timestamp(autumn, minutes: 180, in: london).description == "2026-10-25T03:00:00.000Z")
    }

    @Test(arguments: ["America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata", "UTC", "America/St_Johns"])
    func everyLocalDayComesOnceAndEachInstantIsInOne(name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        var last: Timestamp?
        for number in 20_400..<21_200 {
            let start = Timestamp(Day(Int64(number)), minutes: 0, in: zone)
            #expect(start.day(in: zone) == Day(Int64(number)))
            #expect((start - .milliseconds(1)).day(in: zone) < Day(Int64(number)))
            if let last { #expect(start > last) }
            last = start
        }
    }
}
