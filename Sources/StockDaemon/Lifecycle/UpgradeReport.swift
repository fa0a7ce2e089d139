import Logging
import StockDomain
import StockEngine
import StockStore

/// Says that the database is being brought to a newer schema: in the log, and to the service manager, which would take a
/// start that is longer than TimeoutStartSec for a hang.
final class UpgradeReport {
    /// Between signs to the service manager.
    private static let pace = Duration.seconds(10)
    /// How long the service manager then waits for the next: what SQLite does in one piece, such as copying the whole log
    /// into the database, gives none.
    private static let patience = Duration.minutes(10)

    private let logger: Logger
    /// Tells the service manager what is done, and how long it is to wait for the next sign.
    private let starting: (String, Duration) -> Void
    private let now: () -> ContinuousClock.Instant
    private var status = ""
    private var began: ContinuousClock.Instant
    private var last: ContinuousClock.Instant

    init(
        logger: Logger, starting: @escaping (String, Duration) -> Void, now: @escaping () -> ContinuousClock.Instant = { .now }
    ) {
        self.logger = logger
        self.starting = starting
        self.now = now
        began = now()
        last = began
    }

    func tell(_ upgrade: Upgrade) {
        let now = now()
        switch upgrade {
        case .began(let from, let to):
            began = now
            last = now
            status = "Bringing the database from schema version \(from) to \(to)"
            logger.notice(.storeUpgradeBegan, ["from": "\(from)", "to": "\(to)"])
            starting(status, Self.patience)
        case .goesOn:
            guard now - last >= Self.pace else { return }
            last = now
            let seconds = (now - began).components.seconds
            starting("\(status), for \(seconds) s so far", Self.patience)
        case .ended:
            logger.notice(.storeUpgraded, ["ms": "\((now - began).milliseconds)"])
        }
    }
}
