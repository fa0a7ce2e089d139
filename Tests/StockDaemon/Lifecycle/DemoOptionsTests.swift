import Foundation
import StockDomain
import Testing

@testable import StockDaemon

@Suite struct DemoOptionsTests {
    @Test func makesATemporaryDirectoryAndRemovesOnlyThat() throws {
        let own = try DemoOptions(directory: nil, speed: nil)
        #expect(FileManager.default.fileExists(atPath: own.directory))
        own.cleanUp()
        #expect(!FileManager.default.fileExists(atPath: own.directory))

        let parent = try DemoOptions(directory: nil, speed: nil)
        defer { parent.cleanUp() }
        let given = try DemoOptions(directory: parent.directory + "/a/b/", speed: 10)
        #expect(given.directory == parent.directory + "/a/b")
        #expect(given.socket == parent.directory + "/a/b/control.sock")
        given.cleanUp()
        #expect(FileManager.default.fileExists(atPath: given.directory))
    }

    @Test func sendsNothing() throws {
        let options = try DemoOptions(directory: nil, speed: nil)
        defer { options.cleanUp() }
        #expect(options.configuration.delivery.mode == .log)
    }

    @Test func neverGoesBackBehindWhatTheDatabaseHasSeen() throws {
        let options = try DemoOptions(directory: nil, speed: nil)
        defer { options.cleanUp() }
        let now = Timestamp(rfc3339: "2026-05-06T12:00:00Z")!
        #expect(options.start(after: nil, now: now) == now)
        #expect(options.start(after: now - .days(3), now: now) == now)
        #expect(options.start(after: now + .days(3), now: now) > now + .days(3))
    }

    @Test func refusesADirectoryThatNoSocketFitsInto() {
        let directory = FileManager.default.temporaryDirectory.path(percentEncoded: false) + String(repeating: "x", count: 120)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(throws: StartFailure.self) { try DemoOptions(directory: directory, speed: nil) }
    }
}
