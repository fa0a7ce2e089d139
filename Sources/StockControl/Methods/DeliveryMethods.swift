import StockDomain
import StockEngine
import StockStore
import StockWire

extension MethodTable {
    mutating func addDeliveryMethods(_ loop: DeliveryLoop, _ store: Store) {
        add(DeliveryList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            var filter = DeliveryFilter(tenantID: try call.tenantFilter(reader))
            filter.state = params.state.flatMap { DeliveryRecord.State(rawValue: $0.rawValue) }
            filter.contact = params.contact
            filter.alertID = params.alert
            let before = try Paging.numbers(params.cursor, count: 1)?[0]
            let rows = try reader.deliveries(filter, before: before, limit: limit + 1)
            let (page, next) = Paging.page(rows, limit: limit) { String($0.id) }
            let stopped = try call.stoppedChannels(reader)
            return DeliveryList.Result(deliveries: page.map { $0.wire(stopped: stopped[$0.channel]) }, nextCursor: next)
        })
        add(DeliveryRetry.self, .write { tx, params, call in
            let tenantID = try call.tenantID(tx)
            // Whatever did not answer gets its chance as well.
            loop.forgive()
            if let id = params.id {
                return DeliveryChange([try tx.retryDelivery(id, tenantID: tenantID, now: call.now)], single: true)
            }
            let found = try tx.selected(params.contact, params.alert, [.dead, .queued], tenantID)
            return DeliveryChange(try found.map { try tx.retryDelivery($0, tenantID: tenantID, now: call.now) })
        })
        add(DeliveryDrop.self, .write { tx, params, call in
            let tenantID = try call.tenantID(tx)
            if let id = params.id {
                return DeliveryChange([try tx.dropDelivery(id, by: call.caller.name, tenantID: tenantID, now: call.now)], single: true)
            }
            guard params.state != nil || params.contact != nil || params.alert != nil else {
                throw ErrorObject.invalidParams("id", "say which deliveries to drop: by id, state, contact or alert")
            }
            let states: [DeliveryRecord.State]
            switch params.state {
            case .dead, nil: states = [.dead]
            case .queued: states = [.queued]
            case .sending, .sent, .dropped:
                throw ErrorObject.invalidParams("state", "only dead or queued deliveries can be dropped")
            }
            let found = try tx.selected(params.contact, params.alert, states, tenantID)
            return DeliveryChange(
                try found.map { try tx.dropDelivery($0, by: call.caller.name, tenantID: tenantID, now: call.now) })
        })
        add(DeliveryTest.self, .task { params, call in
            let ids = try await store.write(call) { tx in
                try tx.enqueueTest(
                    contact: params.contact, kind: params.kind?.domain, tenantID: call.tenantID(tx), now: call.now)
            }
            loop.forgive()
            let done = try await loop.settled(ids)
            return DeliveryTest.Result(deliveries: done.map(\.wire))
        })
    }
}

extension StoreReader {
    /// At most so many as one reply can carry.
    fileprivate func selected(
        _ contact: String?, _ alert: Int64?, _ states: [DeliveryRecord.State], _ tenantID: Int64
    ) throws -> [Int64] {
        if let contact { _ = try self.contact(contact, tenantID: tenantID) }
        return try states.flatMap { state in
            var filter = DeliveryFilter(tenantID: tenantID)
            filter.state = state
            filter.contact = contact
            filter.alertID = alert
            return try deliveries(filter, before: nil, limit: Wire.largestLimit).map(\.id)
        }
    }
}

extension DeliveryChange {
    fileprivate init(_ records: [DeliveryRecord], single: Bool = false) {
        self.init(count: records.count, delivery: single ? records.first?.wire : nil, deliveries: records.map(\.wire))
    }
}

extension DeliveryRecord {
    package var wire: Wire.Delivery { wire(stopped: nil) }

    /// - Parameter stopped: why its channel sends nothing; nil: it does, or that is of no concern.
    fileprivate func wire(stopped: String?) -> Wire.Delivery {
        Wire.Delivery(
            id: id, tenant: tenant, alertIds: alertIDs, alertCount: alertCount,
            message: Wire.MessageKind(rawValue: kind.rawValue) ?? .alert, contact: contact, kind: channel.wire, address: address,
            state: Wire.DeliveryState(rawValue: state.rawValue) ?? .queued, reason: reason, attempts: attempts,
            nextAttemptAt: nextAttemptAt?.wire, lastError: lastError,
            channelError: state == .queued && heldUntil == nil ? stopped : nil, createdAt: createdAt.wire, sentAt: sentAt?.wire,
            deliveredAt: deliveredAt?.wire, heldUntil: heldUntil?.wire, heldBecause: heldBecause)
    }
}
