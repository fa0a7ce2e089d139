// What every buyer in a flash sale is answered.

extension Wire.Money: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"amount":"#); text.number(amount)
        text.raw(#","currency":"#); text.string(currency)
        text.raw("}")
    }
}

extension Wire.HoldLine: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"location":"#); text.string(location)
        text.raw(#","name":"#); text.string(name)
        text.raw(#","price":"#); text.orNull(price)
        text.raw(#","quantity":"#); text.number(quantity)
        text.raw(#","remaining":"#); text.number(remaining)
        text.raw(#","sku":"#); text.string(sku)
        text.raw("}")
    }
}

extension Wire.RefusedPayment: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"at":"#); text.time(at)
        text.raw(#","available":"#); text.number(available)
        text.raw(#","payment_ref":"#); text.string(paymentRef)
        text.raw(#","reason":"#); text.string(reason)
        text.raw("}")
    }
}

extension Wire.Hold: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"at_risk":"#); text.bool(atRisk)
        text.raw(#","cancel_reason":"#); text.orNull(cancelReason)
        text.raw(#","cancelled_at":"#); text.orNull(cancelledAt)
        text.raw(#","confirmed_at":"#); text.orNull(confirmedAt)
        text.raw(#","customer":"#); text.orNull(customer)
        text.raw(#","expired_at":"#); text.orNull(expiredAt)
        text.raw(#","expires_at":"#); text.time(expiresAt)
        text.raw(#","id":"#); text.number(id)
        text.raw(#","late":"#); text.bool(late)
        text.raw(#","lines":"#); text.values(lines)
        text.raw(#","order_ref":"#); text.string(orderRef)
        text.raw(#","payment_ref":"#); text.orNull(paymentRef)
        text.raw(#","placed_at":"#); text.time(placedAt)
        text.raw(#","refused_payments":"#); text.values(refusedPayments)
        if let refusedPaymentsTotal {
            text.raw(#","refused_payments_total":"#); text.number(Int64(refusedPaymentsTotal))
        }
        text.raw(#","sale":"#); text.orNull(sale)
        text.raw(#","state":"#); text.name(state)
        text.raw(#","tenant":"#); text.string(tenant)
        text.raw("}")
    }
}

extension HoldPlace.Result: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"hold":"#); text.value(hold)
        text.raw(#","remaining":"#); text.orNull(remaining)
        text.raw("}")
    }
}

extension HoldReply: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"hold":"#); text.value(hold)
        text.raw("}")
    }
}
