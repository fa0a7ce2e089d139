import Foundation
import Logging
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
        /// It is for the connection to answer.
        case watching(EventWatch.Params)
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
    let refusals: Refusals

    /// `logger` is told of who is denied.
    package init(table: MethodTable, store: Store, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.table = table
        self.store = store
        self.now = now
        refusals = Refusals(logger: logger) { draft, outcome in
            // What the disk does not take stands in the log.
            store.write({ try $0.record(draft, outcome: outcome) }, completion: { _ in })
        }
    }

    /// What a caller is told who has no business here and has sent what is no request; nil: they have.
    func denial(of caller: Caller) -> ErrorObject? {
        guard caller.grant == nil else { return nil }
        let denial = caller.unlisted
        refusals.note(
            AuditDraft(at: now(), tenant: nil, caller: caller, method: "*", params: "{}"), outcome: Refusals.denied,
            pid: caller.pid, why: denial.message)
        return denial
    }

    /// `done` gets the outcome, on any thread, unless it is here at once. Changes are queued before this returns, so that those of one
    /// connection take effect in the order in which they are handed over, if it says so. `snapshot` must not have begun
    /// before the request came in.
    func dispatch(
        _ request: Request, caller: Caller, admission: Admission = .refusable, lookingUpIn snapshot: Snapshot,
        done: @escaping @Sendable (Outcome) -> Void
    ) -> Dispatched {
        var call = Call(caller: caller, common: request.common, now: now(), admission: admission)
        if let denial = caller.denial(request) {
            refusals.note(AuditDraft(request, call), outcome: Refusals.denied, pid: caller.pid, why: denial.message)
            return .answered(.failed(denial))
        }
        if request.method.effect == .changes { call.slip = AuditSlip(AuditDraft(request, call)) }
        if request.method is RPCDiscover.Type {
            return .answered(.result { try JSON.encode(OpenRPC.document(version: Release.version)) })
        }
        if let params = request.params as? EventWatch.Params { return .watching(params) }
        do {
            return try open(request.method, request, call, snapshot, done)
        } catch {
            refused(call, error)
            return .answered(.failed(error))
        }
    }

    /// Puts a change on record that was not made.
    private func refused(_ call: Call, _ error: any Error) {
        guard let slip = call.slip, !slip.isWritten else { return }
        let error = ErrorObject(error)
        refusals.note(slip.draft, outcome: error.code.rawValue, pid: call.caller.pid, why: error.message)
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
            store.write(admission: call.admission, { transaction in
                let result = try body(transaction, params, call)
                try record(result, transaction, call)
                return result
            }, completion: { outcome in
                switch outcome {
                case .success(.success(let answer)): done(.result { try JSON.encode(answer) })
                case .success(.failure(let refusal)): done(.failed(refusal))
                case .failure(let error):
                    refused(call, error)
                    done(.failed(error))
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
                guard let refusal = try keyReused(transaction, params, call, first) else { throw key.reused }
                let result = Result<Answer, ErrorObject>.failure(refusal)
                try record(result, transaction, call)
                return .failure(refusal)
            }
            // A refusal is not remembered by the key: what it has left behind makes for the same answer again.
            let result = try body(transaction, params, call)
            let reply: Result<[UInt8], ErrorObject>
            switch result {
            case .success(let answer):
                let json = try JSON.encode(answer)
                try key.record(json, transaction, call)
                reply = .success(json)
            case .failure(let refusal): reply = .failure(refusal)
            }
            try record(result, transaction, call)
            return reply
        }, completion: { outcome in
            switch outcome {
            case .success(.success(let reply)): done(.json(reply))
            case .success(.failure(let refusal)): done(.failed(refusal))
            case .failure(let error):
                refused(call, error)
                done(.failed(error))
            }
        })
    }

    /// In the transaction of the change, at its end.
    private func record<Answer>(_ result: Result<Answer, ErrorObject>, _ transaction: StoreTransaction, _ call: Call) throws {
        guard let slip = call.slip else { return }
        switch result {
        case .success: try transaction.record(slip.draft, outcome: AuditSlip.done)
        case .failure(let refusal): try transaction.record(slip.draft, outcome: refusal.code.rawValue)
        }
    }

    private func run<Params: Sendable, Answer: Encodable>(
        _ body: @Sendable (Params, Call) async throws -> Answer, _ params: Params, _ call: Call, _ key: IdempotencyKey?
    ) async -> Outcome {
        do {
            guard let key else {
                let reply = try JSON.encode(try await body(params, call))
                // It is done, and a disk that takes no more, of which the log tells, does not undo it.
                if let slip = call.slip, !slip.isWritten {
                    try? await store.write { try $0.record(slip.draft, outcome: AuditSlip.done) }
                }
                return .json(reply)
            }
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
            let slip = call.slip.flatMap { $0.isWritten ? nil : $0 }
            try await store.write { transaction in
                try key.record(reply, transaction, call)
                if let slip { try transaction.record(slip.draft, outcome: AuditSlip.done) }
            }
            return .json(reply)
        } catch {
            refused(call, error)
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
