import Logging
import StockDomain
import StockNotify

/// From what the configuration says of channels to what sends.
struct ChannelFactory: Sendable {
    let logger: Logger
    let outbox: (@Sendable (String) -> Void)?

    func channels(_ configuration: Configuration) -> [ChannelKind: any Channel] {
        switch configuration.delivery.mode {
        case .log:
            let channels = ChannelKind.allCases.map { ($0, LogChannel(kind: $0, logger: logger, outbox: outbox)) }
            return Dictionary(uniqueKeysWithValues: channels)
        case .send:
            return [:]
        }
    }
}
