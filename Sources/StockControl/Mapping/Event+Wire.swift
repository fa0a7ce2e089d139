import StockDomain
import StockNotify
import StockStore
import StockWire

extension StoreReader {
    /// An entry of the event log with the object it happened to: as it is now, but for what the event itself says of then.
    package func wireEvent(_ event: EventRecord) throws -> Wire.Event {
        var wire = Wire.Event(kind: event.kind, at: event.at.wire, tenant: event.tenant)
        if let id = event.alertID {
            var record = try alert(id, tenantID: nil)
            record.alert.severity = event.severity.flatMap { $0 == .healthy ? event.was : $0 } ?? record.alert.severity
            record.alert.currentStock = event.stock ?? record.alert.currentStock
            wire.alert = Wire.Alert(record.alert, tenant: record.tenant)
        } else if let key = event.levelKey {
            wire.level = try level(key)?.wire
            if let stock = event.stock { wire.level?.onHand = stock.decimal }
        }
        if let id = event.deliveryID { wire.delivery = try delivery(id, tenantID: nil).wire }
        wire.hold = event.wireHold
        wire.refund = event.refund?.wire
        if let id = event.saleID { wire.sale = try sale(id: id)?.wire(at: event.at) }
        if event.kind.hasPrefix("notice.") || event.kind == "hold.cancelled" { wire.note = event.note }
        if let name = event.source { wire.source = try sources(name: name).first?.wire(nextRunAt: nil) }
        return wire
    }
}
