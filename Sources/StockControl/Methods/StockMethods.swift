import FoundationEssentials
import StockDomain
import StockNotify
import StockStore
import StockWire

extension MethodTable {
    mutating func addStockMethods() {
        add(StockList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let filter = LevelFilter(
                tenantID: try call.tenantFilter(reader), sku: params.sku, category: params.category,
                location: params.location, severity: params.severity?.domain)
            let rows = try reader.levels(filter, after: Paging.key(params.cursor), limit: limit + 1)
            let (page, next) = Paging.page(rows, limit: limit) { "\($0.key.productID).\($0.key.locationID)" }
            return StockList.Result(levels: page.map(\.wire), nextCursor: next)
        })
        add(StockGet.self, .lookup { reader, params, call in
            let tenantID = try call.tenantID(reader)
            let levels: [LevelRecord]
            if let name = params.location {
                guard let level = try reader.level(params.sku, at: name, tenantID: tenantID) else {
                    _ = try reader.product(params.sku, tenantID: tenantID)
                    _ = try reader.location(name, tenantID: tenantID)
                    throw ErrorObject.notFound("\(params.sku) has never been stocked at \(name)", field: "location")
                }
                levels = [level]
            } else {
                levels = try reader.levels(productID: reader.product(params.sku, tenantID: tenantID).id)
            }
            return StockGet.Result(levels: levels.map(\.wire))
        })
        add(StockSet.self, .write({ tx, params, call in
            try tx.changed(
                .count(try Quantity.read(params.quantity, "quantity")), params.sku, params.location, params.reason, call)
        }, isShort: true))
        add(StockAdjust.self, .write({ tx, params, call in
            let delta = try Quantity.read(params.delta, "delta")
            guard delta != .zero else { throw ErrorObject.invalidParams("delta", "delta must not be 0") }
            return try tx.changed(.adjustment(delta), params.sku, params.location, params.reason, call)
        }, isShort: true))
        add(StockSell.self, .write({ tx, params, call in
            try tx.changed(
                .sale(try Quantity.readPositive(params.quantity, "quantity")), params.sku, params.location, params.reason, call)
        }, isShort: true))
        add(StockReceive.self, .write({ tx, params, call in
            try tx.changed(
                .receipt(try Quantity.readPositive(params.quantity, "quantity")), params.sku, params.location,
                params.reason, call)
        }, isShort: true))
        add(StockHistory.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let tenantID = try call.tenantID(reader)
            let key = LevelKey(
                productID: try reader.product(params.sku, tenantID: tenantID).id,
                locationID: try reader.location(params.location, tenantID: tenantID).id)
            let from = try Paging.numbers(params.cursor, count: 1)?[0]
            let (movements, next) = try reader.history(key, from: from, limit: limit)
            return StockHistory.Result(movements: movements.map(\.wire), nextCursor: next.map(String.init))
        })
        add(StockSummary.self, .read { reader, params, call in
            var found = try reader.levelSummaries(tenantID: call.tenantFilter(reader))
            if let name = params.location {
                if call.common.allTenants {
                    // In order of name: the first from here on is it, whoever's.
                    let first = try reader.locations(tenantID: nil, after: NameCursor(name: name, tenantID: 0), limit: 1).first
                    guard first?.name == name else { throw ErrorObject.notFound("no location is named \"\(name)\"") }
                } else {
                    _ = try reader.location(name, tenantID: call.tenantID(reader))
                }
                found.removeAll { $0.location != name }
            }
            let sum = found.reduce(into: Summary.Counts()) { $0 += $1.counts }
            return StockSummary.Result(
                healthy: sum.healthy, low: sum.low, critical: sum.critical, out: sum.out, untracked: sum.untracked,
                stale: sum.stale,
                locations: found.map {
                    let counts = $0.counts
                    return Wire.LocationSummary(
                        tenant: $0.tenant, location: $0.location, healthy: counts.healthy, low: counts.low,
                        critical: counts.critical, out: counts.out, untracked: counts.untracked, stale: counts.stale)
                })
        })
    }
}

extension StoreTransaction {
    fileprivate func changed(
        _ change: StockStore.StockChange, _ sku: String, _ location: String, _ reason: String?, _ call: Call
    ) throws -> StockWire.StockChange {
        let tenantID = try call.tenantID(self)
        let product = try product(sku, tenantID: tenantID)
        let place = try self.location(location, tenantID: tenantID)
        if let reason {
            do throws(TextProblem) {
                try Text.check(reason, limit: Text.noteLimit)
            } catch {
                throw ErrorObject.invalidParams("reason", "reason \(error.description)")
            }
        }
        let alertID = try self.change(
            change, productID: product.id, locationID: place.id,
            origin: MovementOrigin(by: call.caller.name, reason: reason, at: call.now), now: call.now)
        guard let level = try level(LevelKey(productID: product.id, locationID: place.id)) else {
            throw StoreError(.internal, "the level that was changed is not there")
        }
        return StockWire.StockChange(
            level: level.wire, alert: try alertID.map { try heldBack([alert($0, tenantID: tenantID)], now: call.now)[0].wire })
    }
}
