import Foundation
import Logging
import ServiceLifecycle
import StockDomain
import StockStore
import Synchronization

/// Evaluates what only time changes: windows that end, sweeps, the daily reminder; and settles every level anew when
/// the configuration's thresholds have changed.
package final class AlertLoop: Service {
    package struct Settings: Hashable, Sendable {
        package var checkInterval: Duration
        package var reminder: DailySchedule

        package init(checkInterval: Duration = .minutes(15), reminder: DailySchedule = DailySchedule(minutes: 540, zone: .gmt)) {
            self.checkInterval = checkInterval
            self.reminder = reminder
        }
    }

    /// Levels written in one transaction: long enough to be quick, short enough to keep nobody waiting.
    private static let chunk = 1000

    private let context: LoopContext
    private let settings: @Sendable () -> Settings
    private let bell = Bell()
    private let sweepAsked = Mutex(false)
    /// Settings whose levels are being settled for somebody who waits for it.
    private let awaited = Mutex<Set<Int64>>([])

    /// `settings` is asked every round, so that a reload takes effect.
    package init(_ context: LoopContext, settings: @escaping @Sendable () -> Settings) {
        self.context = context
        self.settings = settings
    }

    package func run() async throws {
        let unobserve = context.store.observe { [bell] commit in
            if commit.heldBack { bell.ring() }
        }
        defer { unobserve() }
        try await cancelWhenGracefulShutdown { try await self.loop() }
    }

    private func loop() async throws {
        var nextSweep: Timestamp?
        try await context.forever("alerts") {
            try await self.settleChangedDefaults()
            // What nobody waits for any more: stockd was stopped meanwhile, or the disk failed.
            for left in try await self.context.store.read({ try $0.unsettled().map(\.id) })
            where !self.awaited.withLock({ $0.contains(left) }) {
                try await self.settle(left)
            }
            let now = self.context.clock.now
            try await self.tellWhatIsDue()
            try await self.tellNoticesDue()
            try await self.escalate()
            try await self.announceEndingSilences()
            try await self.remind()
            let interval = self.settings().checkInterval
            // A clock that jumped back must not put the next sweep off for longer than the interval.
            let asked = self.sweepAsked.withLock { asked in
                defer { asked = false }
                return asked
            }
            if asked || nextSweep.map({ $0 <= now || $0 > now + interval }) ?? true {
                do {
                    _ = try await self.check(LevelSelection())
                } catch {
                    if asked { self.sweepAsked.withLock { $0 = true } }
                    throw error
                }
                nextSweep = now + interval
            }
            let own = try await self.context.store.read { reader in
                [try reader.nextDue(), try reader.nextEscalation(), try reader.nextSilenceAnnouncement(now: now)]
            }
            let wake = (own + [nextSweep, self.settings().reminder.next(after: now)]).compactMap { $0 }.min() ?? now
            let wait = min(max(wake - self.context.clock.now, .milliseconds(10)), self.context.longestWait)
            try await self.bell.wait(atMost: wait, on: self.context.clock)
        }
    }

    /// Compares every level of `selection` with its alert and evaluates those that are out of step.
    package func check(_ selection: LevelSelection) async throws -> Evaluation {
        let started = context.clock.now
        var sum = Evaluation()
        let keys = try await context.store.read { try $0.levelsOutOfStep(selection, now: started) }
        for start in stride(from: 0, to: keys.count, by: AlertLoop.chunk) {
            let some = Array(keys[start..<min(start + AlertLoop.chunk, keys.count)])
            let now = context.clock.now
            sum.add(try await context.store.write { try $0.evaluate(some, trigger: .sweep, now: now) })
            context.beat()
        }
        sum.add(try await tellWhatIsDue(selection))
        sum.evaluated = try await context.store.read { try $0.levelCount(selection) }
        context.logger.debug(
            "alerts.swept",
            metadata: [
                "evaluated": "\(sum.evaluated)", "opened": "\(sum.opened)", "changed": "\(sum.changed)",
                "resolved": "\(sum.resolved)", "ms": "\((context.clock.now - started).milliseconds)",
            ])
        return sum
    }

    /// Tells what was held back by windows that have ended.
    @discardableResult
    private func tellWhatIsDue(_ selection: LevelSelection = LevelSelection()) async throws -> Evaluation {
        var sum = Evaluation()
        while true {
            let now = context.clock.now
            let keys = try await context.store.read { try $0.levelsDue(selection, limit: AlertLoop.chunk, now: now) }
            if keys.isEmpty { return sum }
            let outcome = try await context.store.write { try $0.evaluate(keys, trigger: .due, now: now) }
            sum.add(outcome)
            // What stays due though it was evaluated is told by nobody; it must not keep the loop turning.
            if keys.count < AlertLoop.chunk || outcome.notified == 0 { return sum }
        }
    }

    private func tellNoticesDue() async throws {
        let now = context.clock.now, suppress = context.store.policy.suppress
        guard try await context.store.read({ try $0.standingNotices().contains { $0.isDue(at: now, suppress: suppress) } }) else {
            return
        }
        try await context.store.write { try $0.tellNoticesDue(now: now) }
    }

    /// Takes the steps of escalations that are due.
    private func escalate() async throws {
        while true {
            let now = context.clock.now
            let ids = try await context.store.read { try $0.alertsToEscalate(limit: AlertLoop.chunk, now: now) }
            if ids.isEmpty { return }
            let told = try await context.store.write { try $0.escalate(ids, now: now) }
            context.logger.debug("alerts.escalated", metadata: ["alerts": "\(ids.count)", "told": "\(told)"])
            context.beat()
            if ids.count < AlertLoop.chunk { return }
        }
    }

    private func announceEndingSilences() async throws {
        let now = context.clock.now
        let (announcement, isStanding) = try await context.store.read {
            (try $0.nextSilenceAnnouncement(now: now), try $0.silenceNoticeStands(now: now))
        }
        if let announcement, announcement <= now { _ = try await context.store.write { try $0.announceEndingSilences(now: now) } }
        if isStanding { try await context.store.write { try $0.endSilenceNotices(now: now) } }
    }

    private func remind() async throws {
        let schedule = settings().reminder
        let key = "reminded_on"
        let done = try await context.store.read { try $0.setting(key) }.flatMap(Int64.init).map(Day.init)
        switch schedule.decide(done: done, now: context.clock.now) {
        case .wait:
            return
        case .settle(let day):
            try await context.store.write { try $0.keepSetting(key, String(day.number)) }
        case .due(let day):
            var sum = Evaluation()
            var last = LevelKey.first
            while true {
                let now = context.clock.now
                let keys = try await context.store.read { [last] in try $0.levelsToRemindOf(after: last, limit: AlertLoop.chunk) }
                guard let end = keys.last else { break }
                let outcome = try await context.store.write { try $0.evaluate(keys, trigger: .reminder, now: now) }
                sum.add(outcome)
                last = end
                context.beat()
            }
            // Only now: a crash midway reminds again, and windows keep out those who have been told.
            try await context.store.write { try $0.keepSetting(key, String(day.number)) }
            context.logger.info(
                "alerts.reminded", metadata: ["notified": "\(sum.notified)", "suppressed": "\(sum.suppressed)"])
        }
    }

    /// Levels carry what their thresholds evaluated to; when the configuration's change, all are evaluated anew.
    private func settleChangedDefaults() async throws {
        let defaults = context.store.policy.defaults
        let wanted = defaults.description
        let key = StoreReader.settledDefaults
        let settled = try await context.store.read { try $0.setting(key) }
        if settled == wanted { return }
        var last = LevelKey.first
        while true {
            let now = context.clock.now
            let keys = try await context.store.read { [last] in
                try $0.levelKeys(LevelSelection(), after: last, limit: AlertLoop.chunk)
            }
            guard let end = keys.last else { break }
            try await context.store.write { try $0.resettle(keys, now: now) }
            last = end
            context.beat()
        }
        let before = settled.flatMap(ThresholdDefaults.init), now = context.clock.now
        try await context.store.write {
            if let before { try $0.keepDefaults(before, now: now) }
            try $0.keepSetting(key, wanted)
        }
    }

    /// Settles what a threshold setting has left to do, for somebody who waits for it.
    package func settleAndWait(_ unsettled: Int64) async throws {
        awaited.withLock { _ = $0.insert(unsettled) }
        defer { awaited.withLock { _ = $0.remove(unsettled) } }
        try await settle(unsettled)
    }

    private func settle(_ id: Int64) async throws {
        while true {
            let next = try await context.store.read { store in
                try store.unsettled(id).map { ($0, try store.levels(of: $0, limit: AlertLoop.chunk)) }
            }
            guard let (unsettled, keys) = next else { return }
            let now = context.clock.now
            try await context.store.write { try $0.settle(keys, of: unsettled, now: now) }
            context.beat()
        }
    }

    /// Sweeps at once: settings were reloaded, or counts that had been stale are fresh again.
    package func wake() {
        sweepAsked.withLock { $0 = true }
        bell.ring()
    }
}
