import CSystemd
import Glibc

/// Tells the service manager how the daemon is doing. Does nothing where nobody asked to be told.
package struct Notifier: Sendable {
    package init() {}

    /// How long the service manager waits for a sign of life before it kills the daemon; nil if it doesn't.
    package var watchdogLimit: Duration? {
        var microseconds: UInt64 = 0
        return sd_watchdog_enabled(0, &microseconds) > 0 ? .microseconds(microseconds) : nil
    }

    /// The daemon serves; also the end of a reload.
    package func ready(status: String? = nil) { send(Notification.ready(status: status)) }

    /// The daemon is still starting, and shows up again within `patience`: the service manager's own limit for a start
    /// does not end it meanwhile.
    package func starting(status: String, patience: Duration) { send(Notification.starting(status: status, patience: patience)) }

    /// One line for `systemctl status`.
    package func status(_ text: String) { send(Notification.status(text)) }

    package func stopping() { send("STOPPING=1") }

    /// A reload has begun; it ends with `ready`.
    package func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        send(Notification.reloading(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000))
    }

    package func alive() { send("WATCHDOG=1") }

    private func send(_ state: String) { _ = sd_notify(0, state) }
}

/// The texts of the notification protocol: assignments, one a line.
enum Notification {
    static func ready(status text: String?) -> String {
        guard let text else { return "READY=1" }
        return "READY=1\n" + status(text)
    }

    static func starting(status text: String, patience: Duration) -> String {
        "EXTEND_TIMEOUT_USEC=\(Int64(patience / .microseconds(1)))\n" + status(text)
    }

    /// A line's end inside would begin another assignment.
    static func status(_ text: String) -> String {
        "STATUS=" + String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }

    static func reloading(microseconds: Int64) -> String { "RELOADING=1\nMONOTONIC_USEC=\(microseconds)" }
}
