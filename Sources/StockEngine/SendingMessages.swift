import StockDomain
import StockStore
import Synchronization

/// Messages under way, and what they say of where they go. They outlive the loops that began them, so that a stop can wait
/// for them.
final class SendingMessages: Sendable {
    private struct State {
        var tasks: [Int64: Task<Void, Never>] = [:]
        var traffic = Dictionary(uniqueKeysWithValues: ChannelKind.allCases.map { ($0, Traffic(.of($0))) })
        /// Why the last attempt got no answer.
        var reasons: [ChannelKind: String] = [:]
    }

    private let state = Mutex(State())

    var tasks: [Task<Void, Never>] { state.withLock { Array($0.tasks.values) } }

    var failing: [ChannelKind: String] {
        state.withLock { state in state.reasons.filter { state.traffic[$0.key]?.isFailing ?? false } }
    }

    /// How much more may be begun, and whether nothing is under way.
    func room(_ kind: ChannelKind, now: Timestamp) -> (Traffic.Room, isIdle: Bool) {
        state.withLock { state in
            let traffic = state.traffic[kind] ?? Traffic(.of(kind))
            return (traffic.room(now: now), traffic.underWay == 0)
        }
    }

    /// Runs `body`, and then what it returns, when the message counts as gone.
    func begin(_ delivery: ClaimedDelivery, now: Timestamp, _ body: @escaping @Sendable () async -> @Sendable () -> Void) {
        state.withLock { state in
            state.traffic[delivery.channel]?.began(delivery.address, now: now)
            state.tasks[delivery.id] = Task {
                let then = await body()
                self.state.withLock { _ = $0.tasks.removeValue(forKey: delivery.id) }
                then()
            }
        }
    }

    /// Returns how its destination has turned, if it has.
    func ended(_ delivery: ClaimedDelivery, _ verdict: Verdict, now: Timestamp) -> Traffic.Turn? {
        state.withLock { state in
            let outcome: Traffic.Outcome
            switch verdict {
            case .sent, .accepted, .dead, .misconfigured, .retry(nil, _): outcome = .answered
            case .retry(let pause?, _): outcome = .busy(pause)
            case .unreachable(let after, let reason):
                outcome = .unreachable(after: after)
                let place = Traffic.Limits.of(delivery.channel).perAddress ? "\(delivery.address): " : ""
                state.reasons[delivery.channel] = place + reason
            }
            return state.traffic[delivery.channel]?.ended(delivery.address, outcome, now: now) ?? nil
        }
    }

    func forgive() {
        state.withLock { state in for kind in ChannelKind.allCases { state.traffic[kind]?.forgive() } }
    }
}
