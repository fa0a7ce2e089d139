import Logging

/// What stockd logs for its operators: a name, which is the message, and a fixed id that journald's catalogue explains.
/// Values stand in metadata.
package enum LogEvent: String, CaseIterable, Sendable {
    case daemonReady = "daemon.ready"
    case daemonStopping = "daemon.stopping"
    case configRefused = "config.refused"
    case configReloaded = "config.reloaded"
    case storeUnavailable = "store.unavailable"
    case storeRecovered = "store.recovered"
    case storeOverloaded = "store.overloaded"
    case storeUpgradeBegan = "store.upgrade_began"
    case storeUpgraded = "store.upgraded"
    case syncFinished = "sync.finished"
    case syncFailed = "sync.failed"
    case syncSkipped = "sync.skipped"
    case syncPaused = "sync.paused"
    case syncResumed = "sync.resumed"
    case sourceStale = "source.stale"
    case alertOpened = "alert.opened"
    case alertChanged = "alert.changed"
    case alertAcknowledged = "alert.acknowledged"
    case alertResolved = "alert.resolved"
    case alertEscalated = "alert.escalated"
    case silenceCreated = "silence.created"
    case silenceExpired = "silence.expired"
    case holdAtRisk = "hold.at_risk"
    case holdRefundDue = "hold.refund_due"
    case holdNotExpired = "hold.not_expired"
    case deliverySent = "delivery.sent"
    case deliveryRetried = "delivery.retried"
    case deliveryGaveUp = "delivery.gave_up"
    case deliveryNotRecorded = "delivery.not_recorded"
    case deliveryLogged = "delivery.logged"
    case deliveryUndelivered = "delivery.undelivered"
    case channelPaused = "channel.paused"
    case channelUnreachable = "channel.unreachable"
    case channelRecovered = "channel.recovered"
    case connectionRefused = "connection.refused"
    case accessDenied = "access.denied"
    case requestFailed = "request.failed"
    case loopStalled = "loop.stalled"

    /// journald's MESSAGE_ID; never changes.
    package var messageID: String {
        switch self {
        case .daemonReady: "74219b80b5280cacd1afb5e3d8aaa38a"
        case .daemonStopping: "21a060c9c2337f8611ca5b47f9f16f29"
        case .configRefused: "2ea544cf748a49f51ef26ba00b01da12"
        case .configReloaded: "dcfa49ea35476a5dfe7cf6198398b370"
        case .storeUnavailable: "ed00fd0a380d925d01beade447346cae"
        case .storeRecovered: "024f4be53f93e2f085c0f63b424cdffb"
        case .storeOverloaded: "89550cf0a7fe4b52a6006327948e6735"
        case .storeUpgradeBegan: "4477a67f755d2a5e8d0018378c402690"
        case .storeUpgraded: "c194ff59d2103a1d117f5f7c36b33ad2"
        case .syncFinished: "65edf9e52ba98e1977fbb08168e4b3c3"
        case .syncFailed: "cd6f149e78ab9ef50269c83c983a1a66"
        case .syncSkipped: "de15c71c96b9424fb50e3204f3622d6d"
        case .syncPaused: "78288d8eb6ce7f4b35ecba2fcd971b55"
        case .syncResumed: "5fcdfd3332262cefc8226d5a6b05002c"
        case .sourceStale: "28d37c8ec4789ba77d34aeb6d9a277fd"
        case .alertOpened: "83300acf98453a66e319b799b8c460dc"
        case .alertChanged: "7401762992eff7c8e956fa4429954339"
        case .alertAcknowledged: "56aaab5ae8394d985a39696bd883a5c3"
        case .alertResolved: "bb3963ef188959f1cc758dde61c30264"
        case .alertEscalated: "1ce0b673327896d86e4b3b5e0a6447e8"
        case .silenceCreated: "0d3acb66c4b76ec1422bbbd722e18ea7"
        case .silenceExpired: "ac5bc3b166240a4d07d430e82a951a6b"
        case .holdAtRisk: "6fc333b756844d96a8336d1ceed30733"
        case .holdRefundDue: "60b3512fc1c84df5ba429f7381d44781"
        case .holdNotExpired: "8e1c2a7d5f0b4c39a6e4d27b913f58c0"
        case .deliverySent: "69c7d9faa0d5d0f66a197f3f6fac2ef4"
        case .deliveryRetried: "f555573cd6aff62f56ea9f56f0f955b0"
        case .deliveryGaveUp: "01b62dcc40037b5fcb25880e741ffd1a"
        case .deliveryNotRecorded: "f62afd077eb4d3444aa4aff0776039d3"
        case .deliveryLogged: "f02a5ba661c7e5841e948a311aba7700"
        case .deliveryUndelivered: "0d3e7c1b9a5f4e62b8d417c6f0a2935e"
        case .channelPaused: "442b77355540b2e4fe8a7a60000d8fb8"
        case .channelUnreachable: "b7a94c0e25d84f13a6c1e09f73d85b42"
        case .channelRecovered: "5f1c83d6e7b24a90bd3506a8c94e17f2"
        case .connectionRefused: "f057136be1358de9d8752b2d22e2722d"
        case .accessDenied: "e3112db62f544d009946fbe96ec3bd54"
        case .requestFailed: "c129c4b3291c499b855f60cd8a2b2faa"
        case .loopStalled: "cfbf4ea624394a818d6a1cdf48a51522"
        }
    }
}

extension LogEvent {
    /// By the event's name, for a log handler that knows no events.
    package static let messageIDs: [String: String] = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.messageID) })
}

extension Logger {
    package func debug(_ event: LogEvent, _ metadata: Logger.Metadata = [:]) { log(.debug, event, metadata) }
    package func info(_ event: LogEvent, _ metadata: Logger.Metadata = [:]) { log(.info, event, metadata) }
    package func notice(_ event: LogEvent, _ metadata: Logger.Metadata = [:]) { log(.notice, event, metadata) }
    package func warning(_ event: LogEvent, _ metadata: Logger.Metadata = [:]) { log(.warning, event, metadata) }
    package func error(_ event: LogEvent, _ metadata: Logger.Metadata = [:]) { log(.error, event, metadata) }

    func log(level: Logger.Level, _ event: LogEvent, _ metadata: Logger.Metadata) { log(level, event, metadata) }

    private func log(_ level: Logger.Level, _ event: LogEvent, _ metadata: Logger.Metadata) {
        log(level: level, "\(event.rawValue)", metadata: metadata)
    }
}
