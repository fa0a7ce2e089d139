import Logging
import ServiceLifecycle
import StockDomain
import StockNotify
import StockStore

/// Asks what has become of messages that were accepted: that they did not arrive often shows only minutes later.
package final class FollowLoop: Service {
    private static let atOnce = 4

    private let context: LoopContext
    private let channels: @Sendable () -> [ChannelKind: any Channel]
    private let bells: [ChannelKind: Bell]

    package init(_ context: LoopContext, channels: @escaping @Sendable () -> [ChannelKind: any Channel]) {
        self.context = context
        self.channels = channels
        bells = Dictionary(uniqueKeysWithValues: ChannelKind.allCases.map { ($0, Bell()) })
    }

    package func run() async throws {
        let unobserve = context.store.observe { [bells] commit in
            if commit.kinds.contains("delivery.sent") { bells.values.forEach { $0.ring() } }
        }
        defer { unobserve() }
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (kind, bell) in self.bells { group.addTask { try await self.loop(kind, bell) } }
                for try await _ in group {}
            }
        }
    }

    private func loop(_ kind: ChannelKind, _ bell: Bell) async throws {
        try await context.forever("follow.\(kind.rawValue)") {
            let now = self.context.clock.now
            var wait = self.context.longestWait
            if let channel = self.channels()[kind], channel.follows {
                let due = try await self.context.store.read { try $0.followed(kind, limit: FollowLoop.atOnce, now: now) }
                if !due.isEmpty { return try await self.look(after: due, by: channel) }
                if let next = try await self.context.store.read({ try $0.nextLook(kind) }) {
                    wait = min(wait, max(next - now, .seconds(1)))
                }
            }
            try await bell.wait(atMost: wait, on: self.context.clock)
        }
    }

    private func look(after due: [FollowedDelivery], by channel: any Channel) async throws {
        let fates = await withTaskGroup(of: (FollowedDelivery, Fate).self) { group in
            for delivery in due { group.addTask { (delivery, await channel.fate(of: delivery.reference)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // A stop cut them off.
        try Task.checkCancellation()
        for (delivery, fate) in fates {
            let now = context.clock.now
            let state = try await context.store.write { try $0.follow(delivery, fate, now: now) }
            if case .failed(let verdict) = fate, let state { log(verdict, state, of: delivery) }
        }
    }

    private func log(_ verdict: Verdict, _ state: DeliveryRecord.State, of delivery: FollowedDelivery) {
        guard let reason = verdict.reason else { return }
        let metadata: Logger.Metadata = [
            "delivery.id": "\(delivery.id)", "channel": "\(delivery.channel.rawValue)", "contact": "\(delivery.contact)",
            "reason": "\(reason)",
        ]
        if case .misconfigured = verdict { context.logger.warning(LogEvent.channelPaused, metadata) }
        if state == .dead {
            context.logger.error(LogEvent.deliveryGaveUp, metadata)
        } else {
            context.logger.notice(LogEvent.deliveryUndelivered, metadata)
        }
    }
}
