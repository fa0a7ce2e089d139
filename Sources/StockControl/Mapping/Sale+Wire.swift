import FoundationEssentials
import StockDomain
import StockStore
import StockWire

extension SaleRecord {
    package func wire(at now: Timestamp) -> Wire.Sale { wire(at: now, showings: showings(at: now)) }

    package func wire(at now: Timestamp, showings: [SaleShowing]) -> Wire.Sale {
        Wire.Sale(
            name: name, tenant: tenant, state: hours.state(at: now).wire, startsAt: hours.startsAt.wire,
            endsAt: hours.endsAt.wire, createdAt: createdAt.wire, endedAt: hours.endedAt?.wire,
            lines: zip(lines, showings).map { $0.wire(showing: $1) })
    }
}

extension SaleRecord.Line {
    fileprivate func wire(showing: SaleShowing) -> Wire.SaleLine {
        Wire.SaleLine(
            sku: sku, productName: productName, location: location, quantity: sale.quantity.decimal, price: price?.wire,
            limitPerCustomer: limitPerCustomer?.decimal, held: sale.held.decimal, sold: sale.sold.decimal,
            left: showing.left.decimal, onlyLeft: showing.onlyLeft?.decimal, soldOut: showing.soldOut)
    }
}

extension SaleHours.State {
    fileprivate var wire: Wire.SaleState {
        switch self {
        case .planned: .planned
        case .running: .running
        case .ended: .ended
        }
    }
}

extension Wire.SaleState {
    var domain: SaleHours.State {
        switch self {
        case .planned: .planned
        case .running: .running
        case .ended: .ended
        }
    }
}
