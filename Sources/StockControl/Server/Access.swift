import Dispatch
import StockWire
import Synchronization

/// Tells who is at the other end of a connection and what they may do, by the rules in force. Names are looked up on a
/// thread of its own, because the users may be on another machine, and remembered for a minute; nobody waits for that but
/// who is asked about. Root and the daemon's own user never do.
package final class Access: Sendable {
    /// Somebody, as of some rules.
    struct Identity: Sendable {
        var caller: Caller
        /// Which rules these were.
        var generation: Int
    }

    private struct State {
        var rules: [AccessRule]
        var policy: AccessPolicy
        /// nil: not since the rules are in force.
        var lookedUpAt: ContinuousClock.Instant?
        var names: [UInt32: (name: String, at: ContinuousClock.Instant)] = [:]
        var followers: [@Sendable () -> Void] = []
    }

    private static let memory = Duration.seconds(60)
    /// Where the kernel lets people be whomever they like, there may be many.
    private static let mostNames = 1024

    private let users: UserDatabase
    private let state: Mutex<State>
    private let rulesInForce = Atomic(0)
    private let queue = DispatchQueue(label: "users")

    package init(ownUID: UInt32, rules: [AccessRule] = [], users: UserDatabase = .system) {
        self.users = users
        var state = State(rules: rules, policy: AccessPolicy(ownUID: ownUID))
        // Nobody waits for anything yet, and these two are never to.
        for uid in [0, ownUID] { state.names[uid] = (users.userName(uid) ?? String(uid), .now) }
        self.state = Mutex(state)
    }

    /// Grows with each `replace`.
    var generation: Int { rulesInForce.load(ordering: .acquiring) }

    /// As far as names were looked up until now: for what needs only be nearly right.
    var policy: AccessPolicy { state.withLock(\.policy) }

    /// Puts other rules in force, also for those who are connected.
    package func replace(_ rules: [AccessRule]) {
        let followers = state.withLock { state in
            state.rules = rules
            state.lookedUpAt = nil
            rulesInForce.add(1, ordering: .acquiringAndReleasing)
            return state.followers
        }
        for follower in followers { follower() }
    }

    /// `follower` is called whenever other rules are in force.
    func follow(_ follower: @escaping @Sendable () -> Void) { state.withLock { $0.followers.append(follower) } }

    /// Who that is, where it is known at once; otherwise nil, and `later` is told on some thread. nil for `peer`: the kernel
    /// does not name them, and so they are nobody we know.
    func identify(_ peer: PeerCredentials?, later: @escaping @Sendable (Identity) -> Void) -> Identity? {
        guard let peer else { return Identity(caller: Caller(uid: .max, name: "unknown"), generation: generation) }
        if let known = known(peer) { return known }
        queue.async { [self] in later(lookUp(peer)) }
        return nil
    }

    private func known(_ peer: PeerCredentials) -> Identity? {
        let now = ContinuousClock.now
        return state.withLock { state in
            guard let (name, at) = state.names[peer.uid] else { return nil }
            if !state.policy.isAlwaysAdmin(peer.uid) {
                guard now - at < Access.memory, let lookedUpAt = state.lookedUpAt, now - lookedUpAt < Access.memory else {
                    return nil
                }
            }
            return identity(peer, name, state)
        }
    }

    /// On the queue.
    private func lookUp(_ peer: PeerCredentials) -> Identity {
        while true {
            if let known = known(peer) { return known }
            let (rules, ownUID, generation) = state.withLock { ($0.rules, $0.policy.ownUID, self.generation) }
            let policy = AccessPolicy(ownUID: ownUID, rules: rules, users: users)
            let name = users.userName(peer.uid) ?? String(peer.uid)
            let now = ContinuousClock.now
            let found = state.withLock { state -> Identity? in
                // Replaced meanwhile.
                guard generation == self.generation else { return nil }
                state.policy = policy
                state.lookedUpAt = now
                if state.names.count >= Access.mostNames {
                    state.names = state.names.filter { state.policy.isAlwaysAdmin($0.key) }
                }
                state.names[peer.uid] = (name, now)
                return identity(peer, name, state)
            }
            if let found { return found }
        }
    }

    private func identity(_ peer: PeerCredentials, _ name: String, _ state: borrowing State) -> Identity {
        Identity(
            caller: Caller(uid: peer.uid, name: name, pid: peer.pid, grant: state.policy.grant(peer)), generation: generation)
    }
}
