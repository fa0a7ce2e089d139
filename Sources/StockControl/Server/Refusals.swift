import Logging
import StockDomain
import StockEngine
import StockStore
import StockWire
import Synchronization

/// Puts what is refused on record. Somebody who is refused can ask again as fast as the machine goes, and must fill neither
/// the audit nor the log: of each kind the first is told as it came, and those that follow within a minute by their number
/// once it is over; while it goes on, that minute doubles, up to an hour. So one kind leaves two dozen entries a day, and at
/// most `mostKinds` are told apart at a time, few of them of one user. Who is let in for nothing is one kind, whatever they
/// ask.
package final class Refusals: Sendable {
    static let shortest = Duration.minutes(1)
    static let longest = Duration.hours(1)
    static let mostKinds = 256
    /// Of one user.
    static let mostOfOne = 8
    /// Bytes of params.
    static let longestParams = 1 << 10
    static let denied = ErrorCode.denied.rawValue

    private struct Kind: Hashable {
        var uid: UInt32
        /// nil: all of them.
        var method: String?
        /// Not of what is denied: there names may be made up.
        var tenant: String?
        var outcome: String

        init(_ draft: AuditDraft, _ outcome: String) {
            uid = draft.uid
            method = draft.role == nil ? nil : draft.method
            tenant = outcome == Refusals.denied ? nil : draft.tenant
            self.outcome = outcome
        }

        private init(uid: UInt32, outcome: String) {
            self.uid = uid
            self.outcome = outcome
        }

        /// Whatever the user is refused beyond so many kinds.
        var rest: Kind { Kind(uid: uid, outcome: outcome) }

        /// All for which there is no room.
        static let others = Kind(uid: .max, outcome: Refusals.denied)
    }

    private struct Run {
        /// As the entry that tells of more has it, but for its params.
        var draft: AuditDraft
        var more = 0
        var window = Refusals.shortest
        var until: ContinuousClock.Instant
    }

    private let record: @Sendable (AuditDraft, _ outcome: String) -> Void
    private let logger: Logger
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let runs = Mutex<[Kind: Run]>([:])

    /// `record` writes an entry, in a transaction of its own.
    init(
        logger: Logger, instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        record: @escaping @Sendable (AuditDraft, _ outcome: String) -> Void
    ) {
        self.logger = logger
        self.instant = instant
        self.record = record
    }

    /// `pid`: who was refused, for the log; `why`, too.
    func note(_ draft: AuditDraft, outcome: String, pid: Int32, why: String) {
        let now = instant()
        let isFirst = runs.withLock { runs in
            var kind = Kind(draft, outcome), draft = draft
            if runs[kind] == nil, runs.keys.count(where: { $0.uid == draft.uid }) >= Refusals.mostOfOne {
                kind = kind.rest
                draft.method = "*"
            }
            if runs[kind] == nil, runs.count >= Refusals.mostKinds {
                kind = .others
                draft = AuditDraft(at: draft.at, tenant: nil, uid: .max, name: "others", role: nil, method: "*", params: "{}")
            }
            guard runs[kind] == nil else {
                runs[kind]?.more += 1
                return false
            }
            var told = draft
            told.params = "{}"
            runs[kind] = Run(draft: told, more: kind == .others ? 1 : 0, until: now + Refusals.shortest)
            return kind != .others
        }
        guard isFirst else { return }
        var told = draft
        if draft.params.utf8.count > Refusals.longestParams { told.params = Recordable.digest(draft.params) }
        record(told, outcome)
        if outcome == Refusals.denied {
            log(draft, ["pid": "\(pid)", "reason": "\(why)"])
        }
    }

    /// Tells of those whose time is over; `all`: of all, because nobody will later.
    func tell(all: Bool = false, at time: Timestamp) {
        let now = instant()
        let due = runs.withLock { runs in
            var due: [(AuditDraft, String, Int)] = []
            for (kind, run) in runs where all || now >= run.until {
                guard run.more > 0 else {
                    runs[kind] = nil
                    continue
                }
                due.append((run.draft, kind.outcome, run.more))
                var next = run
                next.more = 0
                next.window = min(run.window * 2, Refusals.longest)
                next.until = now + next.window
                runs[kind] = next
            }
            return due
        }
        for (draft, outcome, more) in due {
            var draft = draft
            draft.params = #"{"repeated":\#(more),"since":"\#(draft.at.wire)"}"#
            draft.at = time
            record(draft, outcome)
            if outcome == Refusals.denied { log(draft, ["repeated": "\(more)", "reason": "\(more) more such requests were refused"]) }
        }
    }

    private func log(_ draft: AuditDraft, _ more: Logger.Metadata) {
        logger.warning(
            .accessDenied,
            ["uid": "\(draft.uid)", "user": "\(draft.name)", "method": "\(draft.method)"].merging(more) { $1 })
    }
}
