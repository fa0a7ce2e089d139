import Crypto
import Foundation
import StockDomain
import StockStore
import StockWire
import Synchronization

/// Carries a request that was understood to its handler and its result back as JSON. The one place where access,
/// idempotency and the order of changes are enforced.
package struct Dispatcher: Sendable {
    /// What has become of a request that was handed over.
    enum Dispatched: Sendable {
        case answered(Outcome)
        /// Its outcome comes later.
        case underWay(Order)
    }

    /// When a request takes effect.
    enum Order: Sendable {
        /// In the order in which requests are handed over.
        case asHandedOver
        /// At some time before it is done.
        case whenDone
    }

    let table: MethodTable
    let store: Store
    let now: @Sendable () -> Timestamp
    private let keysInUse = KeysInUse()
    let overload = Overload()

    package init(table: MethodTable, store: Store, now: @escaping @Sendable () -> Timestamp) {
        self.table = table
        self.store = store
        self.now = now
    }

    /// What a caller is told who has no business here.
    func denial(_ caller: Caller) -> ErrorObject {
        .denied("\(caller.name) (uid \(caller.uid)) may not talk to stockd: this version answers only root and the user it runs as")
    }

    /// `done` gets the outcome, on any thread, unless it is here at once. Changes are queued before this returns, so that those of one
    /// connection take effect in the order in which they are handed over, if it says so. `snapshot` must not have begun
    /// before the request came in.
    func dispatch(
        _ request: Request, caller: Caller, role: Role?, admission: Admission = .refusable, lookingUpIn snapshot: Snapshot,
        done: @escaping @Sendable (Outcome) -> Void
    ) -> Dispatched {
        if let refusal = refusal(request, caller, role) { return .answered(.failed(refusal)) }
        if request.method is RPCDiscover.Type {
            return .answered(.result { try JSON.encode(OpenRPC.document(version: Release.version)) })
        }
        do {
            let call = Call(caller: caller, common: request.common, now: now(), admission: admission)
            return try open(request.method, request, call, snapshot, done)
        } catch {
            return .answered(.failed(error))
        }
    }

    private func refusal(_ request: Request, _ caller: Caller, _ role: Role?) -> ErrorObject? {
        guard let role else { return denial(caller) }
        guard role == .admin || request.method.effect == .reads else {
            return .denied("\(caller.name) may read, but not change anything")
        }
        return nil
    }

    private func open<M: Method>(
        _ method: M.Type, _ request: Request, _ call: Call, _ snapshot: Snapshot, _ done: @escaping @Sendable (Outcome) -> Void
    ) throws -> Dispatched {
        guard let params = request.params as? M.Params, let handler = table.handler(method) else {
            throw ErrorObject(.unknownMethod, "\(M.name) is not available here")
        }
        let key = try IdempotencyKey(request)
        switch handler {
        case .lookup(let body):
            return .answered(.json(try JSON.encode(snapshot.read { try body($0, params, call) })))
        case .read(let body):
            store.read({ try JSON.encode(body($0, params, call)) }, completion: { done(Outcome($0)) })
            return .underWay(.asHandedOver)
        case .write(let body, let isShort):
            var call = call
            if !isShort { call.admission = .refusable }
            write({ .success(try body($0, $1, $2)) }, keyReused: { _, _, _, _ in nil }, params, call, key, done)
            return .underWay(.asHandedOver)
        case .writeOrRefuse(let body, let keyReused):
            write(body, keyReused: keyReused, params, call, key, done)
            return .underWay(.asHandedOver)
        case .task(let body):
            Task { done(await run(body, params, call, key)) }
            return .underWay(.whenDone)
        }
    }

    private func write<Params: Sendable, Answer: Encodable & Sendable>(
        _ body: @escaping @Sendable (StoreTransaction, Params, Call) throws -> Result<Answer, ErrorObject>,
        keyReused: @escaping @Sendable (StoreTransaction, Params, Call, JSONValue) throws -> ErrorObject?,
        _ params: Params, _ call: Call, _ key: IdempotencyKey?, _ done: @escaping @Sendable (Outcome) -> Void
    ) {
        guard let key else {
            store.write(admission: call.admission, { try body($0, params, call) }, completion: { outcome in
                switch outcome {
                case .success(.success(let answer)): done(.result { try JSON.encode(answer) })
                case .success(.failure(let refusal)): done(.failed(refusal))
                case .failure(let error): done(.failed(error))
                }
            })
            return
        }
        store.write(admission: call.admission, { transaction -> Result<[UInt8], ErrorObject> in
            switch try key.recorded(transaction, call) {
            case nil: break
            case .same(let reply): return .success(Array(reply.utf8))
            case .conflict(let reply):
                let first = try JSONDecoder().decode(JSONValue.self, from: Data(reply.utf8))
                return .failure(try keyReused(transaction, params, call, first) ?? key.reused)
            }
            // A refusal is not remembered by the key: what it has left behind makes for the same answer again.
            switch try body(transaction, params, call) {
            case .failure(let refusal):
                return .failure(refusal)
            case .success(let answer):
                let reply = try JSON.encode(answer)
                try key.record(reply, transaction, call)
                return .success(reply)
            }
        }, completion: { outcome in
            switch outcome {
            case .success(.success(let reply)): done(.json(reply))
            case .success(.failure(let refusal)): done(.failed(refusal))
            case .failure(let error): done(.failed(error))
            }
        })
    }

    private func run<Params: Sendable, Answer: Encodable>(
        _ body: @Sendable (Params, Call) async throws -> Answer, _ params: Params, _ call: Call, _ key: IdempotencyKey?
    ) async -> Outcome {
        do {
            guard let key else { return .json(try JSON.encode(try await body(params, call))) }
            // A task is no transaction: a repetition that comes while the first one runs would run it twice.
            let use = KeysInUse.Use(tenant: call.common.tenant ?? Wire.defaultTenant, method: key.method, key: key.key)
            guard keysInUse.begin(use) else {
                throw ErrorObject.conflict(
                    "the request with this idempotency key is still running: ask again later", field: "idempotency_key",
                    reason: "idempotency_key_in_use")
            }
            defer { keysInUse.end(use) }
            switch try await store.write({ try key.recorded($0, call) }) {
            case nil: break
            case .same(let reply): return .json(Array(reply.utf8))
            case .conflict: throw key.reused
            }
            let reply = try JSON.encode(try await body(params, call))
            try await store.write { try key.record(reply, $0, call) }
            return .json(reply)
        } catch {
            return .failed(error)
        }
    }
}

