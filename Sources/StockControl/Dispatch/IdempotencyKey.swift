import Crypto
import StockDomain
import StockStore
import StockWire
import Synchronization

/// The idempotency keys of tasks that are running.
final class KeysInUse: Sendable {
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
struct IdempotencyKey: Sendable {
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
        paramsHash = SHA256.hash(data: scope + (try request.canonicalParams())).withUnsafeBytes(Hex.text)
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
