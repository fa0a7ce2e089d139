import Foundation
import Logging
import ServiceLifecycle
import StockDomain
import StockStore

/// Tells each tenant once a day, at its own local time, how its stock stands.
package final class SummaryLoop: Service {
    private let context: LoopContext
    private let minutes: @Sendable () -> Int

    /// `minutes`: when, past midnight of the tenant's day; asked every round, so that a reload takes effect.
    package init(_ context: LoopContext, at minutes: @escaping @Sendable () -> Int) {
        self.context = context
        self.minutes = minutes
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown { try await self.loop() }
    }

    private func loop() async throws {
        try await context.forever("summaries") {
            let now = self.context.clock.now
            let tenants = try await self.context.store.read { try $0.summarizedTenants() }
            try await self.tell(tenants, now: now)
            let next = tenants.map { self.schedule($0).next(after: now) }.min()
            let wait = next.map { max($0 - self.context.clock.now, .milliseconds(10)) } ?? self.context.longestWait
            try await self.context.clock.sleep(for: min(wait, self.context.longestWait))
        }
    }

    private func schedule(_ tenant: SummarizedTenant) -> DailySchedule {
        DailySchedule(minutes: minutes(), zone: TimeZone(identifier: tenant.tenant.timeZone) ?? .gmt)
    }

    private func tell(_ tenants: [SummarizedTenant], now: Timestamp) async throws {
        var due: [(tenant: TenantRecord, day: Day)] = []
        for tenant in tenants {
            switch schedule(tenant).decideSameDay(done: tenant.done, now: now) {
            case .wait: break
            case .due(let day): due.append((tenant.tenant, day))
            case .settle(let day):
                try await context.store.write { try $0.settleSummary(of: day, tenantID: tenant.tenant.id) }
            }
        }
        guard !due.isEmpty else { return }
        let only = due.count == 1 ? due.first?.tenant.id : nil
        let counts = try await context.store.read { try $0.summaryCounts(tenantID: only) }
        for (tenant, day) in due {
            let now = context.clock.now
            let summary = try await context.store.read {
                try $0.summary(of: day, counts: counts[tenant.name] ?? Summary.Counts(), tenantID: tenant.id, now: now)
            }
            try await context.store.write { try $0.tellSummary(summary, tenantID: tenant.id, now: now) }
            context.logger.info(
                "summary.told",
                metadata: ["tenant": "\(tenant.name)", "day": "\(day)", "short": "\(summary.counts.short)"])
            context.beat()
        }
    }
}
