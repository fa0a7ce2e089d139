import Foundation
import StockDomain
@testable import StockStore

private let policyOfGrounds = StorePolicy(groupWait: .seconds(30))

/// A database in a directory of its own.
private final class Place {
    let directory = FileManager.default.temporaryDirectory.appending(path: "stockd-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: directory) }

    func open(now: Timestamp) throws -> Store {
        try Store.open(path: directory.appending(path: "stock.db").path(percentEncoded: false), policy: policyOfGrounds, now: now)
    }
}

/// All of it happens in one transaction that is undone at the end: nothing is committed, so that thousands of seeds take a
/// minute. Each step has a `StoreTransaction` of its own, as in the daemon.
final class UndoneGround: TellingGround {
    private struct Undone: Error {}

    let policy = policyOfGrounds
    private let place: Place
    private let store: Store
    private var connection: (any SQLConnection)!

    init() throws {
        place = try Place()
        store = try place.open(now: TellingWorld.start)
    }

    /// To be called in the end, and not where it is released: what the store's thread has just run may still hold it, and that
    /// thread can't wait for its own end.
    func close() throws { try store.close() }

    /// Runs `body`, whose steps are of a transaction that is undone.
    func undo<T>(_ body: @escaping () throws -> T) throws -> T {
        // The store's thread runs it while this one waits.
        nonisolated(unsafe) var result: Result<T, any Error>!
        do {
            nonisolated(unsafe) let body = body, ground = self
            try store.writeAndWait { tx in
                ground.connection = tx.sql
                result = Result { try body() }
                throw Undone()
            }
        } catch is Undone {}
        return try result.get()
    }

    func read<T>(_ body: @escaping (StoreReader) throws -> T) throws -> T { try body(StoreTransaction(connection, policy: policy)) }

    func write<T>(_ body: @escaping (StoreTransaction) throws -> T) throws -> T {
        try body(StoreTransaction(connection, policy: policy))
    }

    func restart(now: Timestamp) throws { try write { try $0.prepare(now: now) } }
}

/// Every step is committed, and a restart closes the database and opens it again.
final class RealGround: TellingGround {
    let policy = policyOfGrounds
    private(set) var restarts = 0
    private let place: Place
    private var store: Store

    init() throws {
        place = try Place()
        store = try place.open(now: TellingWorld.start)
    }

    func close() throws { try store.close() }

    func read<T>(_ body: @escaping (StoreReader) throws -> T) throws -> T { try write { try body($0) } }

    func write<T>(_ body: @escaping (StoreTransaction) throws -> T) throws -> T {
        // The store's thread runs it while this one waits.
        nonisolated(unsafe) let body = body
        nonisolated(unsafe) var result: T!
        try store.writeAndWait { tx in result = try body(tx) }
        return result
    }

    func restart(now: Timestamp) throws {
        restarts += 1
        try store.close()
        store = try place.open(now: now)
    }
}
