/// Who is told, and when, while nobody acknowledges an alert.
package struct Escalation: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        /// Counted from when the alert opened, or came to be what this is for.
        package var after: Duration
        package var contact: String

        package init(after: Duration, contact: String) {
            self.after = after
            self.contact = contact
        }
    }

    package var id: Int64
    package var name: String
    package var scope: AlertScope
    /// Alerts of this severity or worse; nil: of any.
    package var severity: Severity?
    /// In order of time; at least one.
    package var steps: [Step]
    /// How long after the last step the first one comes again; nil: it ends there.
    package var repeatAfter: Duration?

    package init(
        id: Int64, name: String, scope: AlertScope, severity: Severity?, steps: [Step], repeatAfter: Duration?
    ) {
        self.id = id
        self.name = name
        self.scope = scope
        self.severity = severity
        self.steps = steps
        self.repeatAfter = repeatAfter
    }

    package static let stepLimit = 20
    package static let shortestRepeat = Duration.hours(1)
    package static let longestWait = Duration.days(30)

    /// Why it can't be carried out; nil: it can. `field` is the member of the request that is wrong.
    package static func problem(steps: [Step], repeatAfter: Duration?) -> (field: String, text: String)? {
        guard (1...stepLimit).contains(steps.count) else { return ("steps", "steps must be 1 to \(stepLimit)") }
        for (index, step) in steps.enumerated() {
            guard step.after >= .zero, step.after <= longestWait else {
                return ("steps[\(index)].after", "after must be from 0 to 30d")
            }
            guard index == 0 || step.after > steps[index - 1].after else {
                return ("steps[\(index)].after", "after must be longer than that of the step before it")
            }
        }
        if let repeatAfter, repeatAfter < shortestRepeat || repeatAfter > longestWait {
            return ("repeat", "repeat must be from 1h to 30d")
        }
        return nil
    }

    package func covers(_ subject: AlertSubject, _ severity: Severity) -> Bool {
        severity >= self.severity ?? .low && scope.covers(subject)
    }

    /// Contacts, each once, that come up again before `window` is over, and so are not told again: nobody is told the same
    /// twice within it, unless it got worse.
    package func comingUpAgain(within window: Duration) -> [String] {
        var rounds = steps
        if let repeatAfter, let first = steps.first, let last = steps.last {
            rounds += steps.map { Step(after: last.after + repeatAfter + ($0.after - first.after), contact: $0.contact) }
        }
        var latest: [String: Duration] = [:], found: [String] = []
        for step in rounds {
            if let before = latest[step.contact], step.after - before < window, !found.contains(step.contact) {
                found.append(step.contact)
            }
            latest[step.contact] = step.after
        }
        return found
    }

    /// The one that an alert follows: the most specific; of equals the one for the worse severity, then the first by name.
    package static func chosen(_ all: [Escalation], for subject: AlertSubject, _ severity: Severity) -> Escalation? {
        all.filter { $0.covers(subject, severity) }.min {
            ($1.scope.specificity, $1.severity ?? .low, $0.name) < ($0.scope.specificity, $0.severity ?? .low, $1.name)
        }
    }

    /// Where an alert stands in it.
    package struct Progress: Hashable, Sendable {
        /// The step that comes next, from 0.
        package var step: Int
        package var dueAt: Timestamp
        /// When `dueAt` was said.
        package var setAt: Timestamp

        package init(step: Int, dueAt: Timestamp, setAt: Timestamp) {
            self.step = step
            self.dueAt = dueAt
            self.setAt = setAt
        }

        /// Said in the future, before the wall clock jumped back, it is moved to have been said now.
        func anchored(at now: Timestamp) -> Progress {
            setAt > now ? Progress(step: step, dueAt: now + (dueAt - setAt), setAt: now) : self
        }

        /// When it is taken as things stand: nobody is told of the alert before `heldUntil` (a silence, a window), and its
        /// escalation stands still.
        package func isTaken(heldUntil: Timestamp?, now: Timestamp) -> Timestamp {
            max(anchored(at: now).dueAt, heldUntil ?? now, now)
        }
    }

    package enum Decision: Hashable, Sendable {
        /// Tell the contact of `step`; `next` nil: that was the last one.
        case take(Step, next: Progress?)
        case wait(Progress)
    }

    /// Of an alert that opened, or came to be what this is for.
    package func begin(at now: Timestamp) -> Progress { Progress(step: 0, dueAt: now + steps[0].after, setAt: now) }

    /// - Parameter heldUntil: as for `Progress.isTaken`.
    package func decide(_ progress: Progress, heldUntil: Timestamp?, now: Timestamp) -> Decision {
        let takenAt = progress.isTaken(heldUntil: heldUntil, now: now)
        let progress = progress.anchored(at: now)
        guard takenAt <= now else {
            return .wait(takenAt == progress.dueAt ? progress : Progress(step: progress.step, dueAt: takenAt, setAt: now))
        }
        return .take(steps[min(progress.step, steps.count - 1)], next: next(after: progress.step, at: now))
    }

    /// What comes after a step that is taken now; nil: nothing.
    func next(after step: Int, at now: Timestamp) -> Progress? {
        let index = min(step, steps.count - 1)
        let after = index + 1
        guard after < steps.count else {
            // Counted from now: rounds that were missed while stockd was down are not made up for.
            return repeatAfter.map { Progress(step: 0, dueAt: now + $0, setAt: now) }
        }
        // A step that comes late leaves the next contact's predecessor the time that was meant for it.
        return Progress(step: after, dueAt: now + (steps[after].after - steps[index].after), setAt: now)
    }
}
