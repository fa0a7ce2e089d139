import StockDomain
import StockStore
import StockWire

extension MethodTable {
    mutating func addSilenceMethods() {
        add(SilenceCreate.self, .write { tx, params, call in
            guard params.sku != nil || params.category != nil || params.location != nil || params.severity != nil else {
                throw ErrorObject.invalidParams(
                    "sku", "say what is to be silenced by sku, category, location or severity; sku \"*\" means everything")
            }
            let silence = Silence(
                id: 0,
                scope: AlertScope(
                    sku: params.sku.map(Glob.init), category: params.category.map(Glob.init),
                    location: params.location.map(Glob.init)),
                severity: try ofAlerts(params.severity), startsAt: params.startsAt?.timestamp ?? call.now,
                endsAt: params.endsAt.timestamp, author: call.caller.name, comment: params.comment, createdAt: call.now)
            let made = try tx.createSilence(silence, tenantID: call.tenantID(tx), now: call.now)
            return SilenceReply(silence: try tx.countingAlerts([made], now: call.now)[0].wire(at: call.now))
        })
        add(SilenceList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let before = try Paging.numbers(params.cursor, count: 1)?[0]
            let rows = try reader.silences(
                tenantID: call.tenantFilter(reader), state: params.state?.domain, before: before, limit: limit + 1,
                now: call.now)
            let (page, next) = Paging.page(rows, limit: limit) { String($0.silence.id) }
            let counted = try reader.countingAlerts(page, now: call.now)
            return SilenceList.Result(silences: counted.map { $0.wire(at: call.now) }, nextCursor: next)
        })
        add(SilenceGet.self, .read { reader, params, call in
            let found = try reader.silence(params.id, tenantID: call.tenantID(reader))
            return SilenceReply(silence: try reader.countingAlerts([found], now: call.now)[0].wire(at: call.now))
        })
        add(SilenceExpire.self, .write { tx, params, call in
            let ended = try tx.expireSilence(params.id, by: call.caller.name, tenantID: call.tenantID(tx), now: call.now)
            return SilenceReply(silence: ended.wire(at: call.now))
        })
    }
}

/// What is not short has no alert.
func ofAlerts(_ severity: Wire.Severity?) throws -> Severity? {
    guard severity != .healthy else {
        throw ErrorObject.invalidParams("severity", "severity must be low, critical or out")
    }
    return severity?.domain
}

extension SilenceRecord {
    func wire(at now: Timestamp) -> Wire.Silence {
        Wire.Silence(
            id: silence.id, tenant: tenant, state: silence.state(at: now).wire, sku: silence.scope.sku?.pattern,
            category: silence.scope.category?.pattern, location: silence.scope.location?.pattern,
            severity: silence.severity?.wire, startsAt: silence.startsAt.wire, endsAt: silence.endsAt.wire,
            author: silence.author, comment: silence.comment, createdAt: silence.createdAt.wire,
            expiredAt: silence.expiredAt?.wire, expiredBy: silence.expiredBy, alerts: alerts)
    }
}

extension Silence.State {
    fileprivate var wire: Wire.SilenceState {
        switch self {
        case .planned: .planned
        case .active: .active
        case .expired: .expired
        }
    }
}

extension Wire.SilenceState {
    fileprivate var domain: Silence.State {
        switch self {
        case .planned: .planned
        case .active: .active
        case .expired: .expired
        }
    }
}
