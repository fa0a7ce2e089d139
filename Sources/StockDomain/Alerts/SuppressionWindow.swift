/// After a notification of some severity, none of that severity or milder goes out for a while. Kept per product and
/// location, independent of any one alert, so that it outlives resolution and restarts.
package struct SuppressionWindow: Hashable, Sendable {
    package var severity: Severity
    package var notifiedAt: Timestamp
    /// The first instant at which the next notification is allowed.
    package var until: Timestamp

    package init(severity: Severity, notifiedAt: Timestamp, until: Timestamp) {
        self.severity = severity
        self.notifiedAt = notifiedAt
        self.until = until
    }

    /// The window that a notification opens.
    package init(telling severity: Severity, at now: Timestamp, for suppress: Duration) {
        self.init(severity: severity, notifiedAt: now, until: now + suppress)
    }

    package func holdsBack(_ severity: Severity, at now: Timestamp) -> Bool {
        severity <= self.severity && now < until
    }

    /// A window that begins in the future was written before the wall clock jumped back. It is moved to begin now: it
    /// neither lets the same thing out at once nor holds it back for longer than a window lasts.
    package func anchored(at now: Timestamp) -> SuppressionWindow {
        guard notifiedAt > now else { return self }
        return SuppressionWindow(severity: severity, notifiedAt: now, until: now + (until - notifiedAt))
    }
}
