import Logging
import ServiceLifecycle
import StockEngine
import UnixSignals

/// Reads the configuration again at each SIGHUP.
struct ReloadService: Service {
    /// Made before anything says that stockd is ready: until then a SIGHUP would end the process.
    let signals: UnixSignalsSequence
    let reload: @Sendable () -> CurrentConfiguration.Reload

    func run() async throws {
        for await _ in signals.cancelOnGracefulShutdown() { _ = reload() }
    }
}

extension CurrentConfiguration {
    /// Reloads, and logs what came of it.
    func reload(logger: Logger) -> Reload {
        let outcome = reload()
        switch outcome {
        case .reloaded(let changed, let restartRequired):
            logger.notice(
                .configReloaded,
                [
                    "changed": "\(changed.joined(separator: " "))",
                    "restart.required": "\(restartRequired.joined(separator: " "))",
                ])
        case .refused(let problems):
            for problem in problems { logger.error(.configRefused, ["problem": "\(problem)"]) }
        }
        return outcome
    }
}
