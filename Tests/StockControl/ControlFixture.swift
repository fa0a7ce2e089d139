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
    let access: Access
    let dispatcher: Dispatcher
    let time: TestTime

    var socket: String { directory.appending(path: "control.sock").path(percentEncoded: false) }

    private init(
        limits: ControlLimits, peer: (@Sendable () -> PeerCredentials)?, rules: [AccessRule], users: UserDatabase,
        queueLimit: Int, more: (inout MethodTable) -> Void
    ) throws {
        // Short, because a socket's path is.
        directory = URL(filePath: "/tmp/stockd-\(UUID().uuidString.prefix(13))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let time = TestTime()
        self.time = time
        store = try Store.open(
            path: directory.appending(path: "stock.db").path(percentEncoded: false), queueLimit: queueLimit, now: time.now)
        var table = MethodTable()
        table.addTenantMethods()
        table.addAuditMethods(store)
        table.addLocationMethods()
        table.addProductMethods()
        table.addStockMethods()
        table.addDataMethods(store)
        more(&table)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        dispatcher = Dispatcher(table: table, store: store, logger: logger, now: { time.now })
        if let peer {
            access = Access(ownUID: ControlFixture.ownUID, rules: rules, users: users)
            server = ControlServer(
                dispatcher: dispatcher, access: access, limits: limits, logger: logger, identify: { _ in peer() })
        } else {
            access = Access(ownUID: getuid())
            server = ControlServer(dispatcher: dispatcher, access: access, limits: limits, logger: logger)
        }
    }

    /// A second server on the same store.
    func another() -> ControlServer {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return ControlServer(
            dispatcher: Dispatcher(table: MethodTable(), store: store, logger: logger, now: { [time] in time.now }),
            access: Access(ownUID: getuid()), logger: logger)
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

    /// Runs `body` beside a server, and takes everything down afterwards. `peer`: who the next client is said to be.
    static func run(
        limits: ControlLimits = ControlLimits(), peer: (@Sendable () -> PeerCredentials)? = nil, rules: [AccessRule] = [],
        users: UserDatabase = .few, queueLimit: Int = 8192, more: (inout MethodTable) -> Void = { _ in },
        _ body: (ControlFixture) async throws -> Void
    ) async throws {
        let fixture = try ControlFixture(
            limits: limits, peer: peer, rules: rules, users: users, queueLimit: queueLimit, more: more)
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

extension UserDatabase {
    private static let users: [UInt32: String] = [0: "root", 990: "stockd", 1001: "anna", 1002: "ben", 1003: "carla"]
    private static let groups: [String: UInt32] = ["stockd": 990, "stockd-admin": 991, "shop": 2000]

    /// Known everywhere.
    static let few = UserDatabase(
        userName: { users[$0] }, userID: { name in users.first { $0.value == name }?.key }, groupID: { groups[$0] })
}

/// Who is said to connect.
final class TestPeer: Sendable {
    private let current = Mutex(PeerCredentials(uid: 0, pid: 1))
    var credentials: PeerCredentials { current.withLock { $0 } }
    func become(_ uid: UInt32, _ groups: Set<UInt32> = []) {
        current.withLock { $0 = PeerCredentials(uid: uid, pid: 1, groups: groups) }
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
