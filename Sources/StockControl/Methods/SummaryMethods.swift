import Foundation
import StockDomain
import StockEngine
import StockNotify
import StockStore
import StockWire

extension MethodTable {
    mutating func addSummaryMethods() {
        add(SummaryGet.self, .read { reader, params, call in
            let tenant = try reader.tenant(call.common.tenant ?? Wire.defaultTenant)
            guard let text = params.day else {
                let counts = try reader.summaryCounts(tenantID: tenant.id)
                let zone = TimeZone(identifier: tenant.timeZone) ?? .gmt
                let now = try reader.summary(
                    of: call.now.day(in: zone), counts: counts[tenant.name] ?? Summary.Counts(), tenantID: tenant.id,
                    now: call.now)
                return SummaryGet.Result(summary: Wire.Summary(now, tenant: tenant.name), recipients: [])
            }
            guard let day = Day(text) else {
                throw ErrorObject.invalidParams("day", "day must be a day such as 2026-05-01")
            }
            guard let kept = try reader.summary(of: day, tenantID: tenant.id) else {
                throw ErrorObject.notFound("no summary was made on \(day), or it is older than 400 days", field: "day")
            }
            return SummaryGet.Result(
                summary: Wire.Summary(kept, tenant: tenant.name),
                recipients: try reader.summaryRecipients(of: day, tenantID: tenant.id).map(\.wire))
        })
    }

    mutating func addDrillMethod(_ loop: DeliveryLoop, _ store: Store) {
        add(AlertDrill.self, .task { params, call in
            let began = ContinuousClock.now
            let drilled = try await store.write(call) { tx in
                try tx.enqueueDrill(contact: params.contact, tenantID: call.tenantID(tx), now: call.now)
            }
            let settled = try await loop.settled(drilled.compactMap(\.deliveryID))
            let took = ContinuousClock.now - began
            let records = Dictionary(uniqueKeysWithValues: settled.map { ($0.id, $0) })
            let paused = try await store.read { reader in
                Dictionary(uniqueKeysWithValues: try reader.pausedChannels().map { ($0.kind, $0.reason) })
            }
            return AlertDrill.Result(
                results: drilled.map { address in
                    address.wire(address.deliveryID.flatMap { records[$0] }, took: took, paused: paused[address.channel])
                })
        })
    }
}

extension SummaryRecipient {
    fileprivate var wire: Wire.SummaryRecipient {
        var wire = Wire.SummaryRecipient(
            contact: contact, kind: channel.wire, address: address,
            state: state.flatMap { Wire.ReachedState(rawValue: $0.rawValue) } ?? .untold, sentAt: sentAt?.wire)
        guard wire.state != .sent else { return wire }
        // Of a delivery that was dropped it stands where the error of others does.
        let dropped = error.flatMap(Wire.Reason.init(rawValue:))
        wire.reason = reason?.wire ?? dropped
        wire.until = reason?.until
        wire.error = reason?.detail ?? (dropped == nil ? error : nil)
        return wire
    }
}

extension DrilledAddress {
    /// - Parameters:
    ///   - took: how long it was waited for.
    ///   - paused: why its channel is; nil: it is not.
    fileprivate func wire(_ record: DeliveryRecord?, took: Duration, paused: String?) -> Wire.DrillResult {
        guard let record, let state = Wire.ReachedState(rawValue: record.state.rawValue) else {
            return Wire.DrillResult(
                contact: contact, kind: channel.wire, address: address, state: .untold, reason: reason?.wire,
                until: reason?.until, error: reason?.detail)
        }
        let dropped = record.reason.flatMap(Wire.Reason.init(rawValue:))
        let error: String? =
            switch record.state {
            case .sent: nil
            case .dead, .dropped: dropped == nil ? record.reason ?? record.lastError : nil
            case .queued, .sending:
                record.lastError ?? paused.map { "\(channel.rawValue) is paused: \($0)" }
                    ?? "still under way: stockctl delivery list shows how it ends"
            }
        return Wire.DrillResult(
            contact: contact, kind: channel.wire, address: address, state: state, reason: dropped, error: error,
            ms: max(record.sentAt.map { $0 - record.createdAt } ?? took, .zero).milliseconds)
    }
}
