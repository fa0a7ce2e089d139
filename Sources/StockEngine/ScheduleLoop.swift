import Foundation
import Logging
import ServiceLifecycle
import StockDomain
import StockStore

/// The housekeeping: sources that fell silent, rates of sale that age, records past their lifetime.
package final class ScheduleLoop: Service {
    private static let chunk = 1000
    /// Of each of many kinds.
    private static let smallChunk = 500
    /// How often sources are looked at.
    private static let lookInterval = Duration.minutes(1)

    private let context: LoopContext
    /// The interval of each configured source, by name.
    private let intervals: @Sendable () -> [String: Duration]

    package init(_ context: LoopContext, intervals: @escaping @Sendable () -> [String: Duration]) {
        self.context = context
        self.intervals = intervals
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown { try await self.loop() }
    }

    private func loop() async throws {
        let started = context.clock.now
        var looked = started
        try await context.forever("schedule") {
            let now = self.context.clock.now
            // A source that was silent because stockd was down gets the first minute to speak.
            if now - looked >= ScheduleLoop.lookInterval || now < looked {
                try await self.markSilentSources()
                looked = now
            }
            try await self.oncePerDay("rates_refreshed_on") { try await self.refreshRates() }
            try await self.oncePerDay("expired_forgotten_on") {
                let now = self.context.clock.now
                let expired = try await self.context.store.read { try $0.expired(now: now) }
                while try await self.context.store.write({ try $0.forget(expired, limit: ScheduleLoop.smallChunk) }) {
                    self.context.beat()
                }
                try await self.forgetHolds(now: now)
            }
            try await self.context.clock.sleep(for: self.context.longestWait)
        }
    }

    private func markSilentSources() async throws {
        let intervals = intervals()
        let now = context.clock.now
        for source in try await context.store.read({ try $0.sources() }) {
            guard let interval = intervals[source.name] else {
                // Taken out of the configuration: nobody waits for it any more.
                _ = try await context.store.write { try $0.endSilence(source, now: now) }
                continue
            }
            guard source.isStale(interval: interval, now: now) else { continue }
            let isNew = try await context.store.write { try $0.markStale(source, now: now) }
            if isNew {
                context.logger.warning(
                    LogEvent.sourceStale,
                    ["source": "\(source.name)", "last_success_at": "\(source.lastSuccessAt.map(String.init(describing:)) ?? "never")"])
            }
        }
    }

    private func refreshRates() async throws {
        var last = LevelKey.first
        while true {
            let now = context.clock.now
            let keys = try await context.store.read { [last] in try $0.levelsWithRate(after: last, limit: ScheduleLoop.chunk) }
            guard let end = keys.last else { return }
            try await context.store.write { try $0.refreshRates(keys, now: now) }
            last = end
            context.beat()
        }
    }

    /// In small transactions: a day of a busy shop leaves many.
    private func forgetHolds(now: Timestamp) async throws {
        let cutoff = now - StoreReader.holdLifetime
        let limit = ScheduleLoop.chunk
        while try await context.store.write({ try $0.forgetHolds(endedBefore: cutoff, limit: limit) }) {
            context.beat()
        }
        while try await context.store.write({ try $0.forgetCustomers(ofSalesBefore: cutoff, limit: limit) }) == limit {
            context.beat()
        }
    }

    /// Shortly after midnight UTC, and where that was missed, at the next chance.
    private func oncePerDay(_ key: String, _ body: () async throws -> Void) async throws {
        let done = try await context.store.read { try $0.setting(key) }.flatMap(Int64.init).map(Day.init)
        let decision = DailySchedule(minutes: 0, zone: .gmt).decide(done: done, now: context.clock.now)
        switch decision {
        case .wait:
            return
        case .due(let day):
            try await body()
            try await context.store.write { try $0.keepSetting(key, String(day.number)) }
        case .settle(let day):
            try await context.store.write { try $0.keepSetting(key, String(day.number)) }
        }
    }
}
