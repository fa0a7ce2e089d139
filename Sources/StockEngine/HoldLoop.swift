import Logging
import ServiceLifecycle
import StockDomain
import StockStore
import Synchronization

/// Gives back what was held and not paid for in time. One timer, for the hold that expires first: a commit that brings an
/// earlier one sets it anew, and so does a start, which finds what came due meanwhile.
package final class HoldLoop: Service {
    /// Holds ended in one transaction: few enough that no buyer waits for it, and more where many have piled up.
    private static let chunks = 100...500
    /// Until a hold that could not be ended is tried again.
    private static let retryInterval = Duration.minutes(5)

    private let context: LoopContext
    private let bell = Bell()
    private let next = Mutex(Next.unknown(heard: nil))

    /// The expiry that comes first.
    private enum Next {
        case known(Timestamp)
        /// It is being found out; of what was committed meanwhile, the earliest.
        case unknown(heard: Timestamp?)
    }

    package init(_ context: LoopContext) { self.context = context }

    package func run() async throws {
        let unobserve = context.store.observe { [self] commit in
            guard let expiry = commit.holdExpiry else { return }
            let isEarlier = next.withLock { next in
                switch next {
                case .known(let awaited):
                    return expiry < awaited
                case .unknown(let heard):
                    next = .unknown(heard: heard.map { min($0, expiry) } ?? expiry)
                    return false
                }
            }
            if isEarlier { bell.ring() }
        }
        defer { unobserve() }
        try await cancelWhenGracefulShutdown {
            var last: Timestamp?
            var failing: [Int64: Timestamp] = [:]
            try await self.context.forever("holds") {
                // First, so that nothing that is committed from here on goes unheard.
                self.next.withLock { $0 = .unknown(heard: nil) }
                let now = self.context.clock.now
                // At a start nobody knows what the clock was before.
                if last.map({ now < $0 }) ?? true { try await self.anchor() }
                last = now
                let found = try await self.expireWhatIsDue(&failing)
                let next = self.next.withLock { next in
                    var earliest = found
                    if case .unknown(let heard?) = next { earliest = min(heard, found ?? heard) }
                    next = .known(earliest ?? Timestamp(milliseconds: .max))
                    return earliest
                }
                let wait = next.map { max($0 - self.context.clock.now, .milliseconds(1)) } ?? self.context.longestWait
                try await self.bell.wait(atMost: min(wait, self.context.longestWait), on: self.context.clock)
            }
        }
    }

    /// `failing`: holds that could not be ended, and when each is tried again. Returns when there is more to do.
    private func expireWhatIsDue(_ failing: inout [Int64: Timestamp]) async throws -> Timestamp? {
        var expired = 0
        var chunk = HoldLoop.chunks.lowerBound
        while true {
            // So many that others are among them, whatever is failing.
            let limit = chunk + failing.count + 1
            let first = try await context.store.read { try $0.nextHolds(limit: limit) }
            let now = context.clock.now
            let due = first.filter { $0.expiresAt <= now }.map(\.id)
            let rests = failing.filter { now < $0.value && $0.value <= now + HoldLoop.retryInterval }
            // What was paid for or cancelled meanwhile fails no longer.
            let known = Set(due)
            failing = failing.filter { known.contains($0.key) || rests[$0.key] != nil }
            let ids = Array(due.filter { rests[$0] == nil }.prefix(chunk))
            guard !ids.isEmpty else {
                if expired > 0 { context.logger.debug("holds.expired", metadata: ["count": "\(expired)"]) }
                let next = first.first { $0.expiresAt > now }?.expiresAt
                return [next, failing.values.min()].compactMap { $0 }.min()
            }
            expired += try await expire(ids, &failing, now: now)
            chunk = min(chunk * 2, HoldLoop.chunks.upperBound)
            context.beat()
        }
    }

    /// All in one transaction; where one of them fails, each in its own, so that the others are not kept from ending.
    private func expire(_ ids: [Int64], _ failing: inout [Int64: Timestamp], now: Timestamp) async throws -> Int {
        do {
            let count = try await context.store.write { try $0.expireHolds(ids, now: now) }
            for id in ids { failing[id] = nil }
            return count
        } catch let error as StoreError where error.code == .unavailable {
            throw error
        } catch where ids.count > 1 {
            var count = 0
            for id in ids {
                count += try await expire([id], &failing, now: now)
                context.beat()
            }
            return count
        } catch {
            if failing.updateValue(now + HoldLoop.retryInterval, forKey: ids[0]) == nil {
                context.logger.error(LogEvent.holdNotExpired, ["hold.id": "\(ids[0])", "error": "\(error)"])
            }
            return 0
        }
    }

    /// Holds that began in what is now the future: the clock was set back.
    private func anchor() async throws {
        while true {
            let now = context.clock.now
            guard try await context.store.read({ try $0.hasHoldsAhead(of: now) }) else { return }
            _ = try await context.store.write { try $0.anchorHolds(limit: HoldLoop.chunks.upperBound, now: now) }
            context.beat()
        }
    }
}
