import Logging
import ServiceLifecycle
import StockEngine

/// Tells the service manager, or whoever waits, that stockd is there, and when it goes. Started last and so stopped first.
struct PresenceService: Service {
    let logger: Logger
    let ready: @Sendable () -> Void
    let stopping: @Sendable () -> Void

    func run() async throws {
        ready()
        logger.notice(.daemonReady)
        try? await gracefulShutdown()
        stopping()
        logger.notice(.daemonStopping)
    }
}