extension Outcome {
    fileprivate init(_ result: Result<[UInt8], any Error>) {
        switch result {
        case .success(let json): self = .json(json)
        case .failure(let error): self = .failed(error)
        }
    }
}

/// Thousands are refused at once, and one line tells it.
final class Overload: Sendable {
    private let said = Mutex<ContinuousClock.Instant?>(nil)

    func isToBeSaid() -> Bool {
        let now = ContinuousClock.now
        return said.withLock { said in
            if let last = said, now - last < .seconds(60) { return false }
            said = now
            return true
        }
    }
}

/// The idempotency keys of tasks that are running.
private final class KeysInUse: Sendable {
    struct Use: Hashable {
        var tenant: String
        var method: String
        var key: String
    }

    private let uses = Mutex<Set<Use>>([])

    /// Whether it was free.
    func begin(_ use: Use) -> Bool { uses.withLock { $0.insert(use).inserted } }
    func end(_ use: Use) { uses.withLock { _ = $0.remove(use) } }
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
        let scope = [request.common.allTenants ? 1 : 0] as [UInt8]
        paramsHash = SHA256.hash(data: scope + (try request.canonicalParams()))
            .map { String($0, radix: 16) }.joined(separator: ".")
    }

    func recorded(_ transaction: StoreTransaction, _ call: Call) throws -> RecordedReply? {
        try transaction.recordedReply(
            tenantID: call.tenantID(transaction), method: method, key: key, paramsHash: paramsHash, now: call.now)
    }

    var reused: ErrorObject {
        .conflict(
            "the idempotency key was used for another \(method) within the last 24 h: use a new one",
            field: "idempotency_key", reason: "idempotency_key_reused")
    }

    func record(_ reply: [UInt8], _ transaction: StoreTransaction, _ call: Call) throws {
        try transaction.recordReply(
            tenantID: call.tenantID(transaction), method: method, key: key, paramsHash: paramsHash,
            reply: String(decoding: reply, as: UTF8.self), now: call.now)
    }
}
