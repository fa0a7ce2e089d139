// What shops and dashboards look up again and again.

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
        text.raw(#"{"level":"#)
        let start = text.count
        text.orNull(level)
        let end = text.count
        text.raw(#","levels":"#)
        if level == nil {
            text.values(levels)
        } else {
            // The only one, which stands there already.
            text.raw("[")
            text.again(start..<end)
            text.raw("]")
        }
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
