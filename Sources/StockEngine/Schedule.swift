import Foundation
import StockDomain

/// When something is due once a day at a local time.
package struct DailySchedule: Hashable, Sendable {
    /// Minutes past local midnight.
    package var minutes: Int
    package var zone: TimeZone

    package init(minutes: Int, zone: TimeZone) {
        self.minutes = minutes
        self.zone = zone
    }

    package enum Decision: Hashable, Sendable {
        /// Do it now, for that day: it came due, now or while nobody was looking.
        case due(Day)
        /// Only note that day as done: there is no earlier run to make up for, or the clock jumped back.
        case settle(Day)
        case wait
    }

    /// The last day whose time has come.
    package func latest(at now: Timestamp) -> Day {
        let today = now.day(in: zone)
        return now >= Timestamp(today, minutes: minutes, in: zone) ? today : today + -1
    }

    package func decide(done: Day?, now: Timestamp) -> Decision {
        let latest = latest(at: now)
        guard let done else { return .settle(latest) }
        if done < latest { return .due(latest) }
        // A day more ahead than any clock correction: written before the clock jumped back.
        return done > latest + 1 ? .settle(latest) : .wait
    }

    /// As `decide`, for what is of no use any more the day after: it is made up for on its own day, or within an hour, which
    /// may be the next day already. Where the calendar skips a whole day, there is none.
    package func decideSameDay(done: Day?, now: Timestamp) -> Decision {
        guard case .due(let day) = decide(done: done, now: now) else { return decide(done: done, now: now) }
        let time = Timestamp(day, minutes: minutes, in: zone)
        let isInTime = now.day(in: zone) == day || now - time < .hours(1)
        return isInTime && time.day(in: zone) == day ? .due(day) : .settle(day)
    }

    /// The next time it comes due.
    package func next(after now: Timestamp) -> Timestamp {
        Timestamp(latest(at: now) + 1, minutes: minutes, in: zone)
    }
}
