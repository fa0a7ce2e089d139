import StockStore
import StockWire

extension MethodTable {
    mutating func addLocationMethods() {
        add(LocationCreate.self, .write { tx, params, call in
            let made = try tx.createLocation(
                params.name, timeZone: params.timeZone ?? "UTC", externalIDs: params.externalIds ?? [:],
                tenantID: call.tenantID(tx), now: call.now)
            return LocationReply(location: made.wire)
        })
        add(LocationList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let rows = try reader.locations(
                tenantID: call.tenantFilter(reader), after: Paging.name(params.cursor), limit: limit + 1)
            let (page, next) = Paging.page(rows, limit: limit) { "\($0.tenantID).\($0.name)" }
            return LocationList.Result(locations: page.map(\.wire), nextCursor: next)
        })
        add(LocationGet.self, .lookup { reader, params, call in
            LocationReply(location: try reader.location(params.name, tenantID: call.tenantID(reader)).wire)
        })
    }
}

extension LocationRecord {
    var wire: Wire.Location {
        Wire.Location(tenant: tenant, name: name, timeZone: timeZone, externalIds: externalIDs)
    }
}
