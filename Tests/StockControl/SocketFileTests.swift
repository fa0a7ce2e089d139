import Foundation
import StockWire
import Testing

@testable import StockControl

@Suite final class SocketFileTests {
    private let directory = URL(filePath: "/tmp/stockd-\(UUID().uuidString.prefix(13))")
    private var path: String { directory.appending(path: "control.sock").path(percentEncoded: false) }

    init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: directory) }

    private func mode() -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test func nobodyElseMayEvenConnect() throws {
        let file = try SocketFile(path: path)
        defer { close(file.descriptor) }
        #expect(mode() == 0o660)
        // Nothing can connect before it listens, whatever the mode were.
        #expect(throws: SocketClient.Failure(errno: ECONNREFUSED)) { try SocketClient(path) }
        file.remove()
        #expect(mode() == 0)
    }

    @Test func aDeadDaemonsSocketIsTakenOver() throws {
        close(try SocketFile(path: path).descriptor)
        let file = try SocketFile(path: path)
        close(file.descriptor)
        file.remove()
    }

    @Test func aLiveDaemonsSocketIsLeftAlone() async throws {
        try await ControlFixture.run { fixture in
            let error = #expect(throws: SocketError.self) { try SocketFile(path: fixture.socket) }
            #expect(error?.description.contains("another stockd") == true)
            let reply = try await fixture.call("tenant.list")
            #expect(reply.error == nil)
        }
    }

    @Test func anythingElseAtThePathIsLeftAlone() throws {
        try Data("precious".utf8).write(to: URL(filePath: path))
        #expect(throws: SocketError.self) { try SocketFile(path: path) }
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("precious".utf8))
    }

    @Test(arguments: [String(repeating: "x", count: 100), "no/such/directory"])
    func aPathThatCannotBeIsNamed(name: String) throws {
        let bad = directory.appending(path: name).path(percentEncoded: false)
        let error = #expect(throws: SocketError.self) { try SocketFile(path: bad) }
        #expect(error?.description.contains(bad) == true)
    }

    @Test func anothersSocketIsNotRemoved() throws {
        let ours = try SocketFile(path: path)
        close(ours.descriptor)
        let theirs = try SocketFile(path: path)
        defer { close(theirs.descriptor) }
        ours.remove()
        #expect(mode() == 0o660)
        theirs.remove()
    }
}

@Suite struct StopTests {
    @Test func whatIsInFlightIsAnsweredBeforeItEnds() async throws {
        let (started, gate) = (Gate(), Gate())
        try await ControlFixture.run(more: { table in
            table.add(ConfigShow.self, .task { _, _ in
                started.open()
                await gate.wait()
                return ConfigShow.Result(config: .null)
            })
        }) { fixture in
            let (busy, watching, idle) = (try fixture.client(), try fixture.client(), try fixture.client())
            _ = try await watching.call("event.watch")
            _ = try await idle.call("tenant.list")
            try await busy.send(line: #"{"jsonrpc":"2.0","id":1,"method":"config.show"}"#)
            await started.wait()
            async let stopped: Void = fixture.server.stop()
            #expect(try await idle.line() == nil)
            #expect(try await watching.line() == nil)
            #expect(throws: SocketClient.Failure.self) { try fixture.client() }
            gate.open()
            #expect(try await busy.line()?.id == .integer(1))
            #expect(try await busy.line() == nil)
            await stopped
            #expect(!FileManager.default.fileExists(atPath: fixture.socket))
        }
    }

    @Test func aRequestThatDoesNotEndIsNotWaitedForForever() async throws {
        var limits = ControlLimits()
        limits.grace = .milliseconds(100)
        let (started, gate) = (Gate(), Gate())
        try await ControlFixture.run(limits: limits, more: { table in
            table.add(ConfigShow.self, .task { _, _ in
                started.open()
                await gate.wait()
                return ConfigShow.Result(config: .null)
            })
        }) { fixture in
            let client = try fixture.client()
            try await client.send(line: #"{"jsonrpc":"2.0","id":1,"method":"config.show"}"#)
            await started.wait()
            await fixture.server.stop()
            #expect(try await client.line() == nil)
            gate.open()
        }
    }

    @Test func adoptsASocketThatSomebodyElseBound() async throws {
        try await ControlFixture.run { fixture in
            // As the service manager does it: bound and listening before the daemon is there.
            await fixture.server.stop()
            let file = try SocketFile(path: fixture.socket)
            listen(file.descriptor, 16)
            let client = try fixture.client()
            try await client.send(line: #"{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}"#)
            let server = fixture.another()
            try await server.start(.adopted(descriptor: file.descriptor))
            #expect(try await client.line()?.id == .integer(1))
            await server.stop()
            // Its file is the service manager's.
            #expect(FileManager.default.fileExists(atPath: fixture.socket))
        }
    }
}
