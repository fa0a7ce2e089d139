import Logging
import Synchronization
import Testing

@testable import StockDaemon

@Suite struct UpgradeReportTests {
    @Test func systemdHearsOfALongUpgradeEveryTenSecondsAndTheLogTwice() {
        let lines = Lines()
        var now = ContinuousClock.now, signs: [String] = []
        let report = UpgradeReport(
            logger: Logger(label: "test") { _ in lines }, starting: { signs.append("\($0); \($1)") }, now: { now })
        report.tell(.began(from: 1, to: 3))
        #expect(signs == ["Bringing the database from schema version 1 to 3; 600.0 seconds"])
        for _ in 0..<250 {
            now += .milliseconds(100)
            report.tell(.goesOn)
        }
        report.tell(.ended)
        #expect(
            signs.dropFirst() == [
                "Bringing the database from schema version 1 to 3, for 10 s so far; 600.0 seconds",
                "Bringing the database from schema version 1 to 3, for 20 s so far; 600.0 seconds",
            ])
        #expect(lines.all.withLock { $0 } == ["notice store.upgrade_began from=1 to=3", "notice store.upgraded ms=25000"])
    }
}

private final class Lines: LogHandler {
    let all = Mutex<[String]>([])
    // Neither is set: the logger is used as it is made.
    var metadata: Logger.Metadata { get { [:] } set {} }
    var logLevel: Logger.Level { get { .trace } set {} }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let values = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        all.withLock { $0.append("\(event.level) \(event.message)\(values)") }
    }
}
