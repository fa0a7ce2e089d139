import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the configuration again at each SIGHUP.
struct ReloadService: Service {
    /// Made before anything says that stockd is ready: until then a SIGHUP would end the process.
    let signals: UnixSignalsSequence
    let configuration: CurrentConfiguration
    let logger: Logger
    /// Around each reload, for the service manager.
    let announce: @Sendable (_ reloading: Bool) -> Void

    func run() async throws {
        for await _ in signals.cancelOnGracefulShutdown() {
            announce(true)
            ReloadService.report(configuration.reload(), to: logger)
            announce(false)
        }
    }

    static func report(_ outcome: CurrentConfiguration.Reload, to logger: Logger) {
        switch outcome {
        case .reloaded(let changed, let restartRequired):
            logger.notice(
                "configuration.reloaded",
                metadata: [
                    "changed": "\(changed.joined(separator: " "))",
                    "restart.required": "\(restartRequired.joined(separator: " "))",
                ])
        case .refused(let problems):
            for problem in problems {
                logger.error("configuration.refused", metadata: ["problem": "\(problem)"])
            }
            logger.error("configuration.kept", metadata: ["problems": "\(problems.count)"])
        }
    }
}
