import StockDomain
import StockStore
import StockWire

/// Who asks, as the kernel knows them.
package struct Caller: Hashable, Sendable {
    package var uid: UInt32
    /// The user's name, or the number where there is none.
    package var name: String
    /// Of the process that connected.
    package var pid: Int32
    /// What the rules let them do; nil: nothing.
    package var grant: Grant?

    package init(uid: UInt32, name: String, pid: Int32 = -1, grant: Grant? = nil) {
        self.uid = uid
        self.name = name
        self.pid = pid
        self.grant = grant
    }
}

/// What a handler is told beside the params.
package struct Call: Sendable {
    package var caller: Caller
    package var common: CommonParams
    package var now: Timestamp
    /// How a change that it asks for is queued.
    package var admission: Admission
    /// Of a change.
    var slip: AuditSlip?

    package init(caller: Caller, common: CommonParams, now: Timestamp, admission: Admission = .refusable) {
        self.admission = admission
        self.caller = caller
        self.common = common
        self.now = now
    }

    /// The tenants that the caller may see, of a method that asks for none by name; nil: all of them.
    func tenants(_ reader: StoreReader) throws -> [TenantRecord]? {
        guard let names = caller.grant?.tenants else { return nil }
        return try reader.tenants().filter { names.contains($0.name) }
    }

    /// The tenant meant.
    package func tenantID(_ reader: StoreReader) throws -> Int64 {
        try reader.tenantID(common.tenant ?? Wire.defaultTenant)
    }

    /// The tenant meant by a list; nil: all of them.
    package func tenantFilter(_ reader: StoreReader) throws -> Int64? {
        common.allTenants ? nil : try tenantID(reader)
    }
}

/// How a method is answered. Handlers are values, so that order, group commit, idempotency and access are enforced in
/// one place.
package enum Handler<M: Method>: Sendable {
    /// At once, where the request arrives, on a snapshot that it may share with others that came in before it began: only
    /// what looks at a handful of rows, however large the database is.
    case lookup(@Sendable (StoreReader, M.Params, Call) throws -> M.Result)
    /// On a reader's thread, on a snapshot.
    case read(@Sendable (StoreReader, M.Params, Call) throws -> M.Result)
    /// On the writer, in the transaction of the request, in order of arrival. `isShort`: it touches a handful of rows,
    /// however large the database is, so that a client who is alone on its event loop may keep it for that long.
    case write(@Sendable (StoreTransaction, M.Params, Call) throws -> M.Result, isShort: Bool = false)
    /// As a short `write`, where a refusal leaves something behind: what is stored beside `.failure` is kept, and the caller
    /// answered the error. A thrown error undoes everything, as ever.
    ///
    /// `keyReused`: what is answered where the idempotency key was used for another request, whose result comes with it,
    /// and what that leaves behind; nil: what every method answers then.
    case writeOrRefuse(
        @Sendable (StoreTransaction, M.Params, Call) throws -> Result<M.Result, ErrorObject>,
        keyReused: @Sendable (StoreTransaction, M.Params, Call, JSONValue) throws -> ErrorObject?)
    /// Whatever takes longer than a transaction.
    case task(@Sendable (M.Params, Call) async throws -> M.Result)
}

/// Every method that is answered.
package struct MethodTable: Sendable {
    private var handlers: [String: any Sendable] = [:]

    package init() {}

    package mutating func add<M: Method>(_ method: M.Type, _ handler: Handler<M>) {
        handlers[M.name] = handler
    }

    package func handler<M: Method>(_ method: M.Type) -> Handler<M>? { handlers[M.name] as? Handler<M> }
    package func answers(_ name: String) -> Bool { handlers[name] != nil }
}
