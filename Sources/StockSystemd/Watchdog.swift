import Logging

/// Feeds the service manager's watchdog while every loop shows up, so that a daemon that hangs is restarted.
package struct Watchdog: Sendable {
    private let notifier: Notifier
    private let heartbeats: Heartbeats
    private let logger: Logger

    package init(notifier: Notifier, heartbeats: Heartbeats, logger: Logger) {
        self.notifier = notifier
        self.heartbeats = heartbeats
        self.logger = logger
    }

    /// Runs until cancelled. Waits for that, too, where there is no watchdog.
    package func run() async throws {
        guard let limit = notifier.watchdogLimit else {
            while true { try await Task.sleep(for: .seconds(3600)) }
        }
        var warned: Set<String> = []
        while true {
            let overdue = heartbeats.overdue()
            if overdue.isEmpty { notifier.alive() }
            for late in overdue where warned.insert(late.name).inserted {
                logger.error("loop.stalled", metadata: ["loop": "\(late.name)", "silence": "\(late.silence)"])
            }
            warned.formIntersection(overdue.map(\.name))
            // systemd's advice is half of the limit; a third leaves room for a busy machine.
            try await Task.sleep(for: limit / 3, clock: .suspending)
        }
    }
}
