import StockDomain
import StockStore
import StockWire

extension MethodTable {
    mutating func addSaleMethods() {
        add(SaleCreate.self, .write { tx, params, call in
            let lines = try params.lines.enumerated().map { index, line in
                let path = "lines[\(index)]"
                return SaleDraft.Line(
                    sku: line.sku, location: line.location,
                    quantity: try Quantity.readPositive(line.quantity, "\(path).quantity"), price: line.price?.domain,
                    limitPerCustomer: try line.limitPerCustomer.map {
                        try Quantity.readPositive($0, "\(path).limit_per_customer")
                    })
            }
            let draft = SaleDraft(
                name: params.name, startsAt: params.startsAt.timestamp, endsAt: params.endsAt.timestamp, lines: lines)
            let made = try tx.createSale(draft, tenantID: call.tenantID(tx), now: call.now)
            return SaleReply(sale: made.wire(at: call.now))
        })
        add(SaleGet.self, .lookup { reader, params, call in
            SaleReply(sale: try reader.sale(params.name, tenantID: call.tenantID(reader)).wire(at: call.now))
        })
        add(SaleList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let before = try Paging.numbers(params.cursor, count: 1)?[0]
            let rows = try reader.sales(
                tenantID: call.tenantFilter(reader), state: params.state?.domain, before: before, limit: limit + 1,
                now: call.now)
            let (page, next) = Paging.page(rows, limit: limit) { String($0.id) }
            return SaleList.Result(sales: page.map { $0.wire(at: call.now) }, nextCursor: next)
        })
        add(SaleEnd.self, .write { tx, params, call in
            SaleReply(sale: try tx.endSale(params.name, tenantID: call.tenantID(tx), now: call.now).wire(at: call.now))
        })
    }
}
