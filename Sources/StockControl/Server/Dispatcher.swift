import Crypto
import Foundation
import StockDomain
import StockStore
import StockWire

/// Carries a request that was understood to its handler and its result back as JSON. The one place where access,
/// idempotency and the order of changes are enforced.
package struct Dispatcher: Sendable {
    typealias Outcome = Result<[UInt8], any Error>

    let table: MethodTable
    let store: Store
    let now: @Sendable () -> Timestamp

    package init(table: MethodTable, store: Store, now: @escaping @Sendable () -> Timestamp) {
        self.table = table
        self.store = store
        self.now = now
    }

    /// `done` gets the result's JSON, on any thread. Changes are queued before this returns, so that those of one
    /// connection take effect in the order in which they are handed over.
    func dispatch(_ request: Request, caller: Caller, role: Role?, done: @escaping @Sendable (Outcome) -> Void) {
        guard let role else {
            done(.failure(ErrorObject.denied(
                "\(caller.name) (uid \(caller.uid)) may not talk to stockd: ask root, or add the user to control.access")))
            return
        }
        guard role == .admin || request.method.effect == .reads else {
            done(.failure(ErrorObject.denied("\(caller.name) may read, but not change anything")))
            return
        }
        if request.method is RPCDiscover.Type {
            done(Result { try JSON.encode(OpenRPC.document(version: Release.version)) })
            return
        }
        open(request.method, request, Call(caller: caller, common: request.common, now: now()), done)
    }

    private func open<M: Method>(
        _ method: M.Type, _ request: Request, _ call: Call, _ done: @escaping @Sendable (Outcome) -> Void
    ) {
        guard let params = request.params as? M.Params, let handler = table.handler(method) else {
            done(.failure(ErrorObject(.unknownMethod, "\(M.name) is not available here")))
            return
        }
        let key: IdempotencyKey?
        do { key = try IdempotencyKey(request) } catch {
            done(.failure(error))
            return
        }
        switch handler {
        case .read(let body):
            store.read({ try JSON.encode(body($0, params, call)) }, completion: done)
        case .write(let body):
            store.write({ transaction in
                if let reply = try key?.recorded(transaction, call) { return reply }
                let reply = try JSON.encode(body(transaction, params, call))
                try key?.record(reply, transaction, call)
                return reply
            }, completion: done)
        case .task(let body):
            let store = store
            Task {
                do {
                    if let key, let reply = try await store.write({ try key.recorded($0, call) }) {
                        done(.success(reply))
                        return
                    }
                    let reply = try JSON.encode(try await body(params, call))
                    if let key { try await store.write { try key.record(reply, $0, call) } }
                    done(.success(reply))
                } catch {
                    done(.failure(error))
                }
            }
        }
    }
}

/// Lets a caller repeat a change whose answer it did not get.
private struct IdempotencyKey: Sendable {
    let method: String
    let key: String
    let paramsHash: String

    /// nil where the request has none.
    init?(_ request: Request) throws {
        guard let key = request.common.idempotencyKey else { return nil }
        guard (1...128).contains(key.unicodeScalars.count) else {
            throw ErrorObject.invalidParams("idempotency_key", "idempotency_key must have 1 to 128 characters")
        }
        self.key = key
        method = request.method.name
        paramsHash = SHA256.hash(data: try request.canonicalParams()).map { String($0, radix: 16) }.joined(separator: ".")
    }

    func recorded(_ transaction: StoreTransaction, _ call: Call) throws -> [UInt8]? {
        let found = try transaction.recordedReply(
            tenantID: call.tenantID(transaction), method: method, key: key, paramsHash: paramsHash, now: call.now)
        switch found {
        case nil: return nil
        case .same(let reply): return Array(reply.utf8)
        case .conflict:
            throw ErrorObject.conflict(
                "the idempotency key was used for another \(method) within the last 24 h: use a new one",
                field: "idempotency_key", reason: "idempotency_key_reused")
        }
    }

    func record(_ reply: [UInt8], _ transaction: StoreTransaction, _ call: Call) throws {
        try transaction.recordReply(
            tenantID: call.tenantID(transaction), method: method, key: key, paramsHash: paramsHash,
            reply: String(decoding: reply, as: UTF8.self), now: call.now)
    }
}
