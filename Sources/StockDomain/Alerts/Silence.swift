/// A time in which nobody is told of certain alerts: they open, change and resolve, and what was not told is told when it
/// ends, if it still stands.
package struct Silence: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable { case planned, active, expired }

    package var id: Int64
    package var scope: AlertScope
    /// Alerts of this severity or milder; nil: of any. What is worse is told all the same.
    package var severity: Severity?
    package var startsAt: Timestamp
    /// The first instant at which it no longer holds.
    package var endsAt: Timestamp
    package var author: String
    package var comment: String
    package var createdAt: Timestamp
    /// When somebody ended it before its time.
    package var expiredAt: Timestamp?
    package var expiredBy: String?

    package init(
        id: Int64, scope: AlertScope, severity: Severity?, startsAt: Timestamp, endsAt: Timestamp, author: String,
        comment: String, createdAt: Timestamp, expiredAt: Timestamp? = nil, expiredBy: String? = nil
    ) {
        self.id = id
        self.scope = scope
        self.severity = severity
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.author = author
        self.comment = comment
        self.createdAt = createdAt
        self.expiredAt = expiredAt
        self.expiredBy = expiredBy
    }

    package func state(at now: Timestamp) -> State {
        if now >= min(endsAt, expiredAt ?? endsAt) { return .expired }
        return now >= startsAt ? .active : .planned
    }

    package func covers(_ subject: AlertSubject, _ severity: Severity) -> Bool {
        severity <= self.severity ?? .out && scope.covers(subject)
    }

    package func holdsBack(_ subject: AlertSubject, _ severity: Severity, at now: Timestamp) -> Bool {
        state(at: now) == .active && covers(subject, severity)
    }

    /// Its end is announced so long before, or for a short one when half of it has passed.
    package static let warning = Duration.hours(1)

    package var announceAt: Timestamp { max(endsAt - Silence.warning, startsAt + (endsAt - startsAt) / 2) }

    /// Of those that hold an alert back, the one that ends last: before that, nothing is told.
    package static func inForce(
        _ silences: [Silence], over subject: AlertSubject, _ severity: Severity, at now: Timestamp
    ) -> Silence? {
        silences.filter { $0.holdsBack(subject, severity, at: now) }.max { ($0.endsAt, $0.id) < ($1.endsAt, $1.id) }
    }
}
