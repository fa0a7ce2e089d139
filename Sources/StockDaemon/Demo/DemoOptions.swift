import Foundation
import StockDomain
import StockStore

/// `--demo`: where, and how fast.
package struct DemoOptions: Sendable {
    /// A day passes in a minute.
    package static let defaultSpeed = 1440.0

    /// Absolute.
    package var directory: String
    /// Removed when the demo ends: nobody asked for it by name.
    package var isTemporary: Bool
    package var speed: Double

    /// Makes the directory where there is none, for its owner alone. Throws `StartFailure`.
    package init(directory: String?, speed: Double?) throws {
        self.speed = speed ?? Self.defaultSpeed
        if let directory {
            let path = URL(filePath: directory, directoryHint: .isDirectory).standardizedFileURL.path(percentEncoded: false)
            self.directory = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            isTemporary = false
            do {
                try FileManager.default.createDirectory(
                    atPath: self.directory, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: NSNumber(value: 0o700)])
            } catch {
                throw StartFailure(.stateDirectory, "cannot make \(self.directory): \(error.localizedDescription)")
            }
        } else {
            let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
            var template = Array("\(base)/stockd-demo-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else {
                throw StartFailure(.stateDirectory, "cannot make a directory in \(base): \(String(cString: strerror(errno)))")
            }
            self.directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            isTemporary = true
        }
        do {
            _ = try Parse.socketPath(socket)
        } catch {
            throw StartFailure(.stateDirectory, "\(socket) \(error.text)")
        }
    }

    /// What would have been sent, for people to read along.
    var outbox: String { directory + "/outbox.log" }
    var socket: String { directory + "/control.sock" }

    /// Times in it are of the simulated clock.
    var configuration: Configuration {
        var configuration = Configuration()
        configuration.database = directory + "/stock.db"
        configuration.control.socket = socket
        configuration.delivery.mode = .log
        // The source's steps: alerts that arise in one of them go out together.
        configuration.delivery.groupWait = .minutes(30)
        configuration.sources = [
            Configuration.Source(name: "demo-shop", tenant: "default", interval: .minutes(30), kind: .demo(.init(seed: 1)))
        ]
        return configuration
    }

    /// Never before what the database has seen in an earlier run: simulated time outruns the world's.
    func start(after latest: Timestamp?, now: Timestamp) -> Timestamp {
        max(now, latest.map { $0 + .hours(1) } ?? now)
    }

    func cleanUp() {
        if isTemporary { try? FileManager.default.removeItem(atPath: directory) }
    }
}

extension StoreTransaction {
    /// People to tell, so that the demo has somebody to write to; left alone once there is anybody.
    func inviteDemoContacts(now: Timestamp) throws {
        let tenant = try tenant("default")
        guard try contacts(tenantID: tenant.id, after: nil, limit: 1).isEmpty else { return }
        func address(_ kind: ChannelKind, _ value: String) -> AddressRecord {
            AddressRecord(
                kind: kind, value: value,
                preferences: AddressPreferences(minSeverity: AddressPreferences.defaultSeverity(of: kind)))
        }
        _ = try createContact(
            "owner", enabled: true, addresses: [address(.inbox, "owner"), address(.email, "owner@shop.example")],
            tenantID: tenant.id, now: now)
        _ = try createContact("on-call", enabled: true, addresses: [address(.sms, "+15550100")], tenantID: tenant.id, now: now)
    }
}

extension StoreReader {
    /// The latest time that a source was read at: what a demo's clock must not fall behind.
    func latestSync() throws -> Timestamp? {
        try sources().flatMap { [$0.startedAt, $0.lastSuccessAt].compactMap(\.self) }.max()
    }
}
