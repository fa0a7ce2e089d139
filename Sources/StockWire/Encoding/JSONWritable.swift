import FoundationEssentials

/// A result that thousands ask for in a second, written member by member. It says what its `encode(to:)` says, with the
/// names in order, to the byte: a test holds the two together.
protocol JSONWritable {
    func write(to text: inout JSONText)
}

extension JSONText {
    mutating func value(_ value: some JSONWritable) { value.write(to: &self) }

    mutating func values(_ values: [some JSONWritable]) {
        raw("[")
        for (index, value) in values.enumerated() {
            if index > 0 { raw(",") }
            value.write(to: &self)
        }
        raw("]")
    }

    mutating func orNull<Value>(_ value: Value?, _ write: (inout JSONText, Value) -> Void) {
        if let value { write(&self, value) } else { null() }
    }
    mutating func orNull(_ value: String?) { orNull(value) { $0.string($1) } }
    mutating func orNull(_ value: Decimal?) { orNull(value) { $0.number($1) } }
    mutating func orNull(_ value: Wire.Time?) { orNull(value) { $0.time($1) } }
    mutating func orNull(_ value: (some JSONWritable)?) { orNull(value) { $0.value($1) } }

    mutating func time(_ value: Wire.Time) { string(value.description) }
    /// One of a closed set of names, none of which has anything to escape.
    mutating func name(_ value: some WireEnum) { string(value.rawValue) }
}

extension Wire.Level: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"available":"#); text.number(available)
        text.raw(#","category":"#); text.orNull(category)
        text.raw(#","counted_at":"#); text.orNull(countedAt)
        text.raw(#","critical_threshold":"#); text.orNull(criticalThreshold)
        text.raw(#","days_until_stockout":"#); text.orNull(daysUntilStockout)
        text.raw(#","held":"#); text.number(held)
        text.raw(#","incoming":"#); text.number(incoming)
        text.raw(#","location":"#); text.string(location)
        text.raw(#","low_threshold":"#); text.orNull(lowThreshold)
        text.raw(#","name":"#); text.string(name)
        text.raw(#","on_hand":"#); text.number(onHand)
        text.raw(#","severity":"#); text.orNull(severity) { $0.name($1) }
        text.raw(#","sku":"#); text.string(sku)
        text.raw(#","stale":"#); text.bool(stale)
        text.raw(#","tenant":"#); text.string(tenant)
        text.raw(#","threshold_origin":"#); text.orNull(thresholdOrigin)
        text.raw(#","tracking":"#); text.name(tracking)
        text.raw(#","velocity_per_day":"#); text.orNull(velocityPerDay)
        text.raw("}")
    }
}

extension StockGet.Result: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"level":"#); text.orNull(level)
        text.raw(#","levels":"#); text.values(levels)
        text.raw("}")
    }
}

extension StockList.Result: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"levels":"#); text.values(levels)
        text.raw(#","next_cursor":"#); text.orNull(nextCursor)
        text.raw("}")
    }
}

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
