import Foundation
import Logging
import StockDomain
import StockStore
import StockWire
import Synchronization

@testable import StockControl

/// A server over a real socket and a real database, in a directory of its own.
final class ControlFixture: Sendable {
    let directory: URL
    let store: Store
    let server: ControlServer
    let time: TestTime

    var socket: String { directory.appending(path: "control.sock").path(percentEncoded: false) }

    private init(
        limits: ControlLimits, uid: (@Sendable () -> UInt32)?, queueLimit: Int, more: (inout MethodTable) -> Void
    ) throws {
        // Short, because a socket's path is.
        directory = URL(filePath: "/tmp/stockd-\(UUID().uuidString.prefix(13))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let time = TestTime()
        self.time = time
        store = try Store.open(
            path: directory.appending(path: "stock.db").path(percentEncoded: false), queueLimit: queueLimit, now: time.now)
        var table = MethodTable()
        table.addLocationMethods()
        table.addProductMethods()
        table.addStockMethods()
        more(&table)
        let dispatcher = Dispatcher(table: table, store: store, now: { time.now })
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        if let uid {
            server = ControlServer(
                dispatcher: dispatcher, access: AccessPolicy(ownUID: ControlFixture.ownUID), limits: limits, logger: logger,
                identify: { _ in PeerCredentials(uid: uid(), pid: 1) })
        } else {
            server = ControlServer(dispatcher: dispatcher, access: AccessPolicy(ownUID: getuid()), limits: limits, logger: logger)
        }
    }

    /// A second server on the same store.
    func another() -> ControlServer {
        ControlServer(
            dispatcher: Dispatcher(table: MethodTable(), store: store, now: { [time] in time.now }),
            access: AccessPolicy(ownUID: getuid()), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func client() throws -> SocketClient { try SocketClient(socket) }

    /// One request over a connection of its own.
    func call(_ method: String, _ params: String = "{}", id: Int = 1) async throws -> SocketClient.Line {
        try await client().call(method, params, id: id)
    }

    /// What a connection that asks nothing is told; nil if it is closed.
    func firstLine() async throws -> SocketClient.Line? { try await client().line() }

    /// A location `store-1` and a product `A`.
    func stock() async throws {
        let client = try client()
        _ = try await client.call("location.create", #"{"name":"store-1","time_zone":"UTC"}"#)
        _ = try await client.call("product.create", #"{"sku":"A","name":"Widget","location":"store-1","initial_quantity":100}"#)
    }

    /// Who runs the server, where clients are who they are said to be.
    static let ownUID: UInt32 = 990

    /// Runs `body` beside a server, and takes everything down afterwards. `uid`: who the next client is said to be.
    static func run(
        limits: ControlLimits = ControlLimits(), uid: (@Sendable () -> UInt32)? = nil, queueLimit: Int = 8192, more: (inout MethodTable) -> Void = { _ in },
        _ body: (ControlFixture) async throws -> Void
    ) async throws {
        let fixture = try ControlFixture(limits: limits, uid: uid, queueLimit: queueLimit, more: more)
        let outcome: Result<Void, any Error>
        do {
            try await fixture.server.start(.path(fixture.socket))
            outcome = .success(try await body(fixture))
        } catch {
            outcome = .failure(error)
        }
        await fixture.server.stop()
        try fixture.store.close()
        try? FileManager.default.removeItem(at: fixture.directory)
        try outcome.get()
    }
}

final class TestTime: Sendable {
    private let value = Mutex(Timestamp(rfc3339: "2026-05-04T08:00:00Z")!)
    var now: Timestamp { value.withLock { $0 } }
    func pass(_ duration: Duration) { value.withLock { $0 = $0 + duration } }
}

/// A door that opens once.
final class Gate: Sendable {
    private let state = Mutex<(open: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func wait() async {
        await withCheckedContinuation { continuation in
            let open = state.withLock { state in
                if !state.open { state.waiting.append(continuation) }
                return state.open
            }
            if open { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        waiting.forEach { $0.resume() }
    }
}

final class Progress: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}
