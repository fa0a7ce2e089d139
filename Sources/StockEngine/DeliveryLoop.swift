import Logging
import ServiceLifecycle
import StockDomain
import StockNotify
import StockStore

/// Carries the outbox out, each channel by itself, and within it each destination as fast as that takes messages: one that
/// hangs delays no other.
package final class DeliveryLoop: Service {
    /// Longer than any channel takes, so that nobody else takes a delivery that is still being sent: Twilio is asked for
    /// up to ten pages and then takes the message, half a minute each; and a minute later what it took can be looked up.
    private static let lease = Duration.minutes(7)
    /// How long a stop waits for messages under way; the unit's TimeoutStopSec is longer.
    private static let grace = Duration.seconds(20)

    private let context: LoopContext
    private let channels: @Sendable () -> [ChannelKind: any Channel]
    private let bells: [ChannelKind: Bell]
    private let sending = SendingMessages()

    /// `channels` is asked for every message, so that a reload takes effect. A kind without one is answered as
    /// misconfigured: its deliveries wait, and an operational alert says why.
    package init(_ context: LoopContext, channels: @escaping @Sendable () -> [ChannelKind: any Channel]) {
        self.context = context
        self.channels = channels
        bells = Dictionary(uniqueKeysWithValues: ChannelKind.allCases.map { ($0, Bell()) })
    }

    package func run() async throws {
        let unobserve = context.store.observe { [self] commit in
            if commit.queuedDeliveries { wake() }
        }
        defer { unobserve() }
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (kind, bell) in self.bells { group.addTask { try await self.loop(kind, bell) } }
                // The first loop that fails ends them all; waitForAll would wait for the others, which never end.
                for try await _ in group {}
            }
        }
        await finishSending()
    }

    /// Waits until each of these deliveries has had an attempt recorded or its channel is paused, at most half a minute, and
    /// returns them.
    package func settled(_ ids: [Int64]) async throws -> [DeliveryRecord] {
        let bell = Bell()
        let unobserve = context.store.observe { _ in bell.ring() }
        defer { unobserve() }
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let (records, paused) = try await context.store.read { reader in
                (try ids.map { try reader.delivery($0, tenantID: nil) }, Set(try reader.pausedChannels().map(\.kind)))
            }
            let open = records.contains {
                $0.state == .sending || ($0.state == .queued && $0.lastError == nil && !paused.contains($0.channel))
            }
            guard open, ContinuousClock.now < deadline else { return records }
            try await bell.wait(atMost: .seconds(1), on: SystemClock())
        }
    }

    package func wake() { bells.values.forEach { $0.ring() } }

    /// What does not answer at present, and why; it is tried again.
    package var failing: [ChannelKind: String] { sending.failing }

    /// Tries what did not answer again at once: somebody may have mended it.
    package func forgive() {
        sending.forgive()
        wake()
    }

    private func loop(_ kind: ChannelKind, _ bell: Bell) async throws {
        try await context.forever("delivery.\(kind.rawValue)") {
            let now = self.context.clock.now
            let (room, isIdle) = self.sending.room(kind, now: now)
            var wait = self.context.longestWait
            if room.messages > 0 {
                let next = try await self.context.store.read { try $0.nextAttempt(kind, except: room.closed) }
                if let next, next <= now || next > now + RetryPolicy.longestDelay {
                    let channel = self.channels()[kind]
                    let claimed = try await self.context.store.write {
                        try $0.claim(
                            kind, limit: room.messages, lease: DeliveryLoop.lease, leased: isIdle, except: room.closed,
                            words: { channel?.words(for: $0) }, now: now)
                    }
                    for delivery in claimed { self.begin(delivery, bell, now: now) }
                    if !claimed.isEmpty { return }
                }
                // Nothing to do, or a paused channel.
                if let next { wait = min(wait, max(next - now, .seconds(1))) }
            }
            // What takes something again by itself; a commit, or a message that has gone, rings.
            if let reopensAt = room.reopensAt { wait = min(wait, max(reopensAt - now, .milliseconds(10))) }
            try await bell.wait(atMost: wait, on: self.context.clock)
        }
    }

    private func begin(_ delivery: ClaimedDelivery, _ bell: Bell, now: Timestamp) {
        sending.begin(delivery, now: now) {
            let verdict = await self.send(delivery)
            return {
                if let turn = self.sending.ended(delivery, verdict, now: self.context.clock.now) {
                    self.log(turn, at: delivery, verdict)
                }
                bell.ring()
            }
        }
    }

    /// A stop lets messages under way arrive: one that is cut off may have been taken, and would be sent again.
    private func finishSending() async {
        let tasks = sending.tasks
        let deadline = Task {
            try await Task.sleep(for: DeliveryLoop.grace, clock: .continuous)
            tasks.forEach { $0.cancel() }
        }
        for task in tasks { await task.value }
        deadline.cancel()
    }

    private func send(_ delivery: ClaimedDelivery) async -> Verdict {
        let started = context.clock.now
        let verdict: Verdict
        if let channel = channels()[delivery.channel] {
            verdict = await channel.send(delivery.message, to: delivery.address, now: started)
        } else {
            verdict = .misconfigured(
                reason: "\(delivery.channel.rawValue) is not configured: it needs \(delivery.channel.neededSettings)")
        }
        if Task.isCancelled, verdict.isForNow {
            // Stopping cut it off; the lease is given back at the next start, without counting as a failure.
            return verdict
        }
        await record(verdict, of: delivery, started: started)
        return verdict
    }

    /// Records the outcome, also where the disk is full for now: the lease outlasts a while of trying, and a message
    /// whose sending is forgotten is sent again.
    private func record(_ verdict: Verdict, of delivery: ClaimedDelivery, started: Timestamp) async {
        while true {
            let now = context.clock.now
            do {
                let state = try await context.store.write { transaction in
                    var random = SystemRandomNumberGenerator()
                    return try transaction.complete(delivery, verdict, took: now - started, now: now, using: &random)
                }
                log(verdict, state, of: delivery, took: now - started)
                return
            } catch let error as StoreError where error.code == .unavailable {
                guard now - started < DeliveryLoop.lease else { return }
                do { try await context.clock.sleep(for: .seconds(1)) } catch { return }
            } catch {
                context.logger.error(
                    LogEvent.deliveryNotRecorded, ["delivery.id": "\(delivery.id)", "error": "\(error)"])
                return
            }
        }
    }

    private func log(_ verdict: Verdict, _ state: DeliveryRecord.State?, of delivery: ClaimedDelivery, took: Duration) {
        let metadata: Logger.Metadata = [
            "delivery.id": "\(delivery.id)", "channel": "\(delivery.channel.rawValue)", "contact": "\(delivery.contact)",
            "kind": "\(delivery.message.kind.rawValue)", "alerts": "\(delivery.message.total)",
            "attempt": "\(delivery.attempts + 1)", "ms": "\(took.milliseconds)",
        ]
        func with(_ reason: String) -> Logger.Metadata { metadata.merging(["reason": "\(reason)"]) { $1 } }
        switch (verdict, state) {
        case (.sent, _), (.accepted, _):
            context.logger.info(LogEvent.deliverySent, metadata)
        case (.misconfigured(let reason), _):
            context.logger.warning(LogEvent.channelPaused, with(reason))
        case (.dead(let reason, _), _), (.retry(_, let reason), .dead), (.unreachable(_, let reason), .dead):
            context.logger.error(LogEvent.deliveryGaveUp, with(reason))
        case (.retry(_, let reason), _), (.unreachable(_, let reason), _):
            context.logger.info(LogEvent.deliveryRetried, with(reason))
        }
    }

    private func log(_ turn: Traffic.Turn, at delivery: ClaimedDelivery, _ verdict: Verdict) {
        var metadata: Logger.Metadata = ["channel": "\(delivery.channel.rawValue)"]
        // Elsewhere it is one server for all, and who was written to last is nobody's business.
        if Traffic.Limits.of(delivery.channel).perAddress { metadata["address"] = "\(delivery.address)" }
        switch turn {
        case .broke:
            if case .unreachable(_, let reason) = verdict { metadata["reason"] = "\(reason)" }
            context.logger.warning(LogEvent.channelUnreachable, metadata)
        case .mended:
            context.logger.notice(LogEvent.channelRecovered, metadata)
        }
    }
}

extension Verdict {
    fileprivate var isForNow: Bool {
        switch self {
        case .retry, .unreachable: true
        case .sent, .accepted, .dead, .misconfigured: false
        }
    }
}
