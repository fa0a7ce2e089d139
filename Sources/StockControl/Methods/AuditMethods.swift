import StockStore
import StockWire

extension MethodTable {
    mutating func addAuditMethods(_ store: Store) {
        add(AuditList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let filter = AuditFilter(
                tenantID: try call.tenantFilter(reader), since: params.since?.timestamp, method: params.method,
                name: params.name, outcome: params.outcome)
            let (found, next) = try reader.auditEntries(
                filter, before: try Paging.numbers(params.cursor, count: 1)?[0], limit: limit)
            return AuditList.Result(entries: found.map(\.wire), nextCursor: next.map(String.init))
        })
        add(AuditGet.self, .read { reader, params, call in
            AuditGet.Result(entry: try reader.auditEntry(params.id, tenantID: call.tenantFilter(reader)).wire)
        })
        add(AuditVerify.self, .task { _, _ in
            var check = AuditCheck()
            while !check.isOver { check = try await store.read { [check] in try $0.goOn(check, limit: auditChunk) } }
            return AuditVerify.Result(
                intact: check.brokenAt == nil, entries: check.entries, brokenAt: check.brokenAt, last: check.last?.id,
                hash: check.last?.hash)
        })
    }
}

/// Entries looked at in one snapshot: a tenth of a second or less, so that the log can be copied back between two.
private let auditChunk = 20_000

extension AuditRecord {
    fileprivate var wire: Wire.AuditEntry {
        Wire.AuditEntry(
            id: id, at: at.wire, tenant: tenant, uid: uid, name: name, role: role, method: method,
            // One that somebody has changed by hand may say anything.
            params: (try? JSON.decode(JSONValue.self, from: Array(params.utf8))) ?? .string(params), outcome: outcome)
    }
}
