import StockStore
import StockWire

extension MethodTable {
    mutating func addTenantMethods() {
        add(TenantCreate.self, .write { tx, params, call in
            TenantReply(tenant: try tx.createTenant(params.name, timeZone: params.timeZone ?? "UTC", now: call.now).wire)
        })
        add(TenantUpdate.self, .write { tx, params, call in
            TenantReply(tenant: try tx.updateTenant(params.name, timeZone: params.timeZone, now: call.now).wire)
        })
        add(TenantList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let rows = try (call.tenants(reader) ?? reader.tenants()).filter { $0.name > params.cursor ?? "" }
            let (page, next) = Paging.page(rows, limit: limit, cursor: \.name)
            return TenantList.Result(tenants: page.map(\.wire), nextCursor: next)
        })
    }
}

extension TenantRecord {
    fileprivate var wire: Wire.Tenant { Wire.Tenant(name: name, timeZone: timeZone) }
}
