import FoundationEssentials
import StockDomain
import StockEngine
import StockNotify
import StockStore
import StockWire

extension MethodTable {
    mutating func addAlertMethods(_ loop: AlertLoop, _ store: Store) {
        add(AlertList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            var filter = AlertFilter(tenantID: try call.tenantFilter(reader))
            filter.states = params.state.flatMap { AlertFilter.States(rawValue: $0.rawValue) } ?? .active
            filter.severity = params.severity?.domain
            filter.location = params.location
            filter.sku = params.sku
            filter.since = params.since?.timestamp
            let after = try Paging.numbers(params.cursor, count: 2).map {
                AlertCursor(severity: Severity(rawValue: Int($0[0])) ?? .out, id: $0[1])
            }
            let rows = try reader.alerts(filter, after: after, limit: limit + 1)
            let (page, next) = Paging.page(rows, limit: limit) { "\($0.alert.severity.rawValue).\($0.alert.id)" }
            return AlertList.Result(alerts: try reader.heldBack(page, now: call.now).map(\.wire), nextCursor: next)
        })
        add(AlertGet.self, .lookup { reader, params, call in
            try reader.reply(reader.alert(params.id, tenantID: call.tenantID(reader)), call)
        })
        add(AlertAcknowledge.self, .write { tx, params, call in
            try tx.reply(
                tx.acknowledge(
                    params.id, by: call.caller.name, note: params.note, tenantID: call.tenantID(tx), now: call.now), call)
        })
        add(AlertResolve.self, .write { tx, params, call in
            try tx.reply(
                tx.resolve(
                    params.id, by: call.caller.name, note: params.note, tenantID: call.tenantID(tx), now: call.now), call)
        })
        add(AlertStats.self, .read { reader, params, call in
            let since = params.since?.timestamp ?? call.now - .days(30)
            let stats = try reader.alertStatistics(tenantID: try call.tenantFilter(reader), since: since, offenders: 10)
            return AlertStats.Result(stats, since: since)
        })
        add(AlertExplain.self, .read { reader, params, call in
            let tenantID = try call.tenantID(reader)
            let tenant = call.common.tenant ?? Wire.defaultTenant
            let locations = try params.location.map { [$0] } ?? reader.locationsOf(sku: params.sku, tenantID: tenantID)
            let at = params.at?.timestamp
            if let at, at > call.now {
                throw ErrorObject.invalidParams("at", "at is in the future: nothing has been decided there yet")
            }
            let stopped = try at == nil ? call.stoppedChannels(reader) : [:]
            return AlertExplain.Result(
                explanations: try locations.map {
                    try reader.explanation(sku: params.sku, location: $0, tenantID: tenantID, at: at, now: call.now)
                        .wire(tenant: tenant, stopped: stopped)
                })
        })
        add(AlertCheck.self, .task { params, call in
            let selection = try await store.read { reader in
                let tenantID = try call.tenantID(reader)
                return LevelSelection(
                    tenantID: tenantID, locationID: try params.location.map { try reader.location($0, tenantID: tenantID).id })
            }
            let sum = try await loop.check(selection)
            return AlertCheck.Result(
                evaluated: sum.evaluated, opened: sum.opened, changed: sum.changed, resolved: sum.resolved,
                notified: sum.notified, suppressed: sum.suppressed)
        })
    }
}

extension StoreReader {
    fileprivate func reply(_ record: AlertRecord, _ call: Call) throws -> AlertReply {
        AlertReply(alert: try heldBack([record], now: call.now)[0].wire)
    }
}

extension AlertRecord {
    var wire: Wire.Alert { Wire.Alert(alert, tenant: tenant) }
}
