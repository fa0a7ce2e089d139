import StockDomain
import StockEngine
import StockStore
import StockWire

extension MethodTable {
    /// Answered once all levels that a setting bears on are settled. It may be a million, so others write meanwhile.
    mutating func addThresholdMethods(_ loop: AlertLoop, _ store: Store) {
        @Sendable func change(
            _ call: Call, _ body: @escaping @Sendable (StoreTransaction) throws -> (ThresholdRecord, unsettled: Int64?)
        ) async throws -> ThresholdReply {
            let (record, unsettled) = try await store.write(call, body)
            if let unsettled {
                do {
                    try await loop.settleAndWait(unsettled)
                } catch {
                    throw ErrorObject.unavailable(
                        "the setting is made, but not all alerts follow it yet, which goes on by itself: \(ErrorObject(error))",
                        reason: "unsettled")
                }
            }
            return ThresholdReply(threshold: record.wire)
        }

        add(ThresholdSet.self, .task { params, call in try await change(call) { tx in
            let tenantID = try call.tenantID(tx)
            let key = try tx.thresholdKey(params.sku, params.category, params.location, tenantID)
            let old = try tx.threshold(key, tenantID: tenantID)
            let unsettled = try tx.setThreshold(
                key, low: try spec(params.low, old?.low, "low"), critical: try spec(params.critical, old?.critical, "critical"),
                enabled: params.enabled.applied(to: old?.enabled),
                requireSalesDays: params.requireSalesDays.applied(to: old?.requireSalesDays), tenantID: tenantID, now: call.now)
            guard let made = try tx.threshold(key, tenantID: tenantID) else {
                throw StoreError(.internal, "the threshold that was set is not there")
            }
            return (made, unsettled)
        } })
        add(ThresholdList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let after = try Paging.numbers(params.cursor, count: 1)?[0] ?? 0
            let rows = try reader.thresholds(
                ThresholdFilter(
                    tenantID: try call.tenantFilter(reader), sku: params.sku, category: params.category,
                    location: params.location), after: after, limit: limit + 1)
            let (page, next) = Paging.page(rows, limit: limit) { String($0.1) }
            return ThresholdList.Result(thresholds: page.map(\.0.wire), nextCursor: next)
        })
        add(ThresholdUnset.self, .task { params, call in try await change(call) { tx in
            let tenantID = try call.tenantID(tx)
            let key = try tx.thresholdKey(params.sku, params.category, params.location, tenantID)
            guard let old = try tx.threshold(key, tenantID: tenantID) else {
                throw ErrorObject.notFound("no threshold setting has that scope: see stockctl threshold list")
            }
            return (old, try tx.unsetThreshold(key, tenantID: tenantID, now: call.now))
        } })
    }
}

private func spec(_ change: Change<Wire.ThresholdText>, _ old: ThresholdSpec?, _ field: String) throws -> ThresholdSpec? {
    switch change {
    case .keep: return old
    case .clear: return nil
    case .set(let text):
        guard let spec = ThresholdSpec(text.text) else {
            throw ErrorObject.invalidParams(
                field, "\(field) must be a quantity such as 5, a share of the par level such as 20%, or days of cover such as 7d")
        }
        return spec
    }
}

extension StoreReader {
    fileprivate func thresholdKey(_ sku: String?, _ category: String?, _ location: String?, _ tenantID: Int64) throws -> ThresholdKey {
        if sku != nil, category != nil {
            throw ErrorObject.invalidParams("category", "a setting is for a product or for a category, not for both")
        }
        return ThresholdKey(
            productID: try sku.map { try product($0, tenantID: tenantID).id }, category: category,
            locationID: try location.map { try self.location($0, tenantID: tenantID).id })
    }
}

extension ThresholdRecord {
    fileprivate var wire: Wire.Threshold {
        Wire.Threshold(
            tenant: tenant, sku: sku, category: category, location: location, low: low?.description,
            critical: critical?.description, enabled: enabled, requireSalesDays: requireSalesDays)
    }
}
