import Logging
import ServiceLifecycle
import StockEngine
import StockSystemd

/// Tells the service manager, and whoever else waits, that stockd is there, and when it goes. Started last and so
/// stopped first.
struct PresenceService: Service {
    /// For `systemctl status`.
    static let serving = "Serving"

    let logger: Logger
    let notifier: Notifier
    let ready: @Sendable () -> Void

    func run() async throws {
        notifier.ready(status: Self.serving)
        ready()
        logger.notice(.daemonReady)
        try? await gracefulShutdown()
        notifier.stopping()
        logger.notice(.daemonStopping)
    }
}

/// Feeds the service manager's watchdog.
struct WatchdogService: Service {
    let watchdog: Watchdog

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await watchdog.run() }
        } catch is CancellationError {}
    }
}
