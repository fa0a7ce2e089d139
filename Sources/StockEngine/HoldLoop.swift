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
            try await self.context.forever("holds") {
                // First, so that nothing that is committed from here on goes unheard.
                self.next.withLock { $0 = .unknown(heard: nil) }
                let now = self.context.clock.now
                // At a start nobody knows what the clock was before.
                if last.map({ now < $0 }) ?? true { try await self.anchor() }
                last = now
                let found = try await self.expireWhatIsDue()
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

    /// Returns when the next one expires.
    private func expireWhatIsDue() async throws -> Timestamp? {
        var expired = 0
        var chunk = HoldLoop.chunks.lowerBound
        while true {
            let next = try await context.store.read { try $0.nextHoldExpiry() }
            let now = context.clock.now
            guard let next, next <= now else {
                if expired > 0 { context.logger.debug("holds.expired", metadata: ["count": "\(expired)"]) }
                return next
            }
            expired += try await context.store.write { [chunk] in try $0.expireHolds(limit: chunk, now: now) }
            chunk = min(chunk * 2, HoldLoop.chunks.upperBound)
            context.beat()
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
