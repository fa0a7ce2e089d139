import Foundation
import StockDomain
import StockStore
import StockWire

extension MethodTable {
    mutating func addHoldMethods() {
        add(HoldPlace.self, .write({ tx, params, call in
            let hold = try tx.placeHold(
                try draft(params), tenant: call.common.tenant ?? Wire.defaultTenant, now: call.now)
            return HoldPlace.Result(
                hold: hold.wire, remaining: hold.lines.count == 1 ? hold.lines[0].remaining.decimal : nil)
        }, isShort: true))
        add(HoldConfirm.self, .writeOrRefuse({ tx, params, call in
            try tx.confirmHold(
                params.id, paymentRef: params.paymentRef, by: call.caller.name, tenantID: call.tenantID(tx), now: call.now
            ).map { HoldReply(hold: $0.wire) }.mapError { ErrorObject($0) }
        }, keyReused: { tx, params, call, first in
            // Twice by the same payment: that has its goods, by the first of the two.
            if case .object(let first) = first, case .object(let hold)? = first["hold"],
                hold["payment_ref"] == .string(params.paymentRef)
            {
                return nil
            }
            do {
                return try tx.refusePayment(
                    params.paymentRef, of: params.id, tenantID: call.tenantID(tx), now: call.now
                ).map { refused in
                    var error = ErrorObject(refused)
                    error.field = "idempotency_key"
                    return error
                }
            } catch let error as StoreError where error.code == .notFound {
                return nil
            }
        }))
        add(HoldCancel.self, .write({ tx, params, call in
            HoldReply(
                hold: try tx.cancelHold(params.id, reason: params.reason, tenantID: call.tenantID(tx), now: call.now).wire)
        }, isShort: true))
        add(HoldExtend.self, .write({ tx, params, call in
            HoldReply(
                hold: try tx.extendHold(
                    params.id, lifetime: .seconds(params.ttlS), tenantID: call.tenantID(tx), now: call.now
                ).wire)
        }, isShort: true))
        add(HoldGet.self, .lookup { reader, params, call in
            HoldReply(hold: try reader.hold(params.id, tenantID: call.tenantID(reader)).wire)
        })
        add(HoldRefunds.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let before = try Paging.numberAndText(params.cursor).map { (at: Timestamp(milliseconds: $0.0), paymentRef: $0.1) }
            let rows = try reader.refusedPayments(
                of: params.id, tenantID: call.tenantID(reader), before: before, limit: limit + 1)
            let (page, next) = Paging.page(rows, limit: limit) { "\($0.at.milliseconds).\($0.paymentRef)" }
            return HoldRefunds.Result(refusedPayments: page.map(\.wire), nextCursor: next)
        })
        add(HoldList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let filter = HoldFilter(
                tenantID: try call.tenantFilter(reader), state: params.state?.domain, customer: params.customer.map(customerName),
                orderRef: params.orderRef, sale: params.sale, atRisk: params.atRisk ?? false)
            let before = try Paging.numbers(params.cursor, count: 1)?[0]
            let rows = try reader.holds(filter, before: before, limit: limit + 1)
            let (page, next) = Paging.page(rows, limit: limit) { String($0.id) }
            return HoldList.Result(holds: page.map(\.wire), nextCursor: next)
        })
    }
}

/// Of the two ways to say what is to be held, exactly one.
private func draft(_ params: HoldPlace.Params) throws -> HoldDraft {
    let lines: [HoldDraft.Line]
    switch (params.lines, params.sku, params.location, params.quantity) {
    case (let several?, nil, nil, nil):
        lines = try several.enumerated().map { index, line in
            let path = "lines[\(index)]."
            return HoldDraft.Line(
                sku: line.sku, location: line.location, quantity: try Quantity.readPositive(line.quantity, path + "quantity"),
                path: path)
        }
    case (nil, let sku?, let location?, let quantity?):
        lines = [HoldDraft.Line(sku: sku, location: location, quantity: try Quantity.readPositive(quantity, "quantity"))]
    case (.some, _, _, _):
        throw ErrorObject.invalidParams("lines", "either lines, or sku with location and quantity, but not both")
    case (nil, _, _, _):
        let missing = params.sku == nil ? "sku" : params.location == nil ? "location" : "quantity"
        throw ErrorObject.invalidParams(missing, "\(missing) is missing: sku, location and quantity are wanted, or else lines")
    }
    return HoldDraft(
        lines: lines, sale: params.sale, lifetime: .seconds(params.ttlS ?? HoldPlace.defaultLifetime),
        orderRef: params.orderRef, customer: params.customer.map(customerName))
}

/// One buyer has one name, however it was typed or copied: without the spaces around it, and composed (Unicode's form
/// NFC), or each spelling would have a limit of its own. Names that differ in case are different ones.
private func customerName(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else { return text }
    return text.trimmingCharacters(in: .whitespaces).precomposedStringWithCanonicalMapping
}
