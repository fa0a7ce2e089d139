import StockDomain
import StockStore
import StockWire

extension StoreReader {
    /// An entry of the event log with what it says of the object it happened to: as that was then.
    package func wireEvent(_ event: EventRecord) throws -> Wire.Event {
        var wire = Wire.Event(kind: event.kind, at: event.at.wire, tenant: event.tenant)
        wire.alert = event.wireAlert
        if event.kind == "stock.changed" || event.kind == "hold.at_risk" { wire.level = event.wireLevel }
        if let id = event.deliveryID { wire.delivery = try delivery(id, tenantID: nil).news(of: event) }
        wire.hold = event.wireHold
        wire.refund = event.refund?.wire
        if let id = event.saleID, let (sale, showings) = try sale(id: id)?.asOf(event) {
            wire.sale = sale.wire(at: event.at, showings: showings)
        }
        if event.kind.hasPrefix("silence."), let id = event.numbers?.first {
            var record = try silence(id, tenantID: nil)
            // What came later.
            if event.kind == "silence.created" { (record.silence.expiredAt, record.silence.expiredBy) = (nil, nil) }
            wire.silence = record.wire(at: event.at)
        }
        if event.kind.hasPrefix("notice.") || event.kind == "hold.cancelled" || event.kind == "sync.paused" {
            wire.note = event.note
        }
        if event.kind.hasPrefix("sync.") { wire.source = event.wireSource }
        return wire
    }
}

extension EventRecord {
    fileprivate var wireAlert: Wire.AlertNews? {
        guard let alertID, let sku, let productName, let location, let openedAt, let stock else { return nil }
        // Of one that is over: what it was.
        let shown = severity.flatMap { $0 == .healthy ? was : $0 } ?? .low
        return Wire.AlertNews(
            id: alertID, sku: sku, productName: productName, category: category, location: location, severity: shown.wire,
            state: alertState, currentStock: stock.decimal, threshold: threshold?.decimal, openedAt: openedAt.wire,
            acknowledgedBy: alertState == .acknowledged ? note : nil,
            resolvedCause: alertState == .resolved ? note.flatMap(Wire.ResolvedCause.init) : nil,
            escalatedTo: kind == "alert.escalated" ? note : nil)
    }

    private var alertState: Wire.AlertState {
        switch kind {
        case "alert.acknowledged": .acknowledged
        case "alert.resolved": .resolved
        default: state.flatMap(Wire.AlertState.init) ?? .open
        }
    }

    fileprivate var wireLevel: Wire.LevelNews? {
        guard let sku, let productName, let location, let stock else { return nil }
        return Wire.LevelNews(
            sku: sku, name: productName, location: location, onHand: stock.decimal, held: held?.decimal,
            available: held.map { (stock - $0).decimal }, severity: severity?.wire)
    }

    fileprivate var wireSource: Wire.SourceNews? {
        guard let source, let sourceKind else { return nil }
        let kept: Wire.SyncState =
            switch kind {
            case "sync.started": .running
            case "sync.paused": .paused
            case "sync.failed": state.flatMap(Wire.SyncState.init) ?? .failed
            default: .idle
            }
        let numbers = numbers ?? []
        func number(_ index: Int) -> Int? { index < numbers.count ? Int(numbers[index]) : nil }
        return Wire.SourceNews(
            name: source, kind: sourceKind, state: kept, pages: number(0), countsApplied: number(1), salesApplied: number(2),
            error: kind == "sync.failed" ? note : nil)
    }
}

extension DeliveryRecord {
    fileprivate func news(of event: EventRecord) -> Wire.DeliveryNews {
        let wasSent = event.kind == "delivery.sent"
        return Wire.DeliveryNews(
            id: id, alertIds: alertIDs, message: Wire.MessageKind(rawValue: kind.rawValue) ?? .alert, contact: contact,
            kind: channel.wire, address: address, state: wasSent ? .sent : .dead, reason: wasSent ? nil : event.note)
    }
}
