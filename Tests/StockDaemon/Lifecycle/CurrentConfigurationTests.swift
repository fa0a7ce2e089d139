import Foundation
import Synchronization
import Testing

@testable import StockDaemon

@Suite final class CurrentConfigurationTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "stockd-\(UUID().uuidString).yaml")
        .path(percentEncoded: false)
    private let reader = ConfigurationReader(environment: [:])

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func write(_ text: String) throws { try text.write(toFile: path, atomically: true, encoding: .utf8) }

    private func current(_ text: String) throws -> CurrentConfiguration {
        try write(text)
        return CurrentConfiguration(try reader.read(path), reader: reader)
    }

    @Test func putsANewFileInForceAndTellsWhoFollows() throws {
        let current = try current("alerts: {suppress: 1h}\n")
        let heard = Mutex<[Duration]>([])
        current.follow { configuration in heard.withLock { $0.append(configuration.alerts.suppress) } }
        try write("alerts: {suppress: 2h}\ndatabase: /srv/other.db\n")
        #expect(current.reload() == .reloaded(changed: ["alerts.suppress"], restartRequired: ["database"]))
        #expect(heard.withLock { $0 } == [.hours(2)])
        #expect(current.value.alerts.suppress == .hours(2))
        #expect(current.value.database == "/var/lib/stockd/stock.db")
        // Still to come at the next start, and so still said.
        #expect(current.reload() == .reloaded(changed: [], restartRequired: ["database"]))
    }

    @Test(arguments: ["alerts: {suppress: soon}\n", "alerts: [\n"])
    func keepsTheOldOneWhenTheFileIsBad(bad: String) throws {
        let current = try current("alerts: {suppress: 1h}\n")
        current.follow { _ in Issue.record("was told of a bad configuration") }
        try write(bad)
        guard case .refused(let problems) = current.reload() else {
            Issue.record("was accepted")
            return
        }
        #expect(problems.count == 1)
        #expect(current.check() == problems)
        #expect(current.value.alerts.suppress == .hours(1))
    }

    @Test func keepsTheOldOneWhenTheFileIsGone() throws {
        let current = try current("")
        try FileManager.default.removeItem(atPath: path)
        guard case .refused = current.reload() else {
            Issue.record("was accepted")
            return
        }
    }
}
