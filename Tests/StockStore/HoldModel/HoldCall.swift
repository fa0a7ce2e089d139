import StockDomain
@testable import StockStore

/// A step as the store is asked to do it, and its answer in the terms of the model.
struct HoldCall: Sendable {
    var step: HoldStep
    var source: SourceRecord
    var tenantID: Int64
    var epoch: Timestamp
    var now: Timestamp
    var ids: Table<Int64>

    func perform(_ tx: StoreTransaction) throws -> HoldOutcome {
        switch step {
        case .place(let order, let lines, let sale, let customer, let seconds):
            let draft = HoldDraft(
                lines: lines.map {
                    HoldDraft.Line(sku: "p\($0.key.product)", location: "l\($0.key.location)", quantity: $0.quantity)
                }, sale: sale.map { "s\($0)" }, lifetime: .seconds(seconds), orderRef: "o\(order)",
                customer: customer.map { "c\($0)" })
            let hold = try tx.placeHold(draft, tenant: "default", now: now)
            ids[order] = hold.id
            return .hold(view(hold))
        case .confirm(let order, let payment):
            switch try tx.confirmHold(id(order), paymentRef: "pay\(payment)", by: "shop", tenantID: tenantID, now: now) {
            case .success(let hold): return .hold(view(hold))
            case .failure(let refused): return .refund(refund(refused))
            }
        case .cancel(let order):
            return .hold(view(try tx.cancelHold(id(order), reason: nil, tenantID: tenantID, now: now)))
        case .extend(let order, let seconds):
            return .hold(view(try tx.extendHold(id(order), lifetime: .seconds(seconds), tenantID: tenantID, now: now)))
        case .change(let key, let move):
            let change: StockChange =
                switch move {
                case .set(let quantity): .count(quantity)
                case .sell(let quantity): .sale(quantity)
                case .receive(let quantity): .receipt(quantity)
                case .adjust(let quantity): .adjustment(quantity)
                }
            try tx.change(
                change, productID: try tx.product("p\(key.product)", tenantID: tenantID).id,
                locationID: try tx.location("l\(key.location)", tenantID: tenantID).id,
                origin: MovementOrigin(by: "ann", at: now), now: now)
        case .count(let key, let quantity, let seconds):
            var page = SyncPage(phase: "counts", resume: "1")
            page.counts = [
                SourceCount(
                    key: SourceLevelKey(productID: "P\(key.product)", locationID: "L\(key.location)"),
                    value: quantity.map { .counted($0) } ?? .unknown, countedAt: now - .seconds(seconds))
            ]
            try tx.apply(page, from: source, now: now)
        case .offer(let product, let soldOutAt):
            var page = SyncPage(phase: "catalogue", resume: "1")
            var offered = HoldSimulation.product(product)
            offered.overrides = soldOutAt.sorted().map { SourceProduct.Override(locationID: "L\($0)", soldOut: true) }
            page.products = [offered]
            try tx.apply(page, from: source, now: now)
        case .retire(let product):
            _ = try tx.retireProduct("p\(product)", tenantID: tenantID, now: now)
        case .bringBack(let product):
            _ = try tx.createProduct(
                ProductDraft(sku: "p\(product)", name: "Product \(product)"), tenantID: tenantID, now: now)
        case .beginSale(let sale, let from, let to, let lines):
            _ = try tx.createSale(
                SaleDraft(
                    name: "s\(sale)", startsAt: now + .seconds(from), endsAt: now + .seconds(to),
                    lines: lines.map {
                        SaleDraft.Line(
                            sku: "p\($0.key.product)", location: "l\($0.key.location)", quantity: $0.quantity,
                            limitPerCustomer: $0.limit)
                    }), tenantID: tenantID, now: now)
        case .endSale(let sale):
            _ = try tx.endSale("s\(sale)", tenantID: tenantID, now: now)
        case .wait, .expire, .restart:
            return .failed("not for the store")
        }
        return .done
    }

    /// Of an order that was never placed, one that no hold has.
    private func id(_ order: Int) -> Int64 { ids[order] ?? 0 }

    /// The store's answer, also where it is an error.
    static func outcome(of result: Result<HoldOutcome, any Error>) -> HoldOutcome {
        switch result {
        case .success(let outcome): return outcome
        case .failure(let conflict as HoldConflict):
            var key: HoldStep.Key?
            if let sku = conflict.sku.flatMap({ Int($0.dropFirst()) }),
                let location = conflict.location.flatMap({ Int($0.dropFirst()) })
            {
                key = HoldStep.Key(product: sku, location: location)
            }
            return .refused(conflict.refusal.name, available: conflict.refusal.available, key)
        case .failure(let error as StoreError):
            switch error.code {
            case .notFound: return .unknown(error.field)
            case .invalid(let field): return .invalid(field)
            case .conflict(let reason): return .conflict(reason)
            default: return .failed(error.description)
            }
        case .failure(let error): return .failed("\(error)")
        }
    }

    func number(_ name: String) -> Int { Int(name.drop { $0.isLetter }) ?? -1 }

    func view(_ hold: HoldRecord) -> HoldView {
        func since(_ instant: Timestamp) -> Int64 { (instant - epoch).milliseconds }
        return HoldView(
            order: number(hold.orderRef), state: hold.state,
            lines: hold.lines.map {
                HoldStep.Line(
                    key: HoldStep.Key(product: number($0.sku), location: number($0.location)), quantity: $0.quantity)
            }, remaining: hold.lines.map(\.remaining), sale: hold.sale.map(number), customer: hold.customer.map(number),
            placedAt: since(hold.placedAt), expiresAt: since(hold.expiresAt), confirmedAt: hold.confirmedAt.map(since),
            cancelledAt: hold.cancelledAt.map(since), expiredAt: hold.expiredAt.map(since),
            payment: hold.paymentRef.map(number), late: hold.late, atRisk: hold.atRisk,
            refunds: hold.refused.map(refund).sorted { ($0.at, $0.payment) < ($1.at, $1.payment) })
    }

    private func refund(_ refused: RefusedPayment) -> RefundView {
        RefundView(
            payment: number(refused.paymentRef), reason: refused.refusal.reason, available: refused.refusal.available,
            line: refused.refusal.line, at: (refused.at - epoch).milliseconds)
    }
}
